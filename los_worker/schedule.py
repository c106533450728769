"""What begins by the clock: the jobs of all capabilities in one table."""

from collections.abc import Mapping

from los_worker.agreements import jobs as agreements
from los_worker.disbursement import jobs as disbursement
from los_worker.documents import jobs as documents
from los_worker.jobs import jobs as house
from los_worker.loans import jobs as loans
from los_worker.messaging import jobs as messaging
from los_worker.payments import jobs as payments
from los_worker.shared.job import Job

ALL: tuple[Job, ...] = (
    *house.JOBS,
    *agreements.JOBS,
    *disbursement.JOBS,
    *documents.JOBS,
    *loans.JOBS,
    *messaging.JOBS,
    *payments.JOBS,
)
"""A new capability's jobs are added here."""


def by_name(jobs: tuple[Job, ...]) -> Mapping[str, Job]:
    """Return *jobs* by name. Raises ValueError for a name given twice."""
    table = {job.name: job for job in jobs}
    if len(table) != len(jobs):
        raise ValueError("two jobs have one name")
    return table


SCHEDULE = by_name(ALL)
