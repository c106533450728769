"""
A loan lived by a state machine: payments on time, late and back-dated, charges, waivers, refunds, reversals.

After every step the fold agrees with the clerk's book (naive_account.py) to the paisa, with itself step by step, and with the ledger.
"""

from datetime import date, timedelta
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from los_domain.ledger import LedgerAccount, book, trial_balance
from los_domain.repayment import (
    Account,
    AccountTerms,
    ImpossibleTransaction,
    Transaction,
    TransactionKind,
    advance,
    at,
    fold,
    indian,
)
from los_domain.repayment.servicing import FutureMoney, OverdueFrom, PenalBase, PenalPolicy, Walk, Waterfall
from los_domain.repayment.transactions import Component
from los_domain.shared.money import Money
from los_domain.shared.rates import Quoted, Rate
from tests.repayment.naive_account import Clerk, keep

K = TransactionKind
LENT_ON = date(2024, 1, 31)

penal_policies = st.builds(
    PenalPolicy,
    percent=st.integers(1, 4800).map(lambda units: Quoted(units, 2)),
    base=st.sampled_from(PenalBase),
    count=st.sampled_from(OverdueFrom),
    grace_days=st.sampled_from([0, 0, 3]),
    most=st.one_of(st.none(), st.integers(1, 100_000).map(Money)),
)
orders = st.permutations([*Component]).map(tuple)
waterfalls = st.builds(
    Waterfall,
    due=orders,
    in_advance=orders,
    walk=st.sampled_from(Walk),
    future=st.sampled_from([FutureMoney.EXCESS, FutureMoney.NEXT_INSTALMENT, FutureMoney.LAST_INSTALMENT]),
)
parts = st.sampled_from([0, 1, 50, 99, 100, 101, 200, 350])


class Loan(RuleBasedStateMachine):
    terms: AccountTerms
    account: Account
    today: date

    def __init__(self) -> None:
        super().__init__()
        self.entered: list[Transaction] = []

    @initialize(
        rupees=st.integers(100, 5_000_000),
        percent=st.sampled_from(["0", "12", "18.5", "36", "99.99"]),
        n=st.integers(1, 14),
        waterfall=waterfalls,
        penal=st.one_of(st.none(), penal_policies),
        overdue_from=st.sampled_from(OverdueFrom),
        excess_pays_dues=st.booleans(),
    )
    def lend(
        self,
        rupees: int,
        percent: str,
        n: int,
        waterfall: Waterfall,
        penal: PenalPolicy | None,
        overdue_from: OverdueFrom,
        excess_pays_dues: bool,
    ) -> None:
        schedule = indian(Money.rupees(rupees), Rate.yearly(percent), n, LENT_ON)
        self.terms = AccountTerms(
            schedule=schedule,
            waterfall=waterfall,
            penal=penal,
            overdue_from=overdue_from,
            excess_pays_dues=excess_pays_dues,
        )
        self.today = LENT_ON
        self.account = fold(self.terms, (), LENT_ON)
        self._enter(K.DISBURSEMENT, LENT_ON, schedule.principal.paise)

    @rule(days=st.sampled_from([1, 3, 14, 28, 29, 30, 31, 45, 91]))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(months=st.integers(1, 3))
    def wait_for_dues(self, months: int) -> None:
        self.today = min(self.today + timedelta(days=31 * months), LENT_ON + timedelta(days=700))

    @rule(percent=parts, odd=st.integers(0, 99), back=st.sampled_from([0, 0, 0, 0, 1, 20, 70]))
    def pay(self, percent: int, odd: int, back: int) -> None:
        amount = self.account.emi * percent // 100 + odd
        if amount:
            self._enter(K.PAYMENT, max(LENT_ON, self.today - timedelta(days=back)), amount)

    @rule(paise=st.integers(1, 50_000), component=st.sampled_from([Component.FEE, Component.PENALTY]))
    def charge(self, paise: int, component: Component) -> None:
        if not at(self.account, self.today).is_settled:  # a loan that is over takes no charge: its status refuses it
            self._enter(K.CHARGE, self.today, paise, component=component)

    @rule(
        component=st.sampled_from([Component.INTEREST, Component.FEE, Component.PENALTY]), percent=st.integers(1, 100)
    )
    def waive(self, component: Component, percent: int) -> None:
        owed = at(self.account, self.today).arrears
        amounts = {Component.INTEREST: owed.interest, Component.FEE: owed.fees, Component.PENALTY: owed.penalties}
        amount = amounts[component].paise * percent // 100
        if amount:
            self._enter(K.WAIVER, self.today, amount, component=component)

    @rule()
    def refund(self) -> None:
        excess = at(self.account, self.today).excess
        if excess:
            self._enter(K.REFUND, self.today, excess.paise)

    @rule(which=st.integers(0, 30))
    def reverse(self, which: int) -> None:
        undone = {each.reverses for each in self.entered}
        paid = [each for each in self.entered if each.kind is K.PAYMENT and each.id not in undone]
        if paid:
            self._enter(K.REVERSAL, self.today, 0, reverses=paid[which % len(paid)].id)

    def _enter(self, kind: K, on: date, paise: int, **fields: object) -> None:
        number = len(self.entered) + 1
        entered = Transaction(
            id=UUID(int=number),
            kind=kind,
            value_on=on,
            sequence=number,
            amount=Money(paise),
            **fields,  # type: ignore[arg-type]
        )
        try:
            account = fold(self.terms, [*self.entered, entered], self.today)
        except ImpossibleTransaction:
            # what was waived or refunded on the strength of a payment stands in its way
            assert kind is not K.DISBURSEMENT
            return
        if (
            on == self.today
            and kind is not K.REVERSAL
            and (self.account.last is None or entered.order > self.account.last)
        ):
            assert advance(at(self.account, self.today), entered) == account
        self.entered.append(entered)
        self.account = account

    @invariant()
    def the_clerk_agrees(self) -> None:
        if not self.entered:
            return
        account = self.account = fold(self.terms, self.entered, self.today)
        clerk = keep(self.terms, self.entered, self.today)
        for component, of in zip(
            (Component.PRINCIPAL, Component.INTEREST, Component.FEE, Component.PENALTY), account.owed, strict=True
        ):
            assert sum(of) == clerk.owed(component), (component, sum(of), clerk.owed(component))
        assert account.excess.paise == clerk.excess
        assert account.dpd == clerk.overdue_days(self.today)
        assert (account.npa_since is not None) is self._npa(clerk)

    @staticmethod
    def _npa(clerk: Clerk) -> bool:
        return clerk.npa

    @invariant()
    def the_ledger_agrees(self) -> None:
        if not self.entered:
            return
        journals = book(self.terms, self.entered, self.today, booked_on=self.today)
        balance = trial_balance(journals, self.today)
        assert balance.total == Money(0)
        assert balance.of(LedgerAccount.PRINCIPAL) == self.account.outstanding.principal
        assert -balance.of(LedgerAccount.EXCESS) == self.account.excess


QUICK = [Phase.explicit, Phase.reuse, Phase.generate]  # shrinking a life takes minutes
Loan.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None, phases=QUICK)
TestLoan = Loan.TestCase
