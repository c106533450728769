"""
Replays of a loan's life: events in words become transactions, the account is folded, and its rows are written down.

Words are mapped here; every figure comes from the engine.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import attrs

from los_cli.math_terms import Words, known, money, terms_of
from los_domain.repayment import Account, Transaction, TransactionKind, fold, payoff
from los_domain.repayment.account import AccountState, Allocation, InstalmentState
from los_domain.repayment.dpd import Bucket
from los_domain.repayment.servicing import (
    AccountTerms,
    FutureMoney,
    InterestBasis,
    OverdueFrom,
    Walk,
    Waterfall,
)
from los_domain.repayment.transactions import Component
from los_domain.shared.money import ZERO

Answer = Mapping[str, Any]

K = TransactionKind
COMPONENTS = {
    "principal": Component.PRINCIPAL,
    "interest": Component.INTEREST,
    "fees": Component.FEE,
    "penalties": Component.PENALTY,
}
WALKS = {
    "instalment_by_instalment": Walk.INSTALMENT,
    "oldest_instalment_first": Walk.INSTALMENT,
    "component_by_component": Walk.COMPONENT,
}
FUTURE = {
    "next_installment": FutureMoney.NEXT_INSTALMENT,
    "last_installment": FutureMoney.LAST_INSTALMENT,
    "next_last_installment": FutureMoney.NEXT_THEN_LAST,
    "reamortization": FutureMoney.REAMORTISE,
}
KINDS = {
    "disbursement": K.DISBURSEMENT,
    "down_payment": K.DOWN_PAYMENT,
    "repayment": K.PAYMENT,
    "merchant_issued_refund": K.MERCHANT_REFUND,
    "payout_refund": K.MERCHANT_REFUND,
    "goodwill_credit": K.GOODWILL,
    "interest_payment_waiver": K.INTEREST_CREDIT,
    "credit_balance_refund": K.REFUND,
    "charge-off": K.CHARGE_OFF,
    "write-off": K.WRITE_OFF,
}
WORD = {kind: word for word, kind in reversed(KINDS.items())}
EVENTS = {
    "disburse": K.DISBURSEMENT,
    "repayment": K.PAYMENT,
    "merchant_issued_refund": K.MERCHANT_REFUND,
    "payout_refund": K.MERCHANT_REFUND,
    "goodwill_credit": K.GOODWILL,
    "interest_payment_waiver": K.INTEREST_CREDIT,
    "credit_balance_refund": K.REFUND,
    "charge_off": K.CHARGE_OFF,
    "write_off": K.WRITE_OFF,
}
STATES = {
    AccountState.AWAITING: "approved",
    AccountState.ACTIVE: "active",
    AccountState.SETTLED: "closed_obligations_met",
    AccountState.OVERPAID: "overpaid",
    AccountState.WRITTEN_OFF: "closed_written_off",
}
OVERDUE_RULES = {
    "as_of_minus_due_date": OverdueFrom.NEXT_DAY,
    "as_of_minus_due_date_plus_1": OverdueFrom.DAY_END,
}


def replay(given: Words, ask: Sequence[Any]) -> Answer:
    """Return the answers to the checkpoints of *ask*, and the foreclosure where it is asked for."""
    answer: dict[str, Any] = {"checkpoints": [_checkpoint(given, each) for each in ask if not isinstance(each, str)]}
    if "foreclosure" in ask:
        answer["foreclosure"] = _foreclosure(given)
    return answer


def unpaid(loan: Words) -> Account:
    """Return the account of a loan of which only the payments listed in it were made, on the day named in it."""
    events = [{"event": "disburse", **each} for each in loan["disbursements"]]
    events += [{"event": "repayment", **each} for each in loan.get("payments", ())]
    order = {"walk": "instalment_by_instalment", "order": list(reversed(COMPONENTS))}
    given = {"loan": loan, "allocation": order, "events": events}
    return Life.of(given, events).account(date.fromisoformat(loan["as_of"]))


def standing(given: Words, on: date | None) -> Account:
    """Return the account of a loan and its events, as of *on*; by default on the day the events end."""
    return Life.of(given, given["events"]).account(on)


def state(account: Account) -> Answer:
    """Return an account in words: its rows, and where it stands."""
    next_due = account.next_due_on
    return {
        "as_of": str(account.on),
        "status": STATES[account.state],
        "rows": [_row(number, row) for number, row in enumerate(account.instalments, 1)],
        "principal_outstanding": str(account.outstanding.principal),
        "accrued_interest": str(account.accrued_interest),
        "arrears": str(account.arrears.total),
        "excess": str(account.excess),
        "days_past_due": account.dpd,
        "asset_class": account.asset_class.value,
        "next_due_on": str(next_due) if next_due else None,
    }


@attrs.define
class Life:
    """The transactions of a loan, entered one event after another, and today's date."""

    terms: AccountTerms
    automatic_down_payment: bool
    charges_count_from_the_start: bool
    today: date = date.min
    entered: list[Transaction] = attrs.field(factory=list)
    undone: dict[UUID, Allocation] = attrs.field(factory=dict)

    @classmethod
    def of(cls, given: Words, events: Sequence[Words]) -> "Life":
        """Enter *events* on the loan of *given*."""
        loan = given["loan"]
        # an engine without groups sees an instalment with all its charges, whenever they were levied
        sees_all = "groups" not in given["allocation"]
        life = cls(account_terms(given), (loan.get("down_payment") or {}).get("paid_automatically", False), sees_all)
        for event in events:
            life.enter(event)
        return life

    def account(self, up_to: date | None = None) -> Account:
        """Return the account as it stands today, or on *up_to*."""
        return fold(self.terms, self.entered, up_to or self.today)

    def enter(self, event: Words) -> None:
        """Let *event* happen."""
        what = event["event"]
        if what == "business_date":
            self.today = date.fromisoformat(event["date"])
        elif what == "undo_transaction":
            self._undo(event)
        elif what == "add_charge":
            self._charge(event)
        elif what == "foreclose":
            on = date.fromisoformat(event["date"])
            self._add(K.PAYMENT, on, amount=payoff(self.account(on), on).total)
        elif what == "reschedule":
            due, to = (date.fromisoformat(event[name]) for name in ("reschedule_from_date", "adjusted_due_date"))
            self._add(K.DUE_DATE_SHIFT, date.fromisoformat(event["submitted_on_date"]), due_on=due, to_on=to)
        else:
            on = date.fromisoformat(event["date"])
            amount = money(event["amount"]) if "amount" in event else ZERO
            self._add(known(EVENTS, what, "event"), on, amount=amount)
            if what == "disburse" and self.automatic_down_payment:
                self._add(K.DOWN_PAYMENT, on)

    def _charge(self, event: Words) -> None:
        due = date.fromisoformat(event["due_date"])
        component = Component.PENALTY if event["is_penalty"] else Component.FEE
        on = min(due, date.fromisoformat(event["recorded_on"]))
        if self.charges_count_from_the_start:
            on = min(each.value_on for each in self.entered)
        self._add(K.CHARGE, on, amount=money(event["amount"]), component=component, due_on=due)

    def _undo(self, event: Words) -> None:
        standing = [each for each in self.entered if each.kind is not K.CHARGE]
        if "nth_repayment_of_loan" in event:
            found = [each for each in standing if each.kind is K.PAYMENT]
            target = dict(enumerate(found, 1))[event["nth_repayment_of_loan"]]
        else:
            on = date.fromisoformat(event["date"])
            found = [each for each in standing if each.value_on == on and self._is(each, event.get("type"))]
            target = dict(enumerate(found, 1))[event["nth_on_date"]]
        self.undone[target.id] = self.account().allocation_of(target.id)
        self._add(K.REVERSAL, target.value_on, reverses=target.id)

    def _is(self, entered: Transaction, word: str | None) -> bool:
        return entered.kind is not K.REVERSAL and (word is None or entered.kind is known(KINDS, word, "type"))

    def _add(self, kind: TransactionKind, on: date, **fields: Any) -> None:
        number = len(self.entered) + 1
        self.entered.append(Transaction(id=UUID(int=number), kind=kind, value_on=on, sequence=number, **fields))


def account_terms(given: Words) -> AccountTerms:
    """Return the terms of the account that *given* describes: the loan and its order of allocation."""
    loan, events = given["loan"], given["events"]
    lent = [event for event in events if event["event"] == "disburse"]
    recalculated = (loan.get("interest_recalculation") or {}).get("enabled", False)
    rest = (loan.get("interest_recalculation") or {}).get("rest_frequency", "daily")
    return AccountTerms(
        schedule=terms_of(loan, lent),
        basis=InterestBasis.DAILY_BALANCE if recalculated else InterestBasis.SCHEDULED,
        rest_at_due_dates=rest == "same_as_repayment",
        late_interest=(loan.get("interest_recalculation") or {}).get("accrues_on_past_due_principal", True),
        interest_after_maturity=False,
        waterfall=_waterfall(given["allocation"]),
        overdue_from=known(OVERDUE_RULES, given.get("overdue_days_rule", "as_of_minus_due_date"), "overdue_days_rule"),
        down_payment_bears_charges="groups" in given["allocation"],
    )


def _waterfall(words: Words) -> Waterfall:
    order = words.get("order")
    due = words.get("order_when_due", order)
    in_advance = words.get("order_in_advance", order)
    rules = words.get("future_instalment_rule_by_transaction", {"default": "next_installment"})
    return Waterfall(
        due=tuple(known(COMPONENTS, each, "order") for each in due),
        in_advance=tuple(known(COMPONENTS, each, "order") for each in in_advance),
        walk=known(WALKS, words["walk"], "walk"),
        future=known(FUTURE, rules["default"], "future_instalment_rule"),
        future_of=tuple(
            (known(KINDS, kind, "transaction"), known(FUTURE, rule, "future_instalment_rule"))
            for kind, rule in rules.items()
            if kind not in ("default", "payout_refund")
        ),
        due_charges_first=due != in_advance,
    )


def _checkpoint(given: Words, asked: Words) -> Answer:
    life = Life.of(given, given["events"][: asked["after_n_events"]])
    account = life.account(date.fromisoformat(asked["as_of"]))
    return known(WANTED, asked["want"], "want")(given, life, account)


def _schedule(_given: Words, _life: Life, account: Account) -> Answer:
    return {"rows": [_row(number, row) for number, row in enumerate(account.instalments, 1)]}


def _row(number: int, row: InstalmentState) -> Answer:
    return {
        "number": number,
        "due_date": str(row.due_on),
        "fully_paid_on": str(row.paid_on) if row.paid_on else None,
        "principal": str(row.due.principal),
        "interest": str(row.due.interest),
        "fees": str(row.due.fees),
        "penalties": str(row.due.penalties),
        "due": str(row.due.total),
        "paid": str(row.paid.total),
        "paid_in_advance": str(row.paid_early),
        "paid_late": str(row.paid_late),
        "outstanding": str(row.outstanding.total),
    }


def _totals(_given: Words, _life: Life, account: Account) -> Answer:
    totals = account.totals
    return {
        "values": {
            "principal_due": str(totals.due.principal),
            "interest": str(totals.due.interest),
            "fees": str(totals.due.fees),
            "penalties": str(totals.due.penalties),
            "due": str(totals.due.total),
            "paid": str(totals.paid.total),
            "in_advance": str(totals.paid_early),
            "late": str(totals.paid_late),
            "outstanding": str(totals.outstanding.total),
        }
    }


def _transactions(_given: Words, life: Life, account: Account) -> Answer:
    standing = {each.transaction: each for each in account.allocations if each.transaction is not None}
    rows = []
    for entered in sorted(life.entered, key=lambda each: each.order):
        found = standing.get(entered.id) or life.undone.get(entered.id)
        if found is not None:
            rows.append(_allocation(found) | ({"reverted": True} if entered.id in life.undone else {}))
    return {"rows": rows}


def _allocation(moved: Allocation) -> dict[str, Any]:
    return {
        "date": str(moved.on),
        "type": WORD[moved.kind],
        "amount": str(moved.amount),
        "principal": str(moved.to.principal),
        "interest": str(moved.to.interest),
        "fees": str(moved.to.fees),
        "penalties": str(moved.to.penalties),
        "loan_balance": str(moved.balance),
        "overpayment": str(moved.excess),
    }


def _status(_given: Words, _life: Life, account: Account) -> Answer:
    return {"value": STATES[account.state]}


def _outstanding(_given: Words, _life: Life, account: Account) -> Answer:
    return {"value": str(account.scheduled_outstanding.total)}


def _overpaid(_given: Words, _life: Life, account: Account) -> Answer:
    return {"value": str(account.excess)}


def _by_bucket(given: Words, _life: Life, account: Account) -> Answer:
    buckets = [Bucket(each["name"], each["from_days"], each["to_days"]) for each in given["buckets"]]
    return {"overdue_by_bucket": {name: str(paise) for name, paise in account.overdue_by_bucket(buckets).items()}}


WANTED = {
    "schedule": _schedule,
    "schedule_totals": _totals,
    "transactions": _transactions,
    "status": _status,
    "outstanding_amount": _outstanding,
    "overpaid_amount": _overpaid,
    "overdue_by_bucket": _by_bucket,
}


def _foreclosure(given: Words) -> Answer:
    at = next(place for place, event in enumerate(given["events"]) if event["event"] == "foreclose")
    on = date.fromisoformat(given["events"][at]["date"])
    quote = payoff(Life.of(given, given["events"][:at]).account(on), on)
    interest = quote.overdue_interest + quote.interest
    return {
        "date": str(on),
        "amount": str(quote.total),
        "principal": str(quote.principal),
        "interest": str(interest),
        "fees": str(quote.fees),
        "penalties": str(quote.penalties),
    }
