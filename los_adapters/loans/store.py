"""Store of loans and their history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.loans import tables
from los_adapters.loans.terms import terms_from_json, terms_to_json
from los_adapters.shared.store import Context
from los_domain.loans.model import Loan, Standing, Step
from los_domain.loans.policy import Fired
from los_domain.loans.states import Ending, LoanEvent, LoanStatus
from los_domain.shared.actor import Actor, ActorKind
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import NotFound, StaleWrite
from los_domain.shared.ids import BankAccountId, CustomerId, LoanId
from los_domain.shared.money import Money

_L = tables.loans.c
_LOCK_TIMEOUT = sa.text("set local lock_timeout = '3s'")


def loan_to_row(loan: Loan) -> dict[str, Any]:
    """Return the columns of *loan*."""
    standing = loan.standing
    return {
        "id": loan.id,
        "number": loan.number,
        "customer_id": loan.customer_id,
        "status": loan.status.value,
        "ending": loan.ending.value if loan.ending else None,
        "amount_paise": loan.amount.paise,
        "tenure_months": loan.tenure_months,
        "purpose": loan.purpose,
        "rule_id": loan.rule_id,
        "rule_version": loan.rule_version,
        "applied_at": loan.applied_at,
        "terms": terms_to_json(loan.terms) if loan.terms else sa.null(),
        "sanctioned_paise": None if loan.sanctioned is None else loan.sanctioned.paise,
        "sanctioned_at": loan.sanctioned_at,
        "fee_paise": loan.fee.paise,
        "gst_paise": loan.gst.paise,
        "upfront_interest_paise": loan.upfront_interest.paise,
        "pay_to": loan.pay_to,
        "is_paying": loan.is_paying,
        "digest": loan.digest,
        "accepted_at": loan.accepted_at,
        "disbursed_on": loan.disbursed_on,
        "closed_on": loan.closed_on,
        "outstanding_paise": standing.outstanding.paise,
        "overdue_paise": standing.overdue.paise,
        "excess_paise": standing.excess.paise,
        "oldest_due_on": standing.oldest_due_on,
        "next_due_on": standing.next_due_on,
        "next_transition_on": standing.next_transition_on,
        "folded_up_to": standing.folded_up_to,
        "posted_up_to": standing.posted_up_to,
        "version": loan.version,
    }


def loan_from_row(row: Mapping[Any, Any]) -> Loan:
    """Return the loan that *row* holds."""
    return Loan(
        id=LoanId(row["id"]),
        number=row["number"],
        customer_id=CustomerId(row["customer_id"]),
        status=LoanStatus(row["status"]),
        amount=Money(row["amount_paise"]),
        tenure_months=row["tenure_months"],
        rule_id=row["rule_id"],
        rule_version=row["rule_version"],
        applied_at=row["applied_at"],
        purpose=row["purpose"],
        ending=None if row["ending"] is None else Ending(row["ending"]),
        terms=None if row["terms"] is None else terms_from_json(row["terms"]),
        sanctioned=None if row["sanctioned_paise"] is None else Money(row["sanctioned_paise"]),
        sanctioned_at=row["sanctioned_at"],
        fee=Money(row["fee_paise"]),
        gst=Money(row["gst_paise"]),
        upfront_interest=Money(row["upfront_interest_paise"]),
        pay_to=None if row["pay_to"] is None else BankAccountId(row["pay_to"]),
        is_paying=row["is_paying"],
        digest=row["digest"],
        accepted_at=row["accepted_at"],
        disbursed_on=row["disbursed_on"],
        closed_on=row["closed_on"],
        standing=Standing(
            outstanding=Money(row["outstanding_paise"]),
            overdue=Money(row["overdue_paise"]),
            excess=Money(row["excess_paise"]),
            oldest_due_on=row["oldest_due_on"],
            next_due_on=row["next_due_on"],
            next_transition_on=row["next_transition_on"],
            folded_up_to=row["folded_up_to"],
            posted_up_to=row["posted_up_to"],
        ),
        version=row["version"],
    )


def step_to_row(step: Step) -> dict[str, Any]:
    """Return the columns of *step*."""
    return {
        "loan_id": step.loan_id,
        "number": step.number,
        "event": step.event.value if step.event else None,
        "before": step.before.value if step.before else None,
        "after": step.after.value,
        "actor_kind": step.actor.kind.value,
        "actor_id": step.actor.id,
        "actor_name": step.actor.name,
        "reason": step.reason,
        "at": step.at,
    }


def step_from_row(row: Mapping[Any, Any]) -> Step:
    """Return the step that *row* holds."""
    return Step(
        loan_id=LoanId(row["loan_id"]),
        number=row["number"],
        event=None if row["event"] is None else LoanEvent(row["event"]),
        before=None if row["before"] is None else LoanStatus(row["before"]),
        after=LoanStatus(row["after"]),
        actor=Actor(ActorKind(row["actor_kind"]), row["actor_id"], row["actor_name"]),
        reason=row["reason"],
        at=row["at"],
    )


@attrs.frozen
class SqlLoans:
    """Loans of a brand."""

    context: Context
    clock: Clock

    def next_number(self) -> str:
        """Return the brand's next loan number; two applications at once wait for one another here, and nowhere else."""
        statement = pg.insert(tables.loan_numbers).values(brand_id=self.context.brand, last=1)
        number = self.context.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["brand_id"], set_={"last": tables.loan_numbers.c.last + 1}
            ).returning(tables.loan_numbers.c.last)
        ).scalar_one()
        return f"L{number:06d}"

    def add(self, loan: Loan, *, reason: str = "") -> None:
        """Store a new application and the first step of its history."""
        connection, brand = self.context.connection, self.context.brand
        connection.execute(sa.insert(tables.loans).values(brand_id=brand, **loan_to_row(loan)))
        self._add_step(Step(loan.id, 1, None, None, loan.status, self._actor, reason, self.clock.now()))

    def get(self, loan_id: LoanId, *, lock: bool = False) -> Loan:
        """Return the loan, its row locked if asked. Raises NotFound, or StaleWrite if the lock is not to be had in three seconds."""
        statement = sa.select(tables.loans).where(_L.brand_id == self.context.brand, _L.id == loan_id)
        if lock:
            self.context.connection.execute(_LOCK_TIMEOUT)
            statement = statement.with_for_update(key_share=True)
        row = self.context.connection.execute(statement).mappings().one_or_none()
        if row is None:
            raise NotFound("no such loan")
        return loan_from_row(row)

    def of_customer(self, customer_id: CustomerId, *, hold: bool = False) -> Sequence[Loan]:
        """Return her loans, newest first; *hold* lets nobody else apply for her until the transaction ends."""
        if hold:
            self.context.lock(f"apply:{self.context.brand}:{customer_id}")
        statement = (
            sa.select(tables.loans)
            .where(_L.brand_id == self.context.brand, _L.customer_id == customer_id)
            .order_by(_L.applied_at.desc(), _L.id.desc())
        )
        return [loan_from_row(row) for row in self.context.connection.execute(statement).mappings()]

    def save(self, loan: Loan) -> Loan:
        """Write over the version it was read at, and return it at its new one. Raises StaleWrite."""
        saved = attrs.evolve(loan, version=loan.version + 1)
        done = self.context.connection.execute(
            sa.update(tables.loans)
            .where(_L.brand_id == self.context.brand, _L.id == loan.id, _L.version == loan.version)
            .values(**loan_to_row(saved))
        )
        if done.rowcount != 1:
            raise StaleWrite("the loan was changed meanwhile: read it again")
        return saved

    def record(self, fired: Fired, *, reason: str, at: datetime | None = None) -> None:
        """Add what *fired* did to the loan's history."""
        last = self.context.connection.execute(
            sa.select(sa.func.max(tables.loan_history.c.number)).where(
                tables.loan_history.c.brand_id == self.context.brand, tables.loan_history.c.loan_id == fired.loan.id
            )
        ).scalar_one()
        self._add_step(
            Step(
                fired.loan.id,
                last + 1,
                fired.event,
                fired.was,
                fired.loan.status,
                fired.by,
                reason,
                at or self.clock.now(),
            )
        )

    def history(self, loan_id: LoanId) -> Sequence[Step]:
        """Return every step, oldest first."""
        statement = (
            sa.select(tables.loan_history)
            .where(tables.loan_history.c.brand_id == self.context.brand, tables.loan_history.c.loan_id == loan_id)
            .order_by(tables.loan_history.c.number)
        )
        return [step_from_row(row) for row in self.context.connection.execute(statement).mappings()]

    def _add_step(self, step: Step) -> None:
        self.context.connection.execute(
            sa.insert(tables.loan_history).values(brand_id=self.context.brand, **step_to_row(step))
        )

    @property
    def _actor(self) -> Actor:
        return self.context.scope.actor
