"""
Loan rules: a brand's products. How much is lent for how long at what price, and every convention by which it is repaid.

A rule is never changed: saving it makes a new version, and a loan names the version that it was applied under. The conventions are
held as an example, the terms of the largest loan over the longest tenure, so that each convention of the loan mathematics is one of the
product's without being listed again.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import Enum
from uuid import UUID

import attrs

from los_domain.repayment import AccountTerms, ImpossibleTerms, schedule
from los_domain.repayment.conventions import Disbursement, Every, Unit
from los_domain.repayment.impossible import problem
from los_domain.repayment.model import NO_HOLIDAYS
from los_domain.shared.dates import Holidays, add_months
from los_domain.shared.errors import FieldProblem, Invalid
from los_domain.shared.money import ZERO, Money, Rounding
from los_domain.shared.rates import Quoted, Rate

EXAMPLE_DAY = date(2024, 4, 1)
"""The day on which a rule's example is paid out: any day, for none of its figures is shown."""

GST = Quoted(18)
"""On a lender's fees and charges. Source: notification 11/2017-Central Tax (Rate), heading 9971: 9 % central and 9 % state tax."""

MOST_TENURES = 60


class RiskCategory(Enum):
    """How a brand grades a product for its own reports."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


@attrs.frozen(kw_only=True)
class Fee:
    """
    The processing fee: *percent* of what is sanctioned, half-up to the paisa, or else a flat *amount*. Goods and services tax comes on top.

    kept_on_exit: whether the lender keeps it when the borrower leaves within the cooling-off period.
    """

    percent: Quoted | None = None
    amount: Money = ZERO
    gst_percent: Quoted = GST
    kept_on_exit: bool = False

    def of(self, principal: Money) -> tuple[Money, Money]:
        """Return the fee on *principal* and the tax on the fee."""
        fee = self.amount if self.percent is None else _share(principal, self.percent)
        return fee, _share(fee, self.gst_percent)


def _share(amount: Money, percent: Quoted) -> Money:
    num, den = percent.ratio
    return amount.times(num, den, rounding=Rounding.HALF_UP)


@attrs.frozen(kw_only=True)
class LoanRule:
    """
    One version of one product.

    least, most: what can be asked for, both included. tenures_months: for how long.
    fee: withheld when the loan is paid out.
    due_days: days of the month among which the borrower chooses; empty where the conventions say the day.
    cooling_off_days: how long the borrower may leave without penalty, at least one day.
    example: the conventions, as the terms of the largest loan over the longest tenure.
    is_active: whether applications are taken under it.
    """

    id: UUID
    version: int
    name: str
    risk: RiskCategory
    is_active: bool
    least: Money
    most: Money
    tenures_months: tuple[int, ...]
    fee: Fee
    due_days: tuple[int, ...]
    cooling_off_days: int
    example: AccountTerms

    @property
    def rate(self) -> Rate:
        """The rate of interest, as quoted."""
        return self.example.schedule.rate

    def problems(self, amount: Money, tenure_months: int) -> Iterator[FieldProblem]:
        """Yield what about an amount and a tenure is outside this rule."""
        if not self.least <= amount <= self.most:
            yield FieldProblem("amount", "is outside the loan rule", f"{self.least} to {self.most}")
        if tenure_months not in self.tenures_months:
            months = ", ".join(map(str, self.tenures_months))
            yield FieldProblem("tenureMonths", "is outside the loan rule", f"one of {months}")

    def terms(
        self,
        amount: Money,
        tenure_months: int,
        *,
        on: date,
        due_day: int | None = None,
        holidays: Holidays = NO_HOLIDAYS,
    ) -> AccountTerms:
        """
        Return the terms of a loan of *amount* paid out on *on*, due on *due_day* where the borrower chose one.

        Raises Invalid outside the rule, ImpossibleTerms where the conventions cannot be met with these figures.
        """
        found = [*self.problems(amount, tenure_months)]
        if due_day is not None and due_day not in self.due_days:
            found.append(FieldProblem("dueDay", "is no day to choose", ", ".join(map(str, self.due_days)) or "none"))
        if found:
            raise Invalid(*found)
        return _fitted(self.example, amount, tenure_months, on=on, due_day=due_day, holidays=holidays)


def instalments_of(every: Every, tenure_months: int, *, on: date) -> int:
    """
    Return how many instalments *tenure_months* hold from *on*; of weeks and days the whole ones that fit.

    Raises ImpossibleTerms for a tenure that is no whole number of periods of months.
    """
    if every.unit is Unit.MONTH:
        count, rest = divmod(tenure_months, every.count)
        if rest:
            raise ImpossibleTerms(problem("tenureMonths", tenure_months, f"whole periods of {every.count} months"))
        return count
    return (add_months(on, tenure_months) - on).days // every.days


def _fitted(
    example: AccountTerms, amount: Money, tenure_months: int, *, on: date, due_day: int | None, holidays: Holidays
) -> AccountTerms:
    terms = example.schedule
    fitted = attrs.evolve(
        terms,
        disbursements=(Disbursement(on, amount),),
        instalments=instalments_of(terms.every, tenure_months, on=on),
        due_day=terms.due_day if due_day is None else due_day,
        holidays=holidays,
    )
    return attrs.evolve(example, schedule=fitted)


def checked(rule: LoanRule) -> LoanRule:
    """
    Return *rule*, its example worked for the largest loan over the longest tenure.

    Raises Invalid with every field at fault; ImpossibleTerms for conventions that some amount and tenure of the rule cannot meet.
    """
    found = [FieldProblem(field, message, fix) for holds, field, message, fix in _conditions(rule) if not holds]
    if found:
        raise Invalid(*found)
    days: Sequence[int | None] = rule.due_days or (None,)
    worked = [
        _fitted(rule.example, amount, tenure, on=EXAMPLE_DAY, due_day=day, holidays=NO_HOLIDAYS)
        for amount in (rule.least, rule.most)
        for tenure in sorted(rule.tenures_months)
        for day in days
    ]
    for terms in worked:
        schedule(terms.schedule)
    example = _fitted(
        rule.example, rule.most, max(rule.tenures_months), on=EXAMPLE_DAY, due_day=None, holidays=NO_HOLIDAYS
    )
    # Leaving early is free exactly as long as the key facts say.
    leaving = attrs.evolve(example.foreclosure, free_days=rule.cooling_off_days)
    return attrs.evolve(
        rule, tenures_months=tuple(sorted(rule.tenures_months)), example=attrs.evolve(example, foreclosure=leaving)
    )


def _conditions(rule: LoanRule) -> Iterator[tuple[bool, str, str, str]]:
    tenures, fee = rule.tenures_months, rule.fee
    yield 1 <= len(rule.name) <= 120, "name", "should have 1 to 120 characters", ""
    yield rule.least.paise > 0, "leastAmount", "should be above zero", "for example 10000.00"
    yield rule.least <= rule.most, "mostAmount", "is below the least amount", f"{rule.least} or more"
    yield 1 <= len(tenures) <= MOST_TENURES, "tenuresMonths", "should list some tenures", f"1 to {MOST_TENURES} of them"
    yield all(1 <= each <= 600 for each in tenures), "tenuresMonths", "should be months", "1 to 600"
    yield len(set(tenures)) == len(tenures), "tenuresMonths", "lists a tenure twice", ""
    yield all(1 <= day <= 31 for day in rule.due_days), "dueDays", "should be days of the month", "1 to 31"
    yield len(set(rule.due_days)) == len(rule.due_days), "dueDays", "lists a day twice", ""
    yield rule.cooling_off_days >= 1, "coolingOffDays", "should be at least one day", "for example 3"
    yield fee.amount.paise >= 0, "fee.amount", "should not be below zero", ""
    yield not (fee.percent and fee.amount), "fee", "is either a percentage or an amount", "leave one out"
    yield not (fee.percent and not 0 <= fee.percent.ratio[0] <= fee.percent.ratio[1]), "fee.percent", "is too much", ""
    yield 0 <= fee.gst_percent.ratio[0] <= fee.gst_percent.ratio[1], "fee.gstPercent", "should be 0 to 100", ""
    least_net = rule.least - sum(fee.of(rule.least), ZERO)
    yield least_net.paise > 0, "fee", "takes all of the least amount", "a smaller fee, or a larger least amount"
