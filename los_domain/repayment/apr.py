"""
The annual percentage rate by the Reserve Bank's method.

APR = periods a year x the rate a period at which the net amount disbursed equals the instalments before their rounding: nominal, not
compounded to a year, on what the borrower receives after every charge, third parties' and taxes included. RBI's own illustration
(RBI/2024-25/18, Annex B: 20,000 at 15 % in 24 months, charges 400) comes to 17.07; docs/engine.md works it out.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

import attrs

from los_domain.repayment import tvm
from los_domain.repayment.conventions import Disbursement, Unit
from los_domain.repayment.daycount import year_fraction
from los_domain.repayment.due_dates import Calendar, calendar
from los_domain.repayment.emi import annuity_ratio, total_interest
from los_domain.repayment.impossible import MOST_PAISE, ImpossibleTerms, problem
from los_domain.repayment.model import Schedule, Terms
from los_domain.repayment.schedule import schedule
from los_domain.shared.money import ZERO, Money, Rounding
from los_domain.shared.rates import Quoted, Rate

_GIVEN = Context(prec=28)
_DAYS_A_YEAR = 365


def apr(terms: Terms, charges: Money = ZERO, *, with_instalments: Sequence[tuple[int, Money]] = ()) -> Decimal:
    """
    Return the annual percentage rate of *terms* as per cent, to 28 digits; `disclosed` rounds it for print.

    charges: everything the borrower pays at disbursement, taxes included; netted from the first disbursement. Broken-period
        interest collected upfront is added to it by itself.
    with_instalments: what is paid on top of instalment *number*, (number, amount) each.
    Instalments one period apart: the period's rate x periods a year, odd days before the first one at simple interest. Any other
    calendar (a list of dates, a moved due date): the day's rate x 365. A single instalment after a period of days: simple interest.
    Raises ImpossibleTerms when charges leave nothing to disburse, `tvm.NoRate` when no rate solves it.
    """
    fine, coins = _in_fine_coin(terms)
    rows = schedule(fine)
    upfront = charges.paise * coins + rows.upfront_interest
    if upfront >= fine.disbursements[0].amount.paise:
        rule = f"with interest collected upfront, below the first disbursement, {terms.disbursements[0].amount}"
        raise ImpossibleTerms(problem("charges", charges, rule))
    downs = len(rows.down_payments)
    periods = calendar(fine, instalments=len(rows) - downs)
    flows = _flows(fine, rows, periods)
    flows.append((fine.starts_on.toordinal(), -upfront))
    due = periods.to_days[-(len(rows) - downs) :]
    flows += [(due[number - 1], -extra.paise * coins) for number, extra in with_instalments if number <= len(due)]
    return _nominal(fine, flows, periods)


def apr_of_equal_instalments(
    net: Money,
    instalment: tuple[int, int],
    instalments: int,
    *,
    periods_a_year: int = 12,
    whole_before_first: int = 1,
    part_before_first: tuple[int, int] = (0, 1),
) -> Decimal:
    """
    Return the annual percentage rate of equal instalments against *net* disbursed, as per cent.

    instalment: paise as an exact ratio (num, den), so that it need not be rounded.
    whole_before_first, part_before_first: the time to the first instalment in periods; the part bears simple interest (Regulation Z,
        Appendix J, has the same rule).
    """
    num, den = instalment
    flows = [tvm.Flow(net.paise * den, 0)]
    flows += [tvm.Flow(-num, whole_before_first + number, part_before_first) for number in range(instalments)]
    return _GIVEN.multiply(tvm.periodic_rate(flows), 100 * periods_a_year)


@attrs.frozen
class Illustration:
    """
    The computation sheet for equal monthly instalments, without dates: Annex B as the Reserve Bank illustrates it.

    epi: rounded to the rupee; epi_unrounded: to the paisa, for print. total_interest, total_payable and apr are on the instalment
    that was asked for.
    """

    epi: Money
    epi_unrounded: Money
    net_disbursed: Money
    total_interest: Money
    total_payable: Money
    sum_of_instalments: Money
    apr: Decimal


def illustrate(
    sanctioned: Money,
    rate: Rate,
    instalments: int,
    charges: Sequence[Money],
    *,
    is_on_rounded_epi: bool = False,
    are_charges_counted: bool = False,
) -> Illustration:
    """
    Return the sheet of *sanctioned* lent at *rate* against *charges*, all netted at disbursement.

    is_on_rounded_epi: measure on the instalment rounded to the rupee, as some lenders do; the regulator does not.
    are_charges_counted: add the charges to the total payable, as some lenders do.
    """
    num, den = rate.factor(months=1)
    exact = annuity_ratio(sanctioned.paise, num, den, instalments)
    epi = Money(Rounding.HALF_UP.divide(exact[0], exact[1] * 100) * 100)
    upfront = Money(sum(charge.paise for charge in charges))
    if upfront.paise >= sanctioned.paise:
        raise ImpossibleTerms(problem("charges", upfront, f"below the amount sanctioned, {sanctioned}"))
    summed = Money(epi.paise * instalments)
    interest = summed - sanctioned if is_on_rounded_epi else total_interest(sanctioned, rate, instalments=instalments)
    return Illustration(
        epi=epi,
        epi_unrounded=Money(Rounding.HALF_UP.divide(*exact)),
        net_disbursed=sanctioned - upfront,
        total_interest=interest,
        total_payable=sanctioned + interest + (upfront if are_charges_counted else ZERO),
        sum_of_instalments=summed,
        apr=apr_of_equal_instalments(sanctioned - upfront, (epi.paise, 1) if is_on_rounded_epi else exact, instalments),
    )


def disclosed(percent: Decimal) -> Quoted:
    """Return a rate as it is printed: two decimal places, half-up."""
    return Quoted(int(percent.scaleb(2).to_integral_value(ROUND_HALF_UP)), 2)


def _in_fine_coin(terms: Terms) -> tuple[Terms, int]:
    """
    Return the same loan in the finest coin that fits, and how many of it make a paisa.

    Rounding then falls so far behind the decimal point that the instalments are, to the regulator, not rounded.
    """
    coins = 1
    while terms.principal.paise * coins * 10 <= MOST_PAISE and coins < 10**9:
        coins *= 10
    return attrs.evolve(
        terms,
        disbursements=tuple(Disbursement(each.on, Money(each.amount.paise * coins)) for each in terms.disbursements),
        balloon=Money(terms.balloon.paise * coins),
        instalment=terms.instalment and Money(terms.instalment.paise * coins),
        instalment_multiple=1,
        instalment_paisa_rounding=None,
        interest_multiple=1,
    ), coins


def _flows(terms: Terms, rows: Schedule, periods: Calendar) -> list[tuple[int, int]]:
    """Return what the borrower gets (above zero) and pays (below), each with its day before any holiday moved it."""
    flows = [(each.on.toordinal(), each.amount.paise) for each in terms.disbursements]
    regular = iter(periods.to_days[len(periods.to_days) - (len(rows) - len(rows.down_payments)) :])
    for row, (principal, interest) in enumerate(zip(rows.principal, rows.interest, strict=True)):
        day = rows.due_days[row] if row in rows.down_payments else next(regular)
        flows.append((day, -principal - interest))
    return flows


def _nominal(terms: Terms, flows: list[tuple[int, int]], periods: Calendar) -> Decimal:
    start = terms.starts_on.toordinal()
    if terms.due_dates or not all(periods.regular[1:]):
        daily = [tvm.Flow(amount, day - start) for day, amount in flows]
        rate = tvm.periodic_rate(daily, guess=Decimal("0.0005"), periods_a_step=_DAYS_A_YEAR)
        return _GIVEN.multiply(rate, 100 * _DAYS_A_YEAR)
    number, per = terms.every.a_year
    placed = [tvm.Flow(amount, *_place(terms, periods, start, day)) for day, amount in flows]
    return _GIVEN.divide(_GIVEN.multiply(tvm.periodic_rate(placed), 100 * number), per)


def _place(terms: Terms, periods: Calendar, start: int, day: int) -> tuple[int, tuple[int, int]]:
    """Return where *day* lies after *start*, as whole periods and the part of one that bears simple interest."""
    passed = bisect_right(periods.to_days, day)
    if not passed:
        return 0, _part(terms, start, day)
    whole_from = periods.whole_from if periods.regular[0] is False else periods.from_days[0]
    if whole_from >= start:
        whole, part = passed, _part(terms, start, whole_from)
    else:
        whole, part = passed - 1, _part(terms, start, periods.to_days[0])
    since = _part(terms, periods.to_days[passed - 1], day)
    return whole, (part[0] * since[1] + since[0] * part[1], part[1] * since[1])


def _part(terms: Terms, start: int, end: int) -> tuple[int, int]:
    """Return the days from *start* to *end* in periods."""
    if terms.every.unit is not Unit.MONTH:
        return end - start, terms.every.days
    num, den = year_fraction(terms.broken_day_count, date.fromordinal(start), date.fromordinal(end))
    return num * 12, den * terms.every.count
