"""Loan rules: shown and saved."""

from collections.abc import Sequence

import attrs

from los_domain.loans.ports import RuleWork
from los_domain.loans.rules import LoanRule, checked
from los_domain.settings.policy import fields_of, told
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent, Value, differing
from los_domain.shared.clocks import WallClock
from los_domain.shared.errors import StaleWrite
from los_domain.shared.work import Begin


@attrs.frozen
class ListRules:
    """Show a brand's products as they stand."""

    begin: Begin[BrandScope, RuleWork]

    def __call__(self, scope: BrandScope) -> Sequence[LoanRule]:
        """Return the newest version of each, by name."""
        with self.begin(scope) as work:
            return work.rules.every()


@attrs.frozen
class SaveRule:
    """Add a product, or a new version of one. Loans applied for before stay under their own version."""

    begin: Begin[BrandScope, RuleWork]
    wall: WallClock

    def __call__(self, scope: BrandScope, rule: LoanRule) -> LoanRule:
        """
        Return the rule as saved. *rule* has the version that the writer had read, 0 for a new one.

        Raises Invalid with every field at fault, ImpossibleTerms for conventions that cannot be met, NotFound, StaleWrite.
        """
        saved = checked(attrs.evolve(rule, version=rule.version + 1))
        with self.begin(scope) as work:
            before = None if rule.version == 0 else work.rules.newest(rule.id)
            if before is not None and before.version != rule.version:
                raise StaleWrite("this loan rule was changed meanwhile: read it again")
            work.rules.add(saved, at=self.wall.now())
            was, is_now = differing({} if before is None else _shown(before), _shown(saved))
            work.audit.add(AuditEvent("loans.save-rule", "loan-rule", rule.id, was, is_now))
            return work.finish(saved)


def _shown(rule: LoanRule) -> dict[str, Value]:
    """Return the fields of *rule* and of its conventions, each under its own name."""
    example = rule.example
    hidden = {"id", "example", "schedule", "disbursements"}
    every = {**fields_of(example.schedule), **fields_of(example), **fields_of(rule)}
    return {name: told(value) for name, value in every.items() if name not in hidden}
