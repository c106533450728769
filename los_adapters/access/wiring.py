"""The use cases of access, wired."""

import attrs

from los_adapters.core import Core
from los_domain.access.usecases import AddStaff, LogInStaff, LogOut, OpenSession, Refresh


@attrs.frozen
class AccessUseCases:
    """Log-in of staff, and what both audiences share."""

    add_staff: AddStaff
    open_session: OpenSession
    log_in_staff: LogInStaff
    refresh: Refresh
    log_out: LogOut


def build(core: Core) -> AccessUseCases:
    """Wire access."""
    begin, secrets = core.postgres.begin, core.secrets
    opening = OpenSession(secrets, core.ids)
    return AccessUseCases(
        add_staff=AddStaff(begin, secrets, core.ids),
        open_session=opening,
        log_in_staff=LogInStaff(begin, opening, secrets, core.wall),
        refresh=Refresh(begin, opening, secrets, core.wall),
        log_out=LogOut(begin, core.wall),
    )
