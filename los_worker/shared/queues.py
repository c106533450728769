"""The queues: what waits together, and what may travel by the carrier of durable work."""

from collections.abc import Mapping

import attrs


@attrs.frozen
class Queue:
    """One queue. *is_durable* ones may be carried by SQS, whatever carries the rest: rarely urgent, and not to be lost with a broker."""

    name: str
    is_durable: bool = False


CODES = "codes"
MESSAGES = "messages"
WEBHOOKS = "webhooks"
LOANS = "loans"
VENDORS = "vendors"
JOBS = "jobs"
CERTIFICATES = "certificates"
REPORTS = "reports"
AUDIT_COPIES = "audit-copies"

QUEUES: Mapping[str, Queue] = {
    queue.name: queue
    for queue in (
        Queue(CODES),  # one-time passwords: a person waits for them
        Queue(MESSAGES),
        Queue(WEBHOOKS),
        Queue(LOANS),
        Queue(VENDORS),  # calls that may take seconds each
        Queue(JOBS),
        Queue(CERTIFICATES, is_durable=True),  # mail that closes a loan
        Queue(REPORTS, is_durable=True),
        Queue(AUDIT_COPIES, is_durable=True),
    )
}
"""Every queue by its name. Letters, digits and hyphens only, as SQS wants it."""
