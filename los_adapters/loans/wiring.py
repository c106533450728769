"""The use cases of loans, wired."""

import attrs

from los_adapters.core import Core
from los_domain.loans.ports import MissingSteps
from los_domain.loans.usecases.apply import Apply, StartReview
from los_domain.loans.usecases.rules import ListRules, SaveRule
from los_domain.settings.ports import SettingsReader


@attrs.frozen
class LoansUseCases:
    """Loan rules, and a loan from its application to its acceptance."""

    rules: ListRules
    save_rule: SaveRule
    apply: Apply
    start_review: StartReview


def build(core: Core, settings: SettingsReader, missing: MissingSteps) -> LoansUseCases:
    """Wire loans."""
    begin = core.postgres.begin
    return LoansUseCases(
        rules=ListRules(begin),
        save_rule=SaveRule(begin, core.wall),
        apply=Apply(begin, settings, missing, core.ids, core.clock, core.wall),
        start_review=StartReview(begin),
    )
