"""
Bank statements of the sandbox's personas, and the analysis the statement analyser makes of one.

Money in and out of each class is a table below: what happens on which day of each of six months, counted 0 to 5; a
longer statement repeats the six backwards. Balances, averages and totals are worked out from the rows. For January to
June 2025 the named personas give the published samples. A generated person has the habits of its class at another
scale, always the same for the same seed. Amounts are whole rupees, averages have two decimals; dates are DD-MM-YYYY.
"""

import calendar
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

import attrs

CLASSES = ("stable-salary", "gig-income", "irregular-salary", "emi-load-bounces", "modest-salary")
NORMAL_SCALE = 10
MOST_MONTHS = 12


class AccountHolder(Protocol):
    """Whose account a statement is of."""

    @property
    def name(self) -> str: ...
    @property
    def pan(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def account_number(self) -> str: ...
    @property
    def ifsc(self) -> str: ...
    @property
    def bank(self) -> str: ...


@attrs.frozen
class Movement:
    """Money in (positive) or out (negative) on one day of a month, in rupees."""

    day: int
    rupees: int
    category: str
    """The channel, in the analyser's words."""
    kind: str
    """What it is, in the analyser's words."""
    narration: str


@attrs.frozen
class Entry:
    """One row of a statement with the balance after it, in rupees."""

    on: date
    rupees: int
    balance: int
    category: str
    kind: str
    narration: str


@attrs.frozen
class Habit:
    """How an account of one class lives: the balance it starts from, and what happens in month *i* of it."""

    opening: int
    month: Callable[[int], list[Movement]]


def _salary(day: int, rupees: int, employer: str, code: int) -> Movement:
    return Movement(day, rupees, "FT", "Salary", f"NEFT CR-SBXB{code:07d}-{employer}-SALARY")


def _emi(day: int, rupees: int, lender: str) -> Movement:
    return Movement(day, -rupees, "ECS", "EMI Payment", f"ACH D-{lender}")


def _upi(day: int, rupees: int, kind: str, payee: str) -> Movement:
    return Movement(day, -rupees, "UPI", kind, f"UPI-{payee}@OKSBX")


def _cash(day: int, rupees: int, place: str = "") -> Movement:
    return Movement(day, -rupees, "ATM", "Cash Withdrawal", f"ATM WDL {place}".strip())


def _returned(day: int, rupees: int, lender: str) -> list[Movement]:
    """A debit that came back unpaid, and the bank's charge for it a day later."""
    return [
        Movement(day, rupees, "ECS", "Inward Bounce", f"ACH D RTN-{lender}-INSUFFICIENT FUNDS"),
        Movement(day + 1, -590, "OTHERS", "Bounce Charge", "ACH RETURN CHG INCL GST"),
    ]


def _stable(i: int) -> list[Movement]:
    return [
        _salary(1, 68500 if i < 3 else 71900, "ACME INFOTECH PVT LTD", 1),
        _upi(3, 18000, "Rent", "RENT-LANDLORD"),
        _emi(5, 12400, "DEMO BANK LOAN-0012345"),
        Movement(10, -5000, "ECS", "Investment", "ACH D-SAMPLE MF SIP"),
        Movement(12, -2150, "OTHERS", "Bill Payment", "BILLPAY ELECTRICITY"),
        _upi(15, 6400 + 150 * i, "Groceries", "GROCERMART"),
        _cash(20, 4000, "PUNE"),
        Movement(24, -7300, "FT", "Credit Card Bill", "CC BILLPAY TEST CARDS"),
        _upi(28, 3200, "Food", "FOODNOW"),
    ]


def _gig(i: int) -> list[Movement]:
    rides = [
        Movement(day, base + 130 * i, "FT", "Gig Payout", "NEFT-RIDEGO PARTNER PAYOUT")
        for day, base in ((4, 6100), (11, 5400), (18, 7200), (25, 4800))
    ]
    meals = [
        Movement(day, 2100 + 90 * ((i + week) % 3), "FT", "Gig Payout", "IMPS-QUICKBITE DELIVERY PAYOUT")
        for week, day in enumerate((5, 12, 19, 26))
    ]
    return [
        *rides,
        *meals,
        _emi(5, 3650, "WHEELS FINCORP"),
        *(_upi(day, 1900, "Fuel", "FUELPUMP") for day in (6, 13, 20, 27)),
        _upi(7, 6500, "Rent", "RENT"),
        _upi(15, 4800, "Groceries", "KIRANA"),
        _upi(27, 6200, "Transfer", "FAMILY"),
        _cash(29, 2500),
    ]


_IRREGULAR_PAY = ((2, 44000), (6, 39500), (3, 46200), (9, 31800), (14, 28400), (11, 33600))


def _irregular(i: int) -> list[Movement]:
    day, pay = _IRREGULAR_PAY[i]
    unpaid = i >= 3
    spare = (10000, 5500, 12000, 7000, 3000, 8400)[i]
    return [
        _salary(day, pay, "HARBOUR TRADERS", 3),
        *(_returned(6, 11900, "MOCK FINANCE") if unpaid else ()),
        _emi(6, 11900, "MOCK FINANCE"),
        _upi(15, 9500, "Rent", "RENT"),
        _emi(16, 3650, "WHEELS FINCORP"),
        _cash(16, 6000 if unpaid else 3000, "KOCHI"),
        _upi(22, 5200, "Groceries", "KIRANA"),
        _upi(25, spare, "Transfer", "FAMILY"),
    ]


def _loaded(i: int) -> list[Movement]:
    short = i >= 1
    borrowed = i >= 1 and i % 2 == 0
    return [
        _salary(1, 42000, "LOGI SERVICES LLP", 2),
        _upi(2, 9000, "Rent", "RENT"),
        _emi(3, 9800, "MOCK FINANCE"),
        _emi(5, 7600, "CONSUMER CREDIT CO"),
        _emi(7, 6400, "QUICKLEND"),
        _upi(8, 7400 if short else 4500, "Transfer", "FAMILY"),
        *(_returned(10, 4100, "WHEELS FINCORP") if short else ()),
        _emi(10, 4100, "WHEELS FINCORP"),
        _upi(14, 900 if short else 1900, "Groceries", "KIRANA"),
        *([Movement(20, 10000, "FT", "Loan Disbursed", "IMPS-FASTRUPEE-LOAN DISB")] if borrowed else ()),
        _upi(21, 9900 if borrowed else 900, "Transfer", "MISC"),
    ]


def _modest(i: int) -> list[Movement]:
    return [
        _salary(7, 31000, "DESERT CRAFTS", 4),
        _upi(8, 8000, "Rent", "RENT"),
        _emi(9, 3500, "CONSUMER CREDIT CO"),
        _upi(12, 6000 + 50 * i, "Groceries", "KIRANA"),
        Movement(14, -1200, "OTHERS", "Bill Payment", "BILLPAY ELECTRICITY"),
        _upi(19, 5000, "Transfer", "FAMILY"),
        _cash(24, 5500, "JAIPUR"),
    ]


HABITS: dict[str, Habit] = {
    "stable-salary": Habit(41200, _stable),
    "gig-income": Habit(4100, _gig),
    "irregular-salary": Habit(2600, _irregular),
    "emi-load-bounces": Habit(3300, _loaded),
    "modest-salary": Habit(9400, _modest),
}


def _month_back(last: date, months: int) -> date:
    """Return the first day of the month *months* before *last*'s."""
    year, month = divmod(last.year * 12 + last.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _days_of(first: date) -> int:
    return calendar.monthrange(first.year, first.month)[1]


def last_full_month(on: date) -> date:
    """Return the end of the last month that had ended on *on*."""
    return on if on.day == _days_of(on) else on.replace(day=1) - timedelta(days=1)


def entries(habit: Habit, *, until: date, months: int = 6, scale: int = NORMAL_SCALE) -> list[Entry]:
    """
    Return the rows of *months* whole months up to month end *until*, oldest first, credits of a day before its
    debits. *scale* is in tenths: 10 is the class as drawn; the tables are in tens of rupees, so that every balance
    scales exactly. Raises ValueError for other than 1 to 12 months.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise ValueError(f"a statement runs over 1 to {MOST_MONTHS} months")
    rows: list[Entry] = []
    spent_before = -sum(move.rupees for i in range(6 - months, 0) for move in habit.month(i % 6))
    balance = (habit.opening + max(0, spent_before)) * scale // NORMAL_SCALE
    for i in range(6 - months, 6):
        first = _month_back(until, 5 - i)
        moves = sorted(habit.month(i % 6), key=lambda move: (min(move.day, _days_of(first)), move.rupees < 0))
        for move in moves:
            rupees = move.rupees * scale // NORMAL_SCALE
            balance += rupees
            on = first.replace(day=min(move.day, _days_of(first)))
            rows.append(Entry(on, rupees, balance, move.category, move.kind, move.narration))
    return rows


def _closing_balances(rows: Sequence[Entry], opening: int, first: date, until: date) -> Iterator[tuple[date, int]]:
    """Yield each day of the period with the balance at its end."""
    after = {row.on: row.balance for row in rows}
    balance, day = opening, first
    while day <= until:
        balance = after.get(day, balance)
        yield day, balance
        day += timedelta(days=1)


def _mean(balances: Sequence[int]) -> float:
    return round(sum(balances) / len(balances), 2)


def _month_row(label: str, rows: Sequence[Entry], balances: Sequence[int]) -> dict[str, Any]:
    return {
        "month": label,
        "totalCreditAmount": sum(row.rupees for row in rows if row.rupees > 0),
        "totalDebitAmount": -sum(row.rupees for row in rows if row.rupees < 0),
        "salaryAmount": sum(row.rupees for row in rows if row.kind == "Salary"),
        "emiAmount": -sum(row.rupees for row in rows if row.kind == "EMI Payment"),
        "inwardReturnCount": sum(1 for row in rows if row.kind == "Inward Bounce"),
        "averageBalance": _mean(balances),
    }


def analysis(holder: AccountHolder, rows: Sequence[Entry], *, until: date) -> dict[str, Any]:
    """Return the analyser's account object over *rows*, which are whole months up to *until*. Raises IndexError for no rows."""
    first = rows[0].on.replace(day=1)
    opening = rows[0].balance - rows[0].rupees
    closing = dict(_closing_balances(rows, opening, first, until))
    by_month = []
    month = first
    while month <= until:
        within = [row for row in rows if (row.on.year, row.on.month) == (month.year, month.month)]
        balances = [closing[month + timedelta(days=day)] for day in range(_days_of(month))]
        by_month.append(
            _month_row(month.strftime("%b-%Y"), within, balances)
            | {"minBalance": min(balances), "closingBalance": balances[-1]}
        )
        month += timedelta(days=_days_of(month))
    bounced = [row.rupees for row in rows if row.kind == "Inward Bounce"]
    return {
        "accountName": holder.name.upper(),
        "accountNumber": holder.account_number,
        "bankName": holder.bank,
        "ifscCode": holder.ifsc,
        "accountType": "Savings",
        "address": "",
        "email": "",
        "mobile": holder.phone,
        "pan": holder.pan,
        "periodStart": first.strftime("%d-%m-%Y"),
        "periodEnd": until.strftime("%d-%m-%Y"),
        "analysisData": [*by_month, _month_row("Grand Total", rows, list(closing.values()))],
        "camAnalysisData": {
            "inwardReturnCount": len(bounced),
            "inwardReturnAmount": sum(bounced),
            "outwardReturnCount": 0,
            "loanDisbursal": sum(row.rupees for row in rows if row.kind == "Loan Disbursed"),
            "averageBalance": _mean(list(closing.values())),
        },
        "transactions": [
            {
                "date": row.on.strftime("%d-%m-%Y"),
                "description": row.narration,
                "type": "Cr" if row.rupees > 0 else "Dr",
                "amount": abs(row.rupees),
                "balance": row.balance,
                "paymentCategory": row.category,
                "transactionType": row.kind,
                "name": "",
            }
            for row in rows
        ],
        "fraudIndicators": [],
    }
