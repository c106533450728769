"""Keeps a copy of every sealed segment of the audit trail outside the database."""

from los_domain.audit.events import TrailSealed
from los_worker.shared.queues import AUDIT_COPIES
from los_worker.shared.subscription import PlatformSubscription

SUBSCRIPTIONS = (
    PlatformSubscription(
        event=TrailSealed,
        consumer="audit.copy",
        queue=AUDIT_COPIES,
        run=lambda application, scope, event: application.audit.copy(scope, event.number),
    ),
)
