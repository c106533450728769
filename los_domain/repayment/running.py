"""
The account while it is being folded: mutable columns of ints, private to this package.

`Running` is made from terms or taken out of an `Account`, moved day by day and transaction by transaction, and frozen again.
Days are proleptic ordinals, money is paise, and components are numbered: principal 0, interest 1, fee 2, penalty 3.
"""

from collections.abc import Sequence
from datetime import date
from enum import IntEnum
from uuid import UUID

from los_domain.repayment import accruing
from los_domain.repayment.dpd import npa_day
from los_domain.repayment.model import RowKind, Terms
from los_domain.repayment.periods import Bearing
from los_domain.repayment.servicing import (
    AccountTerms,
    InterestBasis,
    OverdueFrom,
    PenalBase,
    PenalKind,
    PenalPolicy,
    Waterfall,
)
from los_domain.repayment.transactions import TransactionKind
from los_domain.repayment.waterfall import spread

PRINCIPAL, INTEREST, FEE, PENALTY = range(4)


class Movement(IntEnum):
    """
    What money did, counted up over the life of an account; the ledger posts the growth of each.

    RECEIVED came in at a bank, APPLIED was the borrower's excess, GIVEN is at the lender's cost, RECOVERED came in after a
    write-off; each by component, in the order principal, interest, fee, penalty.
    """

    PAID_OUT = 0  # net of what was withheld
    FEE_WITHHELD = 1
    GST_WITHHELD = 2
    INTEREST_WITHHELD = 3
    CAPITALISED = 4  # interest that became principal
    FEE_CHARGED = 5  # without its tax
    GST_CHARGED = 6
    PENALTY_CHARGED = 7
    RECEIVED_PRINCIPAL = 8
    RECEIVED_INTEREST = 9
    RECEIVED_FEE = 10
    RECEIVED_PENALTY = 11
    RECEIVED_EXCESS = 12
    APPLIED_PRINCIPAL = 13
    APPLIED_INTEREST = 14
    APPLIED_FEE = 15
    APPLIED_PENALTY = 16
    GIVEN_PRINCIPAL = 17
    GIVEN_INTEREST = 18
    GIVEN_FEE = 19
    GIVEN_PENALTY = 20
    GIVEN_EXCESS = 21
    WAIVED_PRINCIPAL = 22
    WAIVED_INTEREST = 23
    WAIVED_FEE = 24
    WAIVED_PENALTY = 25
    WRITTEN_OFF_PRINCIPAL = 26
    WRITTEN_OFF_INTEREST = 27
    WRITTEN_OFF_FEE = 28
    WRITTEN_OFF_PENALTY = 29
    RECOVERED_PRINCIPAL = 30
    RECOVERED_INTEREST = 31
    RECOVERED_FEE = 32
    RECOVERED_PENALTY = 33
    RETURNED_INTEREST = 34  # paid for days that never came, given back as excess
    REFUNDED = 35
    RECOVERED_FROM_EXCESS = 36


RECEIVED, APPLIED, GIVEN, RECOVERED = 8, 13, 17, 30
WAIVED, WRITTEN_OFF = 22, 26
RECEIVED_EXCESS, GIVEN_EXCESS = 12, 21


Applied = tuple[UUID | None, TransactionKind, int, int, int, int, int, int, int, int]
"""Transaction (None: excess by itself), kind, day, amount, principal, interest, fee, penalty, excess, balance after."""


class Running:
    """
    One account in motion.

    Columns, one entry a row: `from_days`, `due_days`, `kinds`; by component `due` (asked for), `owed` (not paid yet) and `waived`
    (forgiven or given up); `paid_on` (0 while something is owed), `early` and `late` (paid before and after the due date);
    `brought` (interest of earlier periods that the row asks for), `capital` (interest that becomes principal when it falls due);
    `counts` (paise times days unpaid, for penal charges) and `penal` (what was charged for them).
    `fallen` is the number of rows whose due date has come; `first_open` and `oldest` point to the first row that may owe anything,
    and the first that may owe principal or interest.
    kept: interest of rows that is asked for in a later one: (row, paise, that row).
    On daily balances: `steps` (day, balance from then on) since the last due date, `firm` rows that were paid before their day,
    the interest `fixed` in them this period, interest
    `waiting` to become principal, `matured` interest asked for after the last due date, and `planned` principal.
    """

    __slots__ = (
        "_bearing",
        "_reach",
        "_spans",
        "applied",
        "borrower_npa",
        "brought",
        "capital",
        "charged_off_on",
        "charges",
        "counts",
        "day",
        "disbursed",
        "due",
        "due_days",
        "early",
        "emi",
        "excess",
        "fallen",
        "firm",
        "first_open",
        "fixed",
        "from_days",
        "is_daily",
        "kept",
        "kinds",
        "last",
        "late",
        "least_npa_days",
        "matured",
        "moved",
        "npa_since",
        "oldest",
        "owed",
        "paid_on",
        "penal",
        "plan",
        "planned",
        "pool",
        "relaid",
        "settlement",
        "steps",
        "terms",
        "waiting",
        "waived",
        "written_off_on",
    )

    def __init__(self, terms: AccountTerms) -> None:
        self.terms = terms
        self.plan: Terms = terms.schedule
        self.day = 0
        self.from_days: list[int] = []
        self.due_days: list[int] = []
        self.kinds: list[RowKind] = []
        self.due: list[list[int]] = [[], [], [], []]
        self.owed: list[list[int]] = [[], [], [], []]
        self.waived: list[list[int]] = [[], [], [], []]
        self.paid_on: list[int] = []
        self.early: list[int] = []
        self.late: list[int] = []
        self.brought: list[int] = []
        self.capital: list[int] = []
        self.counts: list[int] = []
        self.penal: list[int] = []
        self.fallen = self.first_open = self.oldest = 0
        self.emi = self.excess = self.pool = 0
        self.moved = [0] * len(Movement)
        self.applied: list[Applied] = []
        self.charges: list[tuple[int, int, int, int]] = []
        self.disbursed: list[tuple[int, int]] = []
        self.kept: list[tuple[int, int, int]] = []
        self.steps: list[tuple[int, int]] = []
        self.firm: list[int] = []
        self.planned: list[int] = []
        self.fixed = self.matured = self.waiting = 0
        self.least_npa_days = min(each.npa_after for each in terms.norms)
        self.is_daily = terms.basis is InterestBasis.DAILY_BALANCE
        self._bearing: Bearing | None = None
        self._spans: dict[int, accruing.Span] | None = None
        self._reach = 0
        self.settlement: tuple[int, int, int] | None = None
        self.npa_since = self.written_off_on = self.charged_off_on = 0
        self.borrower_npa = self.relaid = False
        self.last: tuple[date, int, int] | None = None

    # -- the plan

    def agree(self, plan: Terms) -> None:
        """Let *plan* hold from now on."""
        self.plan = plan
        self._bearing = self._spans = None

    @property
    def bearing(self) -> Bearing:
        """How balances bear interest under the plan."""
        if self._bearing is None:
            self._bearing = Bearing.of(self.plan)
        return self._bearing

    def span(self, row: int) -> accruing.Span:
        """Return the repayment period that *row* belongs to."""
        return self.span_of(self.due_days[row]) or (self.from_days[row], self.due_days[row], False)

    def span_of(self, due: int) -> accruing.Span | None:
        """Return the repayment period whose instalment falls due on *due*."""
        if self._spans is None or (due > self._reach and not self.plan.due_dates):
            self._spans = accruing.spans_of(self, due)
            self._reach = max([due, *self._spans])
        return self._spans.get(due)

    # -- days

    def to(self, day: int) -> None:
        """Move to the morning of *day*: every earlier day has ended, every due date up to *day* has come."""
        due_days, rows = self.due_days, len(self.due_days)
        while self.fallen < rows and due_days[self.fallen] <= day:
            due = due_days[self.fallen]
            if self.oldest < self.fallen:
                self._days_end(due)
            if due > self.day:
                self.day = due
            self._fall_due(self.fallen)
        if self.oldest < self.fallen:
            self._days_end(day)
        if self.settlement is not None and self.settlement[1] < day:
            self.settlement = None
        if self.is_daily and self.steps and not self.written_off_on and self.fallen > accruing.maturity_row(self):
            accruing.after_maturity(self, day)
        self.day = day

    def _days_end(self, day: int) -> None:
        """Let the days before *day* end with what is unpaid."""
        principal, interest = self.owed[PRINCIPAL], self.owed[INTEREST]
        row, fallen = self.oldest, self.fallen
        while row < fallen and not (principal[row] or interest[row]):
            row += 1
        self.oldest = row
        if row >= fallen or self.written_off_on:
            return
        if not self.npa_since and day - self.due_days[row] >= self.least_npa_days:
            crossing = npa_day(self.terms.norms, self.due_days[row], self.terms.overdue_from)
            if crossing < day:
                self.npa_since = crossing
        if self.terms.penal is not None:
            self._penalise(self.terms.penal, day)

    def _penalise(self, policy: PenalPolicy, day: int) -> None:
        """Charge what late money costs to *day*, instalment by instalment."""
        principal, interest = self.owed[PRINCIPAL], self.owed[INTEREST]
        both = policy.base is PenalBase.PRINCIPAL_AND_INTEREST
        last = accruing.maturity_row(self) if self.matured else -1
        for row in range(self.oldest, self.fallen):
            due = self.due_days[row]
            unpaid = principal[row]
            if both:
                # interest since maturity grows by the day itself: it bears no penalty
                unpaid += max(0, interest[row] - self.matured) if self.matured and row == last else interest[row]
            if due >= day or not unpaid:
                continue
            if policy.kind is PenalKind.RATE:
                before = self.day if self.day > due else due - (policy.count is OverdueFrom.DAY_END)
                self.counts[row] += unpaid * (day - before)
            if day <= due + policy.grace_days:
                continue
            if policy.kind is PenalKind.RATE:
                num, den = policy.ratio
                total = policy.rounding.divide(self.counts[row] * num, den * policy.year_days)
            elif self.penal[row]:
                continue
            elif policy.kind is PenalKind.ONCE_PERCENT:
                num, den = policy.ratio
                total = policy.rounding.divide(unpaid * num, den)
            else:
                total = policy.amount.paise
            if policy.most is not None:
                total = min(total, policy.most.paise)
            more = total - self.penal[row]
            if more > 0:
                self.penal[row] = total
                self.ask(PENALTY, row, more)
                self.moved[Movement.PENALTY_CHARGED] += more

    def _fall_due(self, row: int) -> None:
        if self.is_daily:
            accruing.fix_due(self, row)
        self.fallen = row + 1
        if self.capital[row]:
            self.moved[Movement.CAPITALISED] += self.capital[row]
        if self.excess and self.terms.excess_pays_dues and not self.written_off_on:
            self.apply_excess(self.due_days[row])
        if self.is_daily:
            accruing.step(self, self.due_days[row])

    def apply_excess(self, day: int) -> None:
        """Let the borrower's excess pay what is due on *day*."""
        before = self.excess
        got = [0, 0, 0, 0]
        self.excess = spread(self, before, day, self.waterfall(), None, got)
        used = before - self.excess
        if used:
            if self.written_off_on:
                self.moved[Movement.RECOVERED_FROM_EXCESS] += used
            else:
                self.count(APPLIED, got)
            self.note(None, TransactionKind.PAYMENT, day, used, got, 0)

    # -- what is owed

    @property
    def balance(self) -> int:
        """The principal owed, due or not."""
        owed = sum(self.owed[PRINCIPAL])
        return owed - sum(self.capital[self.fallen :]) if self.plan.moratorium is not None else owed

    def ask(self, component: int, row: int, paise: int) -> None:
        """Make *row* owe *paise* more of *component*."""
        self.due[component][row] += paise
        self.owed[component][row] += paise
        if paise:
            self.paid_on[row] = 0
            self.first_open = min(self.first_open, row)
            if component < FEE:
                self.oldest = min(self.oldest, row)

    def take(self, component: int, row: int, paise: int, day: int) -> None:
        """Pay *paise* of *component* in *row* on *day*."""
        self.owed[component][row] -= paise
        due = self.due_days[row]
        if day < due:
            self.early[row] += paise
        elif day > due:
            self.late[row] += paise

    def close_row(self, row: int, day: int) -> None:
        """Note *day* as the day on which *row* was paid, if it owes nothing any more."""
        principal, interest, fee, penalty = self.owed
        if not (principal[row] or interest[row] or fee[row] or penalty[row]) and not self.paid_on[row]:
            self.paid_on[row] = day

    def note(
        self,
        of: UUID | None,
        kind: TransactionKind,
        day: int,
        paise: int,
        got: Sequence[int],
        excess: int,
        *,
        balance: int | None = None,
    ) -> None:
        """Remember where *paise* went, and the principal owed afterwards."""
        principal, interest, fee, penalty = got
        after = self.balance if balance is None else balance
        self.applied.append((of, kind, day, paise, principal, interest, fee, penalty, excess, after))

    def count(self, base: int, got: Sequence[int]) -> None:
        """Count *got*, by component, as movements of the kind that starts at *base*."""
        for component, paise in enumerate(got):
            if paise:
                self.moved[base + component] += paise

    def skip_paid(self) -> None:
        """Move the pointers to the first rows that owe anything."""
        principal, interest, fee, penalty = self.owed
        row, rows = self.first_open, len(principal)
        while row < rows and not (principal[row] or interest[row] or fee[row] or penalty[row]):
            row += 1
        self.first_open = row
        row, fallen = max(self.oldest, 0), self.fallen
        while row < fallen and not (principal[row] or interest[row]):
            row += 1
        self.oldest = row

    def waterfall(self) -> Waterfall:
        """Return the order that holds for the account as it is classified."""
        terms = self.terms
        if self.written_off_on and terms.written_off_waterfall is not None:
            return terms.written_off_waterfall
        if self.npa_since and terms.npa_waterfall is not None:
            return terms.npa_waterfall
        return terms.waterfall

    @property
    def settled_on(self) -> int:
        """The day since which nothing is owed; 0 while something is, or before money was lent."""
        self.skip_paid()
        if not self.disbursed or self.first_open < len(self.due_days):
            return 0
        return max(self.paid_on, default=0) or self.disbursed[-1][0]

    def upgrade(self) -> None:
        """Let a non-performing account perform again when all arrears are paid."""
        if self.npa_since and not (self.borrower_npa or self.written_off_on):
            self.skip_paid()
            if self.oldest >= self.fallen:
                self.npa_since = 0
