"""Stores of decisions and bypassed reports."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.decisioning import tables
from los_adapters.shared.store import Context, Seal
from los_domain.decisioning.catalogue import Source
from los_domain.decisioning.model import Bypass, Decision
from los_domain.decisioning.policy import (
    facts_from_json,
    facts_to_json,
    judgement_of,
    policy_from_json,
    policy_to_json,
)
from los_domain.shared.actor import Actor, ActorKind
from los_domain.shared.errors import NotFound
from los_domain.shared.ids import CustomerId, LoanId

_D, _B = tables.decisions.c, tables.report_bypasses.c


def decision_to_row(decision: Decision, seal: Seal) -> dict[str, Any]:
    """Return the columns of *decision*; its policy is a row of its own."""
    return {
        "id": decision.id,
        "loan_id": decision.loan_id,
        "customer_id": decision.customer_id,
        "loan_version": decision.loan_version,
        "outcome": decision.judgement.outcome.value,
        "policy_digest": decision.policy_digest,
        "facts": seal.json("facts", facts_to_json(decision.facts)),
        "bits": seal.raw("bits", decision.bits),
        "bits_sha256": sha256(decision.bits).hexdigest(),
        "bypassed": sorted(source.value for source in decision.bypassed),
        "pull_id": decision.pull_id,
        "report_sha256": decision.report_sha256,
        "decided_at": decision.decided_at,
        "actor_kind": decision.by.kind.value,
        "actor_id": decision.by.id,
        "actor_name": decision.by.name,
    }


def decision_from_row(row: Mapping[Any, Any], policy: Mapping[str, Any], seal: Seal) -> Decision:
    """Return the decision that *row* and the body of its policy hold."""
    bits = seal.open_raw("bits", row["bits"]) or b""
    return Decision(
        id=row["id"],
        loan_id=LoanId(row["loan_id"]),
        customer_id=CustomerId(row["customer_id"]),
        loan_version=row["loan_version"],
        judgement=judgement_of(bits),
        facts=facts_from_json(seal.open_json("facts", row["facts"])),
        bypassed=frozenset(Source(word) for word in row["bypassed"]),
        policy=policy_from_json(policy),
        policy_digest=row["policy_digest"],
        bits=bits,
        pull_id=row["pull_id"],
        report_sha256=row["report_sha256"],
        decided_at=row["decided_at"],
        by=Actor(ActorKind(row["actor_kind"]), row["actor_id"], row["actor_name"]),
    )


@attrs.frozen
class SqlDecisions:
    """Decisions of a brand."""

    context: Context

    def add(self, decision: Decision) -> None:
        """Store one, and its policy where that is new."""
        brand = self.context.brand
        self.context.added(
            tables.decision_policies,
            brand_id=brand,
            digest=decision.policy_digest,
            body=policy_to_json(decision.policy),
        )
        row = decision_to_row(decision, self._seal(decision.customer_id, decision.id))
        self.context.connection.execute(sa.insert(tables.decisions).values(brand_id=brand, **row))

    def get(self, decision_id: UUID) -> Decision:
        """Return one. Raises NotFound, Erased."""
        found = self._one(_D.id == decision_id)
        if found is None:
            raise NotFound("no such decision")
        return found

    def newest(self, loan_id: LoanId) -> Decision | None:
        """Return a loan's newest decision, or None."""
        return self._one(_D.loan_id == loan_id)

    def _one(self, condition: sa.ColumnElement[bool]) -> Decision | None:
        statement = (
            sa.select(tables.decisions, tables.decision_policies.c.body.label("policy"))
            .join(
                tables.decision_policies,
                sa.and_(
                    tables.decision_policies.c.brand_id == _D.brand_id,
                    tables.decision_policies.c.digest == _D.policy_digest,
                ),
            )
            .where(_D.brand_id == self.context.brand, condition)
            .order_by(_D.decided_at.desc(), _D.id.desc())
            .limit(1)
        )
        row = self.context.connection.execute(statement).mappings().one_or_none()
        if row is None:
            return None
        return decision_from_row(row, row["policy"], self._seal(row["customer_id"], row["id"]))

    def _seal(self, customer_id: UUID, decision_id: UUID) -> Seal:
        return self.context.seal(self.context.customer_key(customer_id), tables.decisions, decision_id)


@attrs.frozen
class SqlBypasses:
    """Reports that loans of a brand may pass without."""

    context: Context

    def add(self, bypass: Bypass) -> bool:
        """Store one; False if it was there."""
        return self.context.added(
            tables.report_bypasses,
            brand_id=self.context.brand,
            loan_id=bypass.loan_id,
            source=bypass.source.value,
            actor_kind=bypass.by.kind.value,
            actor_id=bypass.by.id,
            reason=self._seal(bypass.loan_id, bypass.source).text("reason", bypass.reason),
            at=bypass.at,
        )

    def of_loan(self, loan_id: LoanId) -> Sequence[Bypass]:
        """Return a loan's, oldest first."""
        rows = self.context.connection.execute(
            sa.select(tables.report_bypasses)
            .where(_B.brand_id == self.context.brand, _B.loan_id == loan_id)
            .order_by(_B.at, _B.source)
        ).mappings()
        return [self._bypass(row) for row in rows]

    def _bypass(self, row: Mapping[Any, Any]) -> Bypass:
        loan_id, source = LoanId(row["loan_id"]), Source(row["source"])
        return Bypass(
            loan_id=loan_id,
            source=source,
            by=Actor(ActorKind(row["actor_kind"]), row["actor_id"]),
            reason=self._seal(loan_id, source).open_text("reason", row["reason"]) or "",
            at=row["at"],
        )

    def _seal(self, loan_id: LoanId, source: Source) -> Seal:
        return self.context.seal(self.context.brand_key(), tables.report_bypasses, f"{loan_id}:{source.value}")
