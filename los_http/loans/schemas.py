"""Wire forms of loan rules, loans and applications."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from los_domain.loans.model import Comment, Loan
from los_domain.loans.offer import Offer, Option
from los_domain.loans.reasons import StatusReason
from los_domain.loans.rules import EXAMPLE_DAY, Fee, LoanRule, RiskCategory
from los_domain.loans.states import Ending, LoanStatus
from los_domain.loans.views import LoanRow
from los_domain.repayment import AccountTerms, Terms
from los_domain.repayment.conventions import (
    BrokenPeriod,
    DayCount,
    Disbursement,
    Every,
    LeapRule,
    Method,
    MonthDays,
    MonthEnd,
    Moratorium,
    MoratoriumInterest,
    Rests,
    Step,
    Unit,
    YearDays,
)
from los_domain.repayment.regulation import NBFC_BASE_LAYER, NBFC_MIDDLE_LAYER, Norms
from los_domain.repayment.servicing import (
    BrokenInterest,
    EarlyEnd,
    FutureMoney,
    InterestBasis,
    OverdueFrom,
    PenalBase,
    PenalKind,
    PenalPolicy,
    Walk,
    Waterfall,
)
from los_domain.repayment.transactions import Component, PrepaymentMode, TransactionKind
from los_domain.shared.dates import Shift
from los_domain.shared.money import Money, Rounding
from los_domain.shared.rates import Per, Quoted, Rate
from los_http.customers.schemas import camel
from los_http.shared.consent import ConsentedIn
from los_http.shared.parsing import parsed
from los_http.shared.wire import In, Out, Rupees, instant, rupees

Percent = Annotated[
    str,
    msgspec.Meta(pattern=r"^\d{1,4}(\.\d{1,12})?$", description="A percentage exactly as printed.", examples=["18.5"]),
]
Count = Annotated[int, msgspec.Meta(ge=0, le=600)]
Days = Annotated[int, msgspec.Meta(ge=0, le=3660)]
DayOfMonth = Annotated[int, msgspec.Meta(ge=1, le=31)]
Months = Annotated[int, msgspec.Meta(ge=1, le=600, description="Months.", examples=[12])]

_YEARS: Mapping[str, YearDays] = {
    "360": YearDays.D360,
    "364": YearDays.D364,
    "365": YearDays.D365,
    "actual": YearDays.ACTUAL,
}
_YEAR_WORDS = {year: word for word, year in _YEARS.items()}
_NORMS: Mapping[str, tuple[Norms, ...]] = {"base": NBFC_BASE_LAYER, "middle": NBFC_MIDDLE_LAYER}
"""Under which norms a lender's loans become non-performing: by its layer."""


def _money(field: str, text: str) -> Money:
    return parsed(field, Money.parse, text)


def _percent(field: str, text: str | None) -> Quoted | None:
    return None if text is None else parsed(field, Quoted.parse, text)


def _text(percent: Quoted | None) -> str | None:
    return None if percent is None else str(percent)


# -- conventions of a product ------------------------------------------------------------------------------------------


class EveryIn(In):
    """How often an instalment falls due: every *count* days, weeks or months."""

    count: Annotated[int, msgspec.Meta(ge=1, le=366)] = 1
    unit: Unit = Unit.MONTH


class DayCountIn(In):
    """Days by *month* over a year of *year* days; *leap* matters only where the year is the calendar's."""

    year: Literal["360", "364", "365", "actual"] = "365"
    month: MonthDays = MonthDays.ACTUAL
    leap: LeapRule = LeapRule.SPLIT_31_DECEMBER

    def value(self) -> DayCount:
        return DayCount(_YEARS[self.year], self.month, self.leap)

    @classmethod
    def of(cls, count: DayCount) -> "DayCountIn":
        year: Any = _YEAR_WORDS[count.year]
        return cls(year=year, month=count.month, leap=count.leap)


class StepIn(In):
    """From an instalment on, the instalment is so many per cent of the first one."""

    from_number: Annotated[int, msgspec.Meta(ge=2, le=600)]
    percent_of_first: Annotated[int, msgspec.Meta(ge=1, le=1000)]


class MoratoriumIn(In):
    """First periods in which nothing falls due."""

    periods: Annotated[int, msgspec.Meta(ge=1, le=600)]
    interest: MoratoriumInterest = MoratoriumInterest.SIMPLE_CAPITALISED


_SAME = (
    "due_day",
    "cutoff_day",
    "month_end",
    "holiday_shift",
    "interest_follows_holiday",
    "method",
    "instalment_multiple",
    "instalment_rounding",
    "instalment_paisa_rounding",
    "tuned",
    "rests",
    "interest_rounding",
    "interest_multiple",
    "broken_period",
    "principal_grace",
    "interest_grace",
    "interest_free",
)
"""Conventions whose wire form is their value."""


class ConventionsIn(In):
    """
    How a schedule is laid out. What is left out is as an Indian lender on monthly rests has it: equal instalments on the reducing
    balance, to the nearest rupee, broken days with the first instalment.
    """

    every: EveryIn = msgspec.field(default_factory=EveryIn)
    due_day: DayOfMonth | None = None
    cutoff_day: DayOfMonth | None = None
    month_end: MonthEnd = MonthEnd.CLAMP
    holiday_shift: Shift = Shift.NONE
    interest_follows_holiday: bool = False
    method: Method = Method.ANNUITY
    steps: Annotated[list[StepIn], msgspec.Meta(max_length=60)] = msgspec.field(default_factory=list)
    balloon: Rupees = "0.00"
    instalment_multiple: Annotated[int, msgspec.Meta(ge=1, le=1_000_000, description="Paise.")] = 100
    instalment_rounding: Rounding = Rounding.HALF_UP
    instalment_paisa_rounding: Rounding | None = None
    tuned: bool = False
    rests: Rests = Rests.PERIOD
    day_count: DayCountIn = msgspec.field(default_factory=DayCountIn)
    interest_rounding: Rounding = Rounding.HALF_UP
    interest_multiple: Annotated[int, msgspec.Meta(ge=1, le=1_000_000, description="Paise.")] = 1
    broken_period: BrokenPeriod = BrokenPeriod.FIRST_INSTALMENT
    broken_day_count: DayCountIn = msgspec.field(default_factory=DayCountIn)
    principal_grace: Count = 0
    interest_grace: Count = 0
    interest_free: Count = 0
    moratorium: MoratoriumIn | None = None
    down_payment: Percent | None = None

    def terms(self, principal: Money, rate: Rate, instalments: int) -> Terms:
        """Return the conventions as the terms of an example."""
        held = self.moratorium
        return Terms(
            disbursements=(Disbursement(EXAMPLE_DAY, principal),),
            rate=rate,
            instalments=instalments,
            every=Every(self.every.count, self.every.unit),
            steps=tuple(Step(each.from_number, each.percent_of_first) for each in self.steps),
            balloon=_money("conventions.balloon", self.balloon),
            day_count=self.day_count.value(),
            broken_day_count=self.broken_day_count.value(),
            moratorium=None if held is None else Moratorium(held.periods, held.interest),
            down_payment=_percent("conventions.downPayment", self.down_payment),
            **{name: getattr(self, name) for name in _SAME},
        )

    @classmethod
    def of(cls, terms: Terms) -> "ConventionsIn":
        held = terms.moratorium
        return cls(
            every=EveryIn(count=terms.every.count, unit=terms.every.unit),
            steps=[StepIn(from_number=s.from_number, percent_of_first=s.percent_of_first) for s in terms.steps],
            balloon=rupees(terms.balloon),
            day_count=DayCountIn.of(terms.day_count),
            broken_day_count=DayCountIn.of(terms.broken_day_count),
            moratorium=None if held is None else MoratoriumIn(periods=held.periods, interest=held.interest),
            down_payment=_text(terms.down_payment),
            **{name: getattr(terms, name) for name in _SAME},
        )


class FutureOfIn(In):
    """Where money of one kind of receipt goes that is beyond the dues."""

    kind: TransactionKind
    future: FutureMoney


Order = Annotated[list[Component], msgspec.Meta(min_length=4, max_length=4, description="Each component once.")]
_USUAL = Waterfall()


class WaterfallIn(In):
    """In what order money pays what is owed."""

    due: Order = msgspec.field(default_factory=lambda: list(_USUAL.due))
    in_advance: Order = msgspec.field(default_factory=lambda: list(_USUAL.in_advance))
    walk: Walk = Walk.INSTALMENT
    future: FutureMoney = FutureMoney.EXCESS
    future_of: Annotated[list[FutureOfIn], msgspec.Meta(max_length=20)] = msgspec.field(default_factory=list)
    due_charges_first: bool = False

    def value(self) -> Waterfall:
        return Waterfall(
            due=tuple(self.due),
            in_advance=tuple(self.in_advance),
            walk=self.walk,
            future=self.future,
            future_of=tuple((each.kind, each.future) for each in self.future_of),
            due_charges_first=self.due_charges_first,
        )

    @classmethod
    def of(cls, order: Waterfall) -> "WaterfallIn":
        return cls(
            due=list(order.due),
            in_advance=list(order.in_advance),
            walk=order.walk,
            future=order.future,
            future_of=[FutureOfIn(kind=kind, future=future) for kind, future in order.future_of],
            due_charges_first=order.due_charges_first,
        )


class PenalIn(In):
    """What late money costs: a rate a year of what is unpaid, or once for an instalment a percentage or an amount."""

    kind: PenalKind = PenalKind.RATE
    percent: Percent | None = None
    amount: Rupees = "0.00"
    base: PenalBase = PenalBase.PRINCIPAL_AND_INTEREST
    grace_days: Days = 0
    year_days: Annotated[int, msgspec.Meta(ge=360, le=366)] = 365
    count: OverdueFrom = OverdueFrom.NEXT_DAY
    most: Rupees | None = None
    rounding: Rounding = Rounding.HALF_UP

    def value(self) -> PenalPolicy:
        return PenalPolicy(
            kind=self.kind,
            percent=_percent("servicing.penal.percent", self.percent),
            amount=_money("servicing.penal.amount", self.amount),
            base=self.base,
            grace_days=self.grace_days,
            year_days=self.year_days,
            count=self.count,
            most=None if self.most is None else _money("servicing.penal.most", self.most),
            rounding=self.rounding,
        )

    @classmethod
    def of(cls, penal: PenalPolicy) -> "PenalIn":
        return cls(
            kind=penal.kind,
            percent=_text(penal.percent),
            amount=rupees(penal.amount),
            base=penal.base,
            grace_days=penal.grace_days,
            year_days=penal.year_days,
            count=penal.count,
            most=None if penal.most is None else rupees(penal.most),
            rounding=penal.rounding,
        )


class EarlyEndIn(In):
    """What ending early costs: a percentage of the principal paid early, and tax on it."""

    charge_percent: Percent | None = None
    gst_percent: Percent | None = None
    shortfall_waived: Rupees = "0.00"

    def value(self, field: str) -> EarlyEnd:
        return EarlyEnd(
            charge_percent=_percent(f"{field}.chargePercent", self.charge_percent),
            gst_percent=_percent(f"{field}.gstPercent", self.gst_percent),
            shortfall_waived=_money(f"{field}.shortfallWaived", self.shortfall_waived),
        )

    @classmethod
    def of(cls, end: EarlyEnd) -> "EarlyEndIn":
        return cls(
            charge_percent=_text(end.charge_percent),
            gst_percent=_text(end.gst_percent),
            shortfall_waived=rupees(end.shortfall_waived),
        )


_SERVED_ALIKE = (
    "basis",
    "rest_at_due_dates",
    "late_interest",
    "interest_after_maturity",
    "broken",
    "excess_pays_dues",
    "down_payment_bears_charges",
    "overdue_from",
    "mode",
)


class ServicingIn(In):
    """How the account is served once money moves."""

    basis: InterestBasis = InterestBasis.SCHEDULED
    rest_at_due_dates: bool = False
    late_interest: bool = True
    interest_after_maturity: bool = True
    broken: BrokenInterest = BrokenInterest.DAYS
    broken_day_count: DayCountIn = msgspec.field(default_factory=DayCountIn)
    waterfall: WaterfallIn = msgspec.field(default_factory=WaterfallIn)
    npa_waterfall: WaterfallIn | None = None
    written_off_waterfall: WaterfallIn | None = None
    excess_pays_dues: bool = True
    down_payment_bears_charges: bool = True
    penal: PenalIn | None = None
    overdue_from: OverdueFrom = OverdueFrom.DAY_END
    layer: Literal["base", "middle"] = "middle"
    prepayment: EarlyEndIn = msgspec.field(default_factory=EarlyEndIn)
    foreclosure: EarlyEndIn = msgspec.field(default_factory=EarlyEndIn)
    mode: PrepaymentMode = PrepaymentMode.CUT_TENURE

    def account(self, schedule: Terms) -> AccountTerms:
        """Return the terms of an account with this schedule."""
        return AccountTerms(
            schedule=schedule,
            broken_day_count=self.broken_day_count.value(),
            waterfall=self.waterfall.value(),
            npa_waterfall=None if self.npa_waterfall is None else self.npa_waterfall.value(),
            written_off_waterfall=None if self.written_off_waterfall is None else self.written_off_waterfall.value(),
            penal=None if self.penal is None else self.penal.value(),
            norms=_NORMS[self.layer],
            prepayment=self.prepayment.value("servicing.prepayment"),
            foreclosure=self.foreclosure.value("servicing.foreclosure"),
            **{name: getattr(self, name) for name in _SERVED_ALIKE},
        )

    @classmethod
    def of(cls, terms: AccountTerms) -> "ServicingIn":
        npa, written_off = terms.npa_waterfall, terms.written_off_waterfall
        return cls(
            broken_day_count=DayCountIn.of(terms.broken_day_count),
            waterfall=WaterfallIn.of(terms.waterfall),
            npa_waterfall=None if npa is None else WaterfallIn.of(npa),
            written_off_waterfall=None if written_off is None else WaterfallIn.of(written_off),
            penal=None if terms.penal is None else PenalIn.of(terms.penal),
            layer="base" if terms.norms == NBFC_BASE_LAYER else "middle",
            prepayment=EarlyEndIn.of(terms.prepayment),
            foreclosure=EarlyEndIn.of(terms.foreclosure),
            **{name: getattr(terms, name) for name in _SERVED_ALIKE},
        )


class FeeIn(In):
    """The processing fee: a percentage of what is sanctioned or an amount, and the tax on it."""

    percent: Percent | None = None
    amount: Rupees = "0.00"
    gst_percent: Percent = "18"
    kept_on_exit: bool = False

    def value(self) -> Fee:
        return Fee(
            percent=_percent("fee.percent", self.percent),
            amount=_money("fee.amount", self.amount),
            gst_percent=parsed("fee.gstPercent", Quoted.parse, self.gst_percent),
            kept_on_exit=self.kept_on_exit,
        )

    @classmethod
    def of(cls, fee: Fee) -> "FeeIn":
        return cls(
            percent=_text(fee.percent),
            amount=rupees(fee.amount),
            gst_percent=str(fee.gst_percent),
            kept_on_exit=fee.kept_on_exit,
        )


class LoanRuleIn(In):
    """A loan rule: a new one, or with *id* and *version* a new version of one that was read."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120, examples=["Salary loan"])]
    least_amount: Rupees
    most_amount: Rupees
    tenures_months: Annotated[list[Months], msgspec.Meta(min_length=1, max_length=60)]
    rate_percent: Percent
    id: UUID | None = None
    version: Annotated[int, msgspec.Meta(ge=0, description="As it was read; 409 if somebody wrote meanwhile.")] = 0
    risk_category: RiskCategory = RiskCategory.MEDIUM
    is_active: bool = True
    rate_per: Per = Per.YEAR
    fee: FeeIn = msgspec.field(default_factory=FeeIn)
    due_days: Annotated[list[DayOfMonth], msgspec.Meta(max_length=31)] = msgspec.field(default_factory=list)
    cooling_off_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 3
    conventions: ConventionsIn = msgspec.field(default_factory=ConventionsIn)
    servicing: ServicingIn = msgspec.field(default_factory=ServicingIn)

    def rule(self, new_id: UUID) -> LoanRule:
        """Return the rule that is meant; *new_id* is for one without an id."""
        most = _money("mostAmount", self.most_amount)
        rate = Rate(parsed("ratePercent", Quoted.parse, self.rate_percent), self.rate_per)
        schedule = self.conventions.terms(most, rate, max(1, max(self.tenures_months) // self.conventions.every.count))
        return LoanRule(
            id=self.id or new_id,
            version=self.version,
            name=" ".join(self.name.split()),
            risk=self.risk_category,
            is_active=self.is_active,
            least=_money("leastAmount", self.least_amount),
            most=most,
            tenures_months=tuple(self.tenures_months),
            fee=self.fee.value(),
            due_days=tuple(self.due_days),
            cooling_off_days=self.cooling_off_days,
            example=self.servicing.account(schedule),
        )


class LoanRuleOut(Out):
    """A loan rule as it stands."""

    id: str
    version: int
    name: str
    risk_category: str
    is_active: bool
    least_amount: str
    most_amount: str
    tenures_months: list[int]
    rate_percent: str
    rate_per: str
    fee: FeeIn
    due_days: list[int]
    cooling_off_days: int
    conventions: ConventionsIn
    servicing: ServicingIn

    @classmethod
    def of(cls, rule: LoanRule) -> "LoanRuleOut":
        return cls(
            id=str(rule.id),
            version=rule.version,
            name=rule.name,
            risk_category=rule.risk.value,
            is_active=rule.is_active,
            least_amount=rupees(rule.least),
            most_amount=rupees(rule.most),
            tenures_months=list(rule.tenures_months),
            rate_percent=str(rule.rate.quoted),
            rate_per=rule.rate.per.value,
            fee=FeeIn.of(rule.fee),
            due_days=list(rule.due_days),
            cooling_off_days=rule.cooling_off_days,
            conventions=ConventionsIn.of(rule.example.schedule),
            servicing=ServicingIn.of(rule.example),
        )


class LoanRulesOut(Out):
    """Loan rules of the brand, by name."""

    items: list[LoanRuleOut]


class OfferedOut(Out):
    """A loan that can be applied for."""

    id: str
    name: str
    least_amount: str
    most_amount: str
    tenures_months: list[int]
    rate_percent: str
    rate_per: str
    method: str
    due_days: list[int]

    @classmethod
    def of(cls, rule: LoanRule) -> "OfferedOut":
        return cls(
            id=str(rule.id),
            name=rule.name,
            least_amount=rupees(rule.least),
            most_amount=rupees(rule.most),
            tenures_months=list(rule.tenures_months),
            rate_percent=str(rule.rate.quoted),
            rate_per=rule.rate.per.value,
            method=rule.example.schedule.method.value,
            due_days=list(rule.due_days),
        )


class OffersOut(Out):
    """Loans that can be applied for, by name."""

    items: list[OfferedOut]


# -- loans -------------------------------------------------------------------------------------------------------------


class ApplyIn(ConsentedIn, kw_only=True):
    """An application, with the consent to look at the credit report that it is judged by."""

    loan_rule_id: UUID
    amount: Rupees
    tenure_months: Months
    purpose: Annotated[str, msgspec.Meta(max_length=120, examples=["School fees"])] = ""


class LoanOut(Out):
    """A loan in its borrower's list."""

    id: str
    number: str
    status: str
    ending: str | None
    amount: str
    tenure_months: int
    purpose: str
    applied_at: str
    sanctioned_amount: str | None
    accepted_at: str | None
    disbursed_at: str | None
    outstanding_amount: str
    overdue_amount: str
    next_due_on: str | None

    @classmethod
    def of(cls, loan: Loan) -> "LoanOut":
        return cls(**_loan_fields(loan))


def _loan_fields(loan: Loan) -> dict[str, Any]:
    standing = loan.standing
    return {
        "id": str(loan.id),
        "number": loan.number,
        "status": loan.status.value,
        "ending": None if loan.ending is None else loan.ending.value,
        "amount": rupees(loan.amount),
        "tenure_months": loan.tenure_months,
        "purpose": loan.purpose,
        "applied_at": instant(loan.applied_at),
        "sanctioned_amount": None if loan.sanctioned is None else rupees(loan.sanctioned),
        "accepted_at": None if loan.accepted_at is None else instant(loan.accepted_at),
        "disbursed_at": None if loan.disbursed_on is None else loan.disbursed_on.isoformat(),
        "outstanding_amount": rupees(standing.outstanding),
        "overdue_amount": rupees(standing.overdue),
        "next_due_on": None if standing.next_due_on is None else standing.next_due_on.isoformat(),
    }


class LoansOut(Out):
    """Your loans, newest first."""

    items: list[LoanOut]


class OptionOut(Out):
    """One way to accept: with instalments due on *dueDay*, and the digest of the key facts that then hold."""

    due_day: int | None
    digest: str


class OfferOut(Out):
    """What is offered, in short. The key facts statement has all of it."""

    issued_on: str
    valid_until: str
    apr: str
    instalment: str
    instalments: int
    net_amount: str
    options: list[OptionOut]

    @classmethod
    def of(cls, offer: Offer) -> "OfferOut":
        facts = offer.first.content
        return cls(
            issued_on=offer.issued_on.isoformat(),
            valid_until=offer.valid_until.isoformat(),
            apr=facts["apr"],
            instalment=facts["instalments"]["amount"],
            instalments=facts["term"]["instalments"],
            net_amount=facts["net_disbursed"],
            options=[OptionOut(due_day=each.due_day, digest=each.digest) for each in offer.options],
        )


class BorrowersLoanOut(LoanOut, kw_only=True):
    """A loan, as its borrower sees it. *notices*: in plain words what spoke against it, where it was declined."""

    offer: OfferOut | None
    notices: list[str]

    @classmethod
    def seen(cls, loan: Loan, offer: Offer | None, notices: Sequence[str]) -> "BorrowersLoanOut":
        return cls(**_loan_fields(loan), offer=None if offer is None else OfferOut.of(offer), notices=list(notices))


class KeyFactsOut(Out):
    """
    The key facts statement for one due day. *keyFacts* holds every field of Annex A, B and C; *digest* is the SHA-256 over it, which an
    acceptance has to name.
    """

    digest: str
    valid_until: str
    due_day: int | None
    options: list[OptionOut]
    key_facts: dict[str, Any]

    @classmethod
    def of(cls, offer: Offer, option: Option) -> "KeyFactsOut":
        return cls(
            digest=option.digest,
            valid_until=offer.valid_until.isoformat(),
            due_day=option.due_day,
            options=[OptionOut(due_day=each.due_day, digest=each.digest) for each in offer.options],
            key_facts=_camelled(option.content),
        )


def _camelled(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {camel(name): _camelled(each) for name, each in value.items()}
    return [_camelled(each) for each in value] if isinstance(value, list | tuple) else value


class AcceptIn(In):
    """The key facts that are accepted, named by their digest; and the due day, where there is a choice."""

    digest: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", description="Of the key facts you read.")]
    due_day: DayOfMonth | None = None


class CancelIn(In):
    """Why the borrower leaves, in her words; may be left out."""

    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


# -- staff -------------------------------------------------------------------------------------------------------------


class LoanRowOut(Out):
    """A loan in a list of staff."""

    id: str
    number: str
    user_id: str
    status: str
    ending: str | None
    loan_rule: str
    amount: str
    tenure_months: int
    sanctioned_amount: str | None
    applied_at: str
    disbursed_at: str | None
    outstanding_amount: str
    overdue_amount: str
    next_due_on: str | None

    @classmethod
    def of(cls, row: LoanRow) -> "LoanRowOut":
        return cls(
            id=str(row.id),
            number=row.number,
            user_id=str(row.customer_id),
            status=row.status.value,
            ending=None if row.ending is None else row.ending.value,
            loan_rule=row.rule,
            amount=rupees(row.amount),
            tenure_months=row.tenure_months,
            sanctioned_amount=None if row.sanctioned is None else rupees(row.sanctioned),
            applied_at=instant(row.applied_at),
            disbursed_at=None if row.disbursed_on is None else row.disbursed_on.isoformat(),
            outstanding_amount=rupees(row.outstanding),
            overdue_amount=rupees(row.overdue),
            next_due_on=None if row.next_due_on is None else row.next_due_on.isoformat(),
        )


class StaffLoanOut(LoanOut, kw_only=True):
    """A loan, as staff see it."""

    user_id: str
    loan_rule_id: str
    loan_rule_version: int
    fee: str
    gst: str
    net_amount: str
    excess_amount: str
    sanctioned_at: str | None
    closed_on: str | None
    oldest_due_on: str | None
    digest: str
    version: int

    @classmethod
    def of(cls, loan: Loan) -> "StaffLoanOut":
        oldest, closed = loan.standing.oldest_due_on, loan.closed_on
        return cls(
            **_loan_fields(loan),
            user_id=str(loan.customer_id),
            loan_rule_id=str(loan.rule_id),
            loan_rule_version=loan.rule_version,
            fee=rupees(loan.fee),
            gst=rupees(loan.gst),
            net_amount=rupees(loan.net),
            excess_amount=rupees(loan.standing.excess),
            sanctioned_at=None if loan.sanctioned_at is None else instant(loan.sanctioned_at),
            closed_on=None if closed is None else closed.isoformat(),
            oldest_due_on=None if oldest is None else oldest.isoformat(),
            digest=loan.digest,
            version=loan.version,
        )


ReasonCodes = Annotated[
    list[Annotated[str, msgspec.Meta(max_length=40)]],
    msgspec.Meta(max_length=10, description="Codes of the brand's status reasons, where it has any for the status."),
]
CommentText = Annotated[str, msgspec.Meta(max_length=1000)]


class StatusIn(In):
    """Where a loan is moved. Money moves by routes of its own; *ending* says how a loan ends that is REJECTED."""

    status: LoanStatus
    ending: Ending | None = None
    reasons: ReasonCodes = msgspec.field(default_factory=list)
    comment: CommentText = ""


class CorrectionIn(In):
    """What was asked for, corrected; what is left out stays."""

    amount: Rupees | None = None
    tenure_months: Months | None = None
    purpose: Annotated[str, msgspec.Meta(max_length=120)] | None = None
    reasons: ReasonCodes = msgspec.field(default_factory=list)
    comment: CommentText = ""


class SanctionIn(In):
    """What is sanctioned; what is left out is as it was asked for."""

    amount: Rupees | None = None
    tenure_months: Months | None = None
    comment: CommentText = ""


class CommentIn(In):
    """A comment."""

    comment: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class CommentOut(Out):
    """A comment of staff."""

    id: str
    partner_user_id: str
    comment: str
    created_at: str

    @classmethod
    def of(cls, comment: Comment) -> "CommentOut":
        return cls(
            id=str(comment.id),
            partner_user_id=str(comment.by),
            comment=comment.text,
            created_at=instant(comment.at),
        )


class CommentsOut(Out):
    """Comments, newest first."""

    items: list[CommentOut]


class ReasonIn(In):
    """A status reason."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9_]{1,39}$", examples=["INCOME_TOO_LOW"])]
    label: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    statuses: Annotated[list[LoanStatus], msgspec.Meta(min_length=1, max_length=11)]
    is_active: bool = True

    def reason(self, reason_id: UUID, version: int) -> StatusReason:
        """Return the reason that is meant."""
        return StatusReason(reason_id, self.code, self.label.strip(), frozenset(self.statuses), self.is_active, version)


class ReasonChangeIn(ReasonIn, kw_only=True):
    """A change of a status reason."""

    version: Annotated[int, msgspec.Meta(ge=1, description="As it was read; 409 if somebody wrote meanwhile.")]


class ReasonOut(Out):
    """A status reason of the brand."""

    id: str
    code: str
    label: str
    statuses: list[str]
    is_active: bool
    version: int

    @classmethod
    def of(cls, reason: StatusReason) -> "ReasonOut":
        return cls(
            id=str(reason.id),
            code=reason.code,
            label=reason.label,
            statuses=[status.value for status in LoanStatus if status in reason.statuses],
            is_active=reason.is_active,
            version=reason.version,
        )


class ReasonsOut(Out):
    """Status reasons, by code."""

    items: list[ReasonOut]
