"""The use cases of jobs, wired."""

import attrs

from los_adapters.core import Core
from los_domain.jobs.usecases import ClaimSlot, EndRun, ReportProgress, StartRun


@attrs.frozen
class JobsUseCases:
    """The life of a run."""

    claim_slot: ClaimSlot
    start: StartRun
    report: ReportProgress
    end: EndRun


def build(core: Core) -> JobsUseCases:
    """Wire jobs."""
    begin = core.postgres.begin
    return JobsUseCases(
        claim_slot=ClaimSlot(begin, core.ids, core.wall),
        start=StartRun(begin, core.wall),
        report=ReportProgress(begin),
        end=EndRun(begin, core.wall),
    )
