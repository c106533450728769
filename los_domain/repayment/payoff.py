"""What closes a loan on a day, with its break-up: paid on that day, nothing is owed."""

from datetime import date

import attrs

from los_domain.repayment import changes
from los_domain.repayment.account import Account, at, thaw
from los_domain.repayment.transactions import ImpossibleTransaction
from los_domain.shared.money import Money


@attrs.frozen
class PayoffQuote:
    """
    What closes the account on `on`.

    principal: due and to come. overdue_interest: of dues. interest: from the last due date to the day (negative: interest was
    paid for days that never come, and counts against the rest). fees, penalties: levied and unpaid. charge, gst: for the early
    end. excess: the borrower's own money, counted against it. total: what is to be paid, at least zero.
    """

    on: date
    principal: Money
    overdue_interest: Money
    interest: Money
    fees: Money
    penalties: Money
    charge: Money
    gst: Money
    excess: Money
    total: Money


def payoff(account: Account, on: date) -> PayoffQuote:
    """Return what a FORECLOSURE on *on* has to bring. Raises ImpossibleTransaction for a day before the account's."""
    if not account.disbursed_on:
        raise ImpossibleTransaction.because("on", on, "not before the first disbursement")
    running = thaw(at(account, on))
    principal, interest, fees, penalties = changes.dues(running)
    rest, accrued, charge, gst = 0, 0, 0, 0
    if running.fallen < len(running.due_days) and not account.written_off_day:
        rest, accrued, charge, gst = changes.closing(running, on.toordinal(), account.terms.foreclosure)
    need = principal + interest + fees + penalties + rest + accrued + charge + gst - running.excess
    return PayoffQuote(
        on=on,
        principal=Money(principal + rest),
        overdue_interest=Money(interest),
        interest=Money(accrued),
        fees=Money(fees),
        penalties=Money(penalties),
        charge=Money(charge),
        gst=Money(gst),
        excess=Money(running.excess),
        total=Money(max(0, need)),
    )
