"""The queues: what waits together, and what may travel by the carrier of durable work."""

from collections.abc import Mapping

import attrs


@attrs.frozen
class Queue:
    """
    One queue.

    Urgent ones have threads of their own: a person waits, and a night or a slow vendor must not stand before her. Durable ones may be
    carried by SQS, whatever carries the rest.
    """

    name: str
    is_urgent: bool = False
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
        Queue(CODES, is_urgent=True),  # one-time passwords
        Queue(WEBHOOKS, is_urgent=True),
        Queue(MESSAGES),
        Queue(LOANS),
        Queue(VENDORS),  # calls that may take seconds each
        Queue(JOBS),
        Queue(CERTIFICATES, is_durable=True),  # mail that closes a loan
        Queue(REPORTS, is_durable=True),
        Queue(AUDIT_COPIES, is_durable=True),
    )
}
"""Every queue by its name. Letters, digits and hyphens only, as SQS wants it."""
