"""Store of loan rules."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.loans import tables
from los_adapters.loans.terms import fee_from_json, fee_to_json, terms_from_json, terms_to_json
from los_adapters.shared.store import Context
from los_domain.loans.rules import LoanRule, RiskCategory
from los_domain.shared.errors import NotFound, StaleWrite
from los_domain.shared.money import Money

_R = tables.loan_rules.c


def rule_to_row(rule: LoanRule) -> dict[str, Any]:
    """Return the columns of *rule*."""
    return {
        "id": rule.id,
        "version": rule.version,
        "name": rule.name,
        "risk": rule.risk.value,
        "is_active": rule.is_active,
        "least_paise": rule.least.paise,
        "most_paise": rule.most.paise,
        "tenures_months": list(rule.tenures_months),
        "fee": fee_to_json(rule.fee),
        "due_days": list(rule.due_days),
        "cooling_off_days": rule.cooling_off_days,
        "example": terms_to_json(rule.example),
    }


def rule_from_row(row: Mapping[Any, Any]) -> LoanRule:
    """Return the rule that *row* holds."""
    return LoanRule(
        id=row["id"],
        version=row["version"],
        name=row["name"],
        risk=RiskCategory(row["risk"]),
        is_active=row["is_active"],
        least=Money(row["least_paise"]),
        most=Money(row["most_paise"]),
        tenures_months=tuple(row["tenures_months"]),
        fee=fee_from_json(row["fee"]),
        due_days=tuple(row["due_days"]),
        cooling_off_days=row["cooling_off_days"],
        example=terms_from_json(row["example"]),
    )


@attrs.frozen
class SqlRules:
    """Loan rules of a brand."""

    context: Context

    def newest(self, rule_id: UUID) -> LoanRule:
        """Return the newest version of a rule. Raises NotFound."""
        return self._one(_R.id == rule_id)

    def get(self, rule_id: UUID, version: int) -> LoanRule:
        """Return one version. Raises NotFound."""
        return self._one(_R.id == rule_id, _R.version == version)

    def _one(self, *conditions: sa.ColumnElement[bool]) -> LoanRule:
        statement = (
            sa.select(tables.loan_rules)
            .where(_R.brand_id == self.context.brand, *conditions)
            .order_by(_R.version.desc())
            .limit(1)
        )
        row = self.context.connection.execute(statement).mappings().one_or_none()
        if row is None:
            raise NotFound("no such loan rule")
        return rule_from_row(row)

    def every(self) -> Sequence[LoanRule]:
        """Return the newest version of each rule, by name."""
        statement = (
            sa.select(tables.loan_rules)
            .ext(pg.distinct_on(_R.id))
            .where(_R.brand_id == self.context.brand)
            .order_by(_R.id, _R.version.desc())
        )
        found = [rule_from_row(row) for row in self.context.connection.execute(statement).mappings()]
        return sorted(found, key=lambda rule: (rule.name, rule.id))

    def add(self, rule: LoanRule, *, at: datetime) -> None:
        """Store a version. Raises StaleWrite if its number is taken."""
        added = self.context.added(
            tables.loan_rules,
            brand_id=self.context.brand,
            saved_by=self.context.scope.actor.id,
            saved_at=at,
            **rule_to_row(rule),
        )
        if not added:
            raise StaleWrite("this loan rule was changed meanwhile: read it again")
