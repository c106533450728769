"""The use cases of customers, wired."""

import attrs

from los_adapters.access.wiring import AccessUseCases
from los_adapters.core import Core
from los_domain.customers.usecases.sign_up import SendCode, VerifyCode


@attrs.frozen
class CustomersUseCases:
    """Sign-up and profile."""

    send_code: SendCode
    verify_code: VerifyCode


def build(core: Core, access: AccessUseCases) -> CustomersUseCases:
    """Wire customers."""
    begin, secrets = core.postgres.begin, core.secrets
    return CustomersUseCases(
        send_code=SendCode(begin, secrets, core.ids, core.wall),
        verify_code=VerifyCode(begin, access.open_session, secrets, core.ids, core.wall),
    )
