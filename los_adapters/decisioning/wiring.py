"""The use cases of decisioning, wired."""

import attrs

from los_adapters.core import Core
from los_domain.decisioning.usecases import BypassReports, Decide, Evaluate, Explain, NoticesFor
from los_domain.loans.ports import MissingSteps


@attrs.frozen
class DecisioningUseCases:
    """Decisions about loans."""

    decide: Decide
    evaluate: Evaluate
    explain: Explain
    notices: NoticesFor
    bypass: BypassReports


def build(core: Core, missing: MissingSteps) -> DecisioningUseCases:
    """Wire decisioning."""
    begin = core.postgres.begin
    decide = Decide(begin, missing, core.ids, core.clock)
    return DecisioningUseCases(
        decide=decide,
        evaluate=Evaluate(begin, decide),
        explain=Explain(begin),
        notices=NoticesFor(begin),
        bypass=BypassReports(begin, core.clock),
    )
