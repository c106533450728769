"""The use cases of jobs, wired."""

import attrs

from los_adapters.core import Core
from los_adapters.jobs.queries import JobQueries
from los_domain.jobs.usecases import ClaimSlot, EndRun, ReplayDeadLetter, ReportProgress, StartRun


@attrs.frozen
class JobsUseCases:
    """The life of a run, the second life of a dead letter, and what can be read of both."""

    claim_slot: ClaimSlot
    start: StartRun
    report: ReportProgress
    end: EndRun
    replay: ReplayDeadLetter
    queries: JobQueries


def build(core: Core) -> JobsUseCases:
    """Wire jobs."""
    begin = core.postgres.begin
    return JobsUseCases(
        claim_slot=ClaimSlot(begin, core.ids, core.wall),
        start=StartRun(begin, core.wall),
        report=ReportProgress(begin),
        end=EndRun(begin, core.wall),
        replay=ReplayDeadLetter(begin, core.wall),
        queries=JobQueries(core.database),
    )
