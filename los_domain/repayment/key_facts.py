"""
The key facts statement: everything a borrower must be told before the contract, frozen in one quote.

Fields are those of Annex A, B and C of RBI/2024-25/18 (15 April 2024, in force for sanctions from 1 October 2024; carried into the
NBFC Responsible Business Conduct Directions 2025). All three annexes are read from the same `KeyFacts`, so they cannot disagree, and
its `digest` is what the borrower accepts. There is none without a converged annual percentage rate.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Context, Decimal
from enum import Enum
from hashlib import sha256
from typing import Any

import attrs

from los_domain.repayment import tvm
from los_domain.repayment.apr import apr, disclosed
from los_domain.repayment.conventions import Every, Method, Unit
from los_domain.repayment.impossible import ImpossibleTerms, problem
from los_domain.repayment.model import NO_HOLIDAYS, Schedule, Terms
from los_domain.repayment.schedule import schedule
from los_domain.shared.dates import Holidays
from los_domain.shared.errors import Rejected
from los_domain.shared.money import ZERO, Money, Rounding
from los_domain.shared.rates import Per, Quoted, Rate

FORM = "key-facts/1"
_QUARTER_POINT = Quoted(25, 2)
_DIGITS = Context(prec=28)


class Payee(Enum):
    """Who keeps a charge. A lending service provider is never paid by the borrower, so it is not among them."""

    LENDER = "lender"
    THIRD_PARTY = "third_party"  # collected through the lender: insurer, valuer


class Head(Enum):
    """The rows of Annex A, point 8."""

    PROCESSING = "processing"
    INSURANCE = "insurance"
    VALUATION = "valuation"
    OTHER = "other"


@attrs.frozen
class UpfrontCharge:
    """
    A one-time charge netted from the disbursement: *amount* before tax, *gst* on it. Both count towards the annual percentage rate.

    kept_on_exit: a reasonable processing fee that the lender keeps when the borrower leaves within the cooling-off period.
    """

    name: str
    amount: Money
    gst: Money
    payable_to: Payee
    head: Head = Head.OTHER
    kept_on_exit: bool = False

    @property
    def total(self) -> Money:
        """What the borrower pays, tax included."""
        return self.amount + self.gst


@attrs.frozen
class RecurringCharge:
    """A charge collected with every *every*-th instalment."""

    name: str
    amount: Money
    gst: Money
    payable_to: Payee
    head: Head = Head.OTHER
    every: int = 1

    @property
    def total(self) -> Money:
        """What the borrower pays each time, tax included."""
        return self.amount + self.gst


class Contingency(Enum):
    """The rows of Annex A, point 10: charged only if something happens, and so no part of the annual percentage rate."""

    PENAL = "penal"
    OTHER_PENAL = "other_penal"
    FORECLOSURE = "foreclosure"
    SWITCHING = "switching"
    OTHER = "other"


@attrs.frozen
class ContingentCharge:
    """A rate or an amount (one of the two), and *basis*: what it is charged on and when, in words the borrower reads."""

    contingency: Contingency
    basis: str
    percent: Quoted | None = None
    amount: Money | None = None


class RateType(Enum):
    """Whether the rate can move."""

    FIXED = "fixed"
    FLOATING = "floating"
    HYBRID = "hybrid"


@attrs.frozen
class FloatingRate:
    """Annex A, point 7: the rate is *benchmark_rate* + *spread*, each reset every so many months."""

    benchmark: str
    benchmark_rate: Quoted
    spread: Quoted
    benchmark_reset_months: int
    spread_reset_months: int
    rate_type: RateType = RateType.FLOATING


@attrs.frozen
class CoLending:
    """Annex A, part 2, point 5: who lends what share at which blended rate."""

    originator: str
    originator_percent: Quoted
    partner: str
    partner_percent: Quoted
    blended_rate: Rate


@attrs.frozen
class LenderFacts:
    """
    What the lender says about itself, Annex A, part 2.

    recovery_clause, grievance_clause: the clauses of the agreement about recovery agents and about redress, by number or in full.
    officer, phone, email: the nodal grievance redressal officer.
    may_transfer: whether the loan may be assigned or securitised.
    recovery_agents: lending service providers that may recover, by name.
    disbursal_clause: of the agreement, where disbursal is in stages.
    """

    name: str
    recovery_clause: str
    grievance_clause: str
    officer: str
    phone: str
    email: str
    may_transfer: bool = False
    recovery_agents: tuple[str, ...] = ()
    disbursal_clause: str = ""


@attrs.frozen
class ValidityRule:
    """How long a key facts statement binds the lender, from a day on; working days after the day of issue."""

    effective_from: date
    short_below_days: int
    short_working_days: int
    working_days: int
    source: str


VALIDITY = (
    ValidityRule(
        effective_from=date(2024, 10, 1),
        short_below_days=7,
        short_working_days=1,
        working_days=3,
        source="RBI/2024-25/18 DOR.STR.REC.13, 15 April 2024",
    ),
)


def valid_until(
    issued_on: date, tenor_days: int, holidays: Holidays, *, rules: Sequence[ValidityRule] = VALIDITY
) -> date:
    """Return the last day on which a statement issued on *issued_on* can be accepted. *holidays* are the days nobody works."""
    rule = max((each for each in rules if each.effective_from <= issued_on), default=rules[0], key=_effective_from)
    left = rule.short_working_days if tenor_days < rule.short_below_days else rule.working_days
    day = issued_on
    while left:
        day += timedelta(days=1)
        left -= day not in holidays
    return day


@attrs.frozen
class Impact:
    """What a quarter of a percentage point more would do: to the instalment, or to the number of instalments (None: never repaid)."""

    instalment: Money
    instalments: int | None


@attrs.frozen
class AmortisationRow:
    """A row of Annex C."""

    number: int
    due_on: date
    outstanding: Money
    principal: Money
    interest: Money
    instalment: Money


@attrs.frozen(kw_only=True)
class KeyFacts:
    """One frozen quote; built by `quote` alone. Amounts that follow from others are properties."""

    proposal: str
    loan_type: str
    issued_on: date
    valid_until: date
    terms: Terms
    schedule: Schedule
    charges: tuple[UpfrontCharge, ...]
    recurring: tuple[RecurringCharge, ...]
    contingent: tuple[ContingentCharge, ...]
    apr: Quoted
    lender: LenderFacts
    cooling_off_days: int
    floating: FloatingRate | None
    impact: Impact | None
    colending: CoLending | None

    @property
    def sanctioned(self) -> Money:
        """Annex A 2, Annex B 1."""
        return self.terms.principal

    @property
    def payable_to_lender(self) -> Money:
        """Upfront charges of the lender, tax included: Annex A 8 A, Annex B 6 A."""
        return _sum(each.total for each in self.charges if each.payable_to is Payee.LENDER)

    @property
    def payable_to_third_parties(self) -> Money:
        """Upfront charges passed on, tax included: Annex A 8 B, Annex B 6 B."""
        return _sum(each.total for each in self.charges if each.payable_to is Payee.THIRD_PARTY)

    @property
    def upfront_interest(self) -> Money:
        """Interest of the broken period, where it is netted from the disbursement."""
        return Money(self.schedule.upfront_interest)

    @property
    def net_disbursed(self) -> Money:
        """What reaches the borrower: Annex B 7."""
        return self.sanctioned - self.payable_to_lender - self.payable_to_third_parties - self.upfront_interest

    @property
    def total_interest(self) -> Money:
        """Annex B 5."""
        return self.schedule.total_interest + self.upfront_interest

    @property
    def total_payable(self) -> Money:
        """Principal and interest: Annex B 8. Charges were netted and are not counted again."""
        return self.sanctioned + self.total_interest

    @property
    def epi(self) -> Money:
        """The equated periodic instalment: Annex A 5, Annex B 2 b."""
        return Money(self.schedule.instalment)

    @property
    def epi_count(self) -> int:
        """How many instalments there are, the last one, which absorbs the rounding, included."""
        return self.terms.instalments - self.principal_free_count

    @property
    def principal_free_count(self) -> int:
        """Instalments of interest alone at the start: what Annex B 2 sets apart from the equated ones."""
        return self.terms.principal_grace if self.terms.method is not Method.BULLET else self.terms.instalments - 1

    @property
    def capitalised_interest_count(self) -> int:
        """Periods whose interest is added to the principal: Annex B 2 c."""
        return self.terms.moratorium.periods if self.terms.moratorium and self.schedule.capitalised else 0

    @property
    def commences_on(self) -> date:
        """The first due date: Annex A 5, Annex B 2 d."""
        return date.fromordinal(self.schedule.due_days[len(self.schedule.down_payments)])

    @property
    def rate_type(self) -> RateType:
        """Annex A 6, Annex B 3."""
        return self.floating.rate_type if self.floating else RateType.FIXED

    @property
    def cooling_off_ends_on(self) -> date:
        """The last day of leaving without penalty: that many days after the first disbursement."""
        return self.terms.starts_on + timedelta(days=self.cooling_off_days)

    def exit_amount(self, on: date) -> Money:
        """
        Return what closes the loan on *on*, within the cooling-off period: the principal and the proportionate APR.

        Net amount disbursed x (1 + APR x days/365), half-up to the paisa, and the charges disclosed as kept. Other charges were
        netted from the principal and are so given back. Raises Rejected outside the period.
        """
        days = (on - self.terms.starts_on).days
        if not 0 <= days <= self.cooling_off_days:
            raise Rejected(
                f"the cooling-off period runs from {self.terms.starts_on} to {self.cooling_off_ends_on}",
                reasons=("OUTSIDE_COOLING_OFF",),
            )
        num, den = self.apr.ratio
        kept = _sum(each.total for each in self.charges if each.kept_on_exit)
        return self.net_disbursed + self.net_disbursed.times(num * days, den * 365, rounding=Rounding.HALF_UP) + kept

    def amortisation(self) -> tuple[AmortisationRow, ...]:
        """Return Annex C."""
        return tuple(
            AmortisationRow(
                row.number, row.due_on, row.balance_after + row.principal, row.principal, row.interest, row.due
            )
            for row in self.schedule
        )

    def content(self) -> Mapping[str, Any]:
        """
        Return all of it as JSON values: the body of the JSON answer, the data of the PDF, and what `digest` is taken over.

        Amounts are rupees with two places, rates per cent as printed, days ISO dates.
        """
        terms = self.terms
        return {
            "form": FORM,
            "proposal": self.proposal,
            "loan_type": self.loan_type,
            "issued_on": str(self.issued_on),
            "valid_until": str(self.valid_until),
            "sanctioned": str(self.sanctioned),
            "disbursal": [{"on": str(each.on), "amount": str(each.amount)} for each in terms.disbursements],
            "disbursal_clause": self.lender.disbursal_clause,
            "term": {
                "instalments": terms.instalments,
                "every": _every(terms.every),
                "ends_on": str(self.schedule.last_due_on),
            },
            "instalments": {
                "method": terms.method.value,
                "amount": str(self.epi),
                "count": self.epi_count,
                "interest_only": self.principal_free_count,
                "capitalised_interest": self.capitalised_interest_count,
                "commence_on": str(self.commences_on),
            },
            "rate": {"percent": str(terms.rate.quoted), "per": terms.rate.per.value, "type": self.rate_type.value},
            "floating": self._floating(),
            "charges": [_charge(each) | {"kept_on_exit": each.kept_on_exit} for each in self.charges],
            "recurring_charges": [_charge(each) | {"every": each.every} for each in self.recurring],
            "payable_to_lender": str(self.payable_to_lender),
            "payable_to_third_parties": str(self.payable_to_third_parties),
            "upfront_interest": str(self.upfront_interest),
            "net_disbursed": str(self.net_disbursed),
            "total_interest": str(self.total_interest),
            "total_payable": str(self.total_payable),
            "apr": str(self.apr),
            "contingent_charges": [
                {
                    "contingency": each.contingency.value,
                    "basis": each.basis,
                    "percent": each.percent and str(each.percent),
                    "amount": each.amount and str(each.amount),
                }
                for each in self.contingent
            ],
            "lender": attrs.asdict(self.lender) | {"recovery_agents": list(self.lender.recovery_agents)},
            "colending": self._colending(),
            "cooling_off": {"days": self.cooling_off_days, "ends_on": str(self.cooling_off_ends_on)},
            "schedule": [
                {
                    "number": row.number,
                    "due_on": str(row.due_on),
                    "outstanding": str(row.outstanding),
                    "principal": str(row.principal),
                    "interest": str(row.interest),
                    "instalment": str(row.instalment),
                }
                for row in self.amortisation()
            ],
        }

    def digest(self) -> str:
        """Return the SHA-256 of the content, as hex; equal facts have equal digests on every machine."""
        text = json.dumps(self.content(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return sha256(text.encode()).hexdigest()

    def _floating(self) -> Mapping[str, Any] | None:
        if self.floating is None:
            return None
        facts = self.floating
        return {
            "benchmark": facts.benchmark,
            "benchmark_rate": str(facts.benchmark_rate),
            "spread": str(facts.spread),
            "benchmark_reset_months": facts.benchmark_reset_months,
            "spread_reset_months": facts.spread_reset_months,
            "quarter_point_more": self.impact
            and {"instalment": str(self.impact.instalment), "instalments": self.impact.instalments},
        }

    def _colending(self) -> Mapping[str, Any] | None:
        if self.colending is None:
            return None
        facts = self.colending
        return {
            "originator": facts.originator,
            "originator_percent": str(facts.originator_percent),
            "partner": facts.partner,
            "partner_percent": str(facts.partner_percent),
            "blended_rate": str(facts.blended_rate.quoted),
        }


def quote(
    terms: Terms,
    charges: Sequence[UpfrontCharge] = (),
    *,
    proposal: str,
    loan_type: str,
    on: date,
    lender: LenderFacts,
    cooling_off_days: int,
    recurring: Sequence[RecurringCharge] = (),
    contingent: Sequence[ContingentCharge] = (),
    floating: FloatingRate | None = None,
    colending: CoLending | None = None,
    holidays: Holidays = NO_HOLIDAYS,
) -> KeyFacts:
    """
    Return the key facts of *terms*, issued on *on*.

    holidays: the days that are no working days, for the validity.
    Raises ImpossibleTerms for terms, charges or a cooling-off period that cannot be, `tvm.NoRate` when no rate discounts the cash
    flows to zero.
    """
    costs: tuple[UpfrontCharge | RecurringCharge, ...] = (*charges, *recurring)
    found = [
        problem("charges.amount", each.total, "neither amount nor tax below zero")
        for each in costs
        if each.amount.paise < 0 or each.gst.paise < 0
    ]
    found += [problem("recurring.every", each.every, "at least 1") for each in recurring if each.every < 1]
    found += [
        problem("contingent", each.basis, "either a rate or an amount")
        for each in contingent
        if (each.percent is None) is (each.amount is None)
    ]
    if cooling_off_days < 1:
        found.append(problem("cooling_off_days", cooling_off_days, "at least one day"))
    if floating is not None and not _adds_up(floating, terms.rate):
        found.append(problem("floating", terms.rate, "the rate is benchmark and spread together, a year"))
    if found:
        raise ImpossibleTerms(*found)
    rows = schedule(terms)
    with_instalments = [
        (number, each.total) for each in recurring for number in range(each.every, terms.instalments + 1, each.every)
    ]
    rate = apr(terms, _sum(each.total for each in charges), with_instalments=with_instalments)
    return KeyFacts(
        proposal=proposal,
        loan_type=loan_type,
        issued_on=on,
        valid_until=valid_until(on, (rows.last_due_on - terms.starts_on).days, holidays),
        terms=terms,
        schedule=rows,
        charges=tuple(charges),
        recurring=tuple(recurring),
        contingent=tuple(contingent),
        apr=disclosed(rate),
        lender=lender,
        cooling_off_days=cooling_off_days,
        floating=floating,
        impact=_quarter_point_more(terms, rows) if floating else None,
        colending=colending,
    )


def _quarter_point_more(terms: Terms, rows: Schedule) -> Impact:
    dearer = attrs.evolve(terms, rate=Rate(_plus(terms.rate.quoted, _QUARTER_POINT), Per.YEAR))
    num, den = dearer.rate.yearly_ratio()
    number, per = terms.every.a_year
    rate = _DIGITS.divide(Decimal(num * per), Decimal(den * number))
    count: int | None
    try:
        count = int(tvm.nper(rate, -rows.instalment, terms.principal.paise).to_integral_value(ROUND_CEILING))
    except tvm.NoRate:
        count = None
    return Impact(Money(schedule(dearer).instalment), count)


def _adds_up(floating: FloatingRate, rate: Rate) -> bool:
    num, den = _plus(floating.benchmark_rate, floating.spread).ratio
    return rate.per is Per.YEAR and rate.quoted.ratio[0] * den == num * rate.quoted.ratio[1]


def _plus(one: Quoted, other: Quoted) -> Quoted:
    scale = max(one.scale, other.scale)
    return Quoted(one.units * 10 ** (scale - one.scale) + other.units * 10 ** (scale - other.scale), scale)


def _charge(each: UpfrontCharge | RecurringCharge) -> dict[str, Any]:
    return {
        "name": each.name,
        "head": each.head.value,
        "payable_to": each.payable_to.value,
        "amount": str(each.amount),
        "gst": str(each.gst),
        "total": str(each.total),
    }


def _every(every: Every) -> str:
    names = {Unit.DAY: "day", Unit.WEEK: "week", Unit.MONTH: "month"}
    return names[every.unit] if every.count == 1 else f"{every.count} {names[every.unit]}s"


def _effective_from(rule: ValidityRule) -> date:
    return rule.effective_from


def _sum(amounts: Iterable[Money]) -> Money:
    return sum(amounts, ZERO)
