"""What tests look up that no use case tells."""

import sqlalchemy as sa

from los_adapters.bootstrap import Application
from los_adapters.shared.tables import outbox
from los_domain.shared.actor import PlatformScope
from tests.services import TEST


def told(application: Application) -> list[str]:
    """Return the topics of all events, oldest first, but for those of other capabilities' fixtures."""
    with application.core.postgres.begin(PlatformScope(TEST)) as work:
        rows = work.context.connection.execute(sa.select(outbox.c.topic).order_by(outbox.c.seq))
        return [topic for (topic,) in rows if topic.partition(".")[0] in ("disbursement", "loans", "payments")]
