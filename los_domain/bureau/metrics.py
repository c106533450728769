"""
Facts that rules read, derived from a credit report by our own arithmetic so that all bureaus agree.

Windows are calendar months: index 0 is the month of *as_of* (or, anchored there, the latest month any lender reported), and an
``…_12m`` window holds the indexes 0 to 11. Days are counted back from *as_of*, both ends included. An unknown month counts
neither as late nor as on time. Accounts that the person only guarantees or may use are counted, but carry no obligation and no
lateness of the person's own.
"""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

import attrs

from los_domain.bureau.model import Account, AccountType, CreditReport, Enquiry, Ownership
from los_domain.repayment.emi import emi
from los_domain.shared.money import ZERO, Money, Rounding
from los_domain.shared.rates import Rate


class Anchor(Enum):
    """Where the monthly windows end: files lag 30 to 45 days, so the month of *as_of* may not be reported yet."""

    AS_OF = "as_of"
    LATEST_REPORTED = "latest_reported"


@attrs.frozen
class MetricRules:
    """What a lender may choose about the derivation."""

    anchor: Anchor = Anchor.AS_OF
    short_term_most: Money = Money.rupees(50_000)
    short_term_months: int = 12
    ignored_lenders: frozenset[str] = frozenset()  # our own pulls, by the name the bureau gives us
    count_same_day_same_lender_once: bool = False
    assumed_rate: Rate = Rate.yearly("14")  # for a term loan reported without instalment
    card_share_percent: int = 5  # of the balance, as a card's monthly obligation


@attrs.frozen
class BureauMetrics:
    """Names as rules and samples use them. Counts, days, whole amounts; *card_utilisation_pct* has one decimal."""

    as_of: date
    score: int | None
    score_available: bool
    ntc: bool
    accounts_total: int
    accounts_active: int
    accounts_closed: int
    accounts_written_off: int
    written_off_amount_total: Money
    written_off_last_36m: bool
    accounts_settled: int
    settlement_amount_total: Money
    overdue_total: Money
    overdue_total_excl_written_off: Money
    outstanding_total: Money
    outstanding_secured: Money
    outstanding_unsecured: Money
    sanctioned_total_non_revolving: Money
    emi_total_active: Money  # as reported; see estimated_emi
    max_dpd_3m: int
    max_dpd_6m: int
    max_dpd_12m: int
    max_dpd_24m: int
    months_30plus_12m: int
    months_60plus_12m: int
    months_90plus_24m: int
    enquiries_total: int
    enquiries_30d: int
    enquiries_90d: int
    enquiries_180d: int
    unsecured_enquiries_90d: int
    active_short_term_pl: int
    active_unsecured_loans: int
    card_limit_total: Money
    card_balance_total: Money
    card_utilisation_pct: Decimal | None
    oldest_account_months: int | None


def metrics_of(report: CreditReport, *, as_of: date | None = None, rules: MetricRules | None = None) -> BureauMetrics:
    """Return every derived fact of *report* on *as_of* (default: the report's own date)."""
    chosen = rules or MetricRules()
    day = as_of or report.reported_on
    accounts = unrepeated(report.accounts)
    own = [account for account in accounts if account.ownership.owes]
    active = [account for account in own if account.is_active]
    cards = [account for account in active if account.type is AccountType.CC]
    given_up = [account for account in accounts if account.status.is_written_off]
    settled = [account for account in accounts if account.status.is_settled]
    running = [account for account in accounts if account.is_active]
    late = _Lateness.of(own, _window_end(accounts, day, chosen.anchor))
    enquiries = _counted(report.enquiries, chosen)
    limit, used = _total(c.credit_limit or ZERO for c in cards), _total(c.balance for c in cards)
    opened = [account.opened for account in accounts if account.opened is not None]
    return BureauMetrics(
        as_of=day,
        score=report.score.value,
        score_available=report.score.value is not None,
        ntc=report.score.value is None and not accounts,
        accounts_total=len(accounts),
        accounts_active=len(running),
        accounts_closed=len(accounts) - len(running) - len(given_up),
        accounts_written_off=len(given_up),
        written_off_amount_total=_total(account.written_off_total for account in given_up),
        written_off_last_36m=any(_given_up_within(account, day, months=36) for account in given_up),
        accounts_settled=len(settled),
        settlement_amount_total=_total(account.settlement_amount for account in settled),
        overdue_total=_total(account.overdue for account in own),
        overdue_total_excl_written_off=_total(a.overdue for a in own if not a.status.is_written_off),
        outstanding_total=_total(account.balance for account in own),
        outstanding_secured=_total(account.balance for account in own if account.secured),
        outstanding_unsecured=_total(account.balance for account in own if not account.secured),
        sanctioned_total_non_revolving=_total(a.sanctioned for a in own if not a.type.is_revolving),
        emi_total_active=_total(account.emi or ZERO for account in active),
        max_dpd_3m=late.worst(3),
        max_dpd_6m=late.worst(6),
        max_dpd_12m=late.worst(12),
        max_dpd_24m=late.worst(24),
        months_30plus_12m=late.months(12, least=30),
        months_60plus_12m=late.months(12, least=60),
        months_90plus_24m=late.months(24, least=90),
        enquiries_total=len(enquiries),
        enquiries_30d=len(_within(enquiries, day, 30)),
        enquiries_90d=len(_within(enquiries, day, 90)),
        enquiries_180d=len(_within(enquiries, day, 180)),
        unsecured_enquiries_90d=sum(not enquiry.secured for enquiry in _within(enquiries, day, 90)),
        active_short_term_pl=sum(_is_short_term(account, chosen) for account in active),
        active_unsecured_loans=sum(not a.secured and a.type is not AccountType.CC for a in active),
        card_limit_total=limit,
        card_balance_total=used,
        card_utilisation_pct=_percent(used, limit),
        oldest_account_months=max((_whole_months(first, day) for first in opened), default=None),
    )


def estimated_emi(account: Account, *, as_of: date, rules: MetricRules | None = None) -> Money:
    """
    Return the monthly obligation of *account*: as reported, or estimated where the lender reported none.

    A card owes a share of its balance. A term loan owes the annuity of its balance over the months left of its tenure (at least
    one) at its reported or the assumed rate. Accounts that do not run, or are not the person's own, owe nothing.
    """
    chosen = rules or MetricRules()
    if not account.is_active or not account.ownership.owes:
        return ZERO
    if account.emi is not None and account.emi.paise > 0:
        return account.emi
    if account.type.is_revolving:
        return account.balance.times(chosen.card_share_percent, 100, rounding=Rounding.HALF_UP)
    passed = _whole_months(account.opened, as_of) if account.opened else 0
    left = max(1, (account.tenure_months or 12) - passed)
    rate = Rate(account.rate) if account.rate else chosen.assumed_rate
    return emi(account.balance, rate, instalments=left)


def late_by_guarantee(report: CreditReport, *, as_of: date | None = None, months: int = 12) -> int:
    """Return the worst days past due of accounts that the person guarantees or may use: for information, no obligation."""
    others = [account for account in report.accounts if account.ownership in (Ownership.GUARANTOR, Ownership.AUTH_USER)]
    return _Lateness.of(others, as_of or report.reported_on).worst(months)


def unrepeated(accounts: Iterable[Account]) -> tuple[Account, ...]:
    """Drop repetitions: of accounts with the same lender, last four characters and opening date, the latest report stays."""
    kept: dict[object, Account] = {}
    for place, account in enumerate(accounts):
        tail = account.id_masked[-4:]
        key: object = (account.lender.casefold(), tail, account.opened) if tail and account.opened else place
        before = kept.get(key)
        if before is None or (account.reported or date.min) > (before.reported or date.min):
            kept[key] = account
    return tuple(kept.values())


@attrs.frozen
class _Lateness:
    """Known (index, days past due) of all account-months; index 0 is the month the windows end in."""

    known: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, accounts: Iterable[Account], end: date) -> "_Lateness":
        return cls(
            tuple(
                (_months_apart(month.month, end), month.dpd)
                for account in accounts
                for month in account.history
                if month.dpd is not None
            )
        )

    def worst(self, window: int) -> int:
        return max((dpd for index, dpd in self.known if 0 <= index < window), default=0)

    def months(self, window: int, *, least: int) -> int:
        return sum(0 <= index < window and dpd >= least for index, dpd in self.known)


def _window_end(accounts: Iterable[Account], day: date, anchor: Anchor) -> date:
    if anchor is Anchor.AS_OF:
        return day
    reported = [month.month for account in accounts for month in account.history if month.dpd is not None]
    return min(day, max(reported, default=day))


def _months_apart(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def _whole_months(earlier: date, later: date) -> int:
    return _months_apart(earlier, later) - (later.day < earlier.day)


def _given_up_within(account: Account, day: date, *, months: int) -> bool:
    when = account.written_off_on or account.reported
    return when is None or 0 <= _months_apart(when, day) < months  # undated counts as recent


def _counted(enquiries: Iterable[Enquiry], rules: MetricRules) -> list[Enquiry]:
    ours = {lender.casefold() for lender in rules.ignored_lenders}
    foreign = [enquiry for enquiry in enquiries if enquiry.lender.casefold() not in ours]
    if not rules.count_same_day_same_lender_once:
        return foreign
    return list({(enquiry.on, enquiry.lender.casefold()): enquiry for enquiry in foreign}.values())


def _within(enquiries: Iterable[Enquiry], day: date, days: int) -> list[Enquiry]:
    return [enquiry for enquiry in enquiries if 0 <= (day - enquiry.on).days <= days]


def _is_short_term(account: Account, rules: MetricRules) -> bool:
    if account.type is AccountType.STPL:
        return True
    if account.type is not AccountType.PL or account.tenure_months is None:
        return False
    return account.sanctioned <= rules.short_term_most and account.tenure_months <= rules.short_term_months


def _total(amounts: Iterable[Money]) -> Money:
    return Money(sum(amount.paise for amount in amounts))


def _percent(part: Money, whole: Money) -> Decimal | None:
    if whole.paise <= 0:
        return None
    return (Decimal(100 * part.paise) / Decimal(whole.paise)).quantize(Decimal("0.1"), ROUND_HALF_UP)
