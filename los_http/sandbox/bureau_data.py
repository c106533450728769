"""
What each class of persona owes and to whom: tables drawn for June 2025, which `bureau_report` turns into credit reports.

A generated person owes the same kinds of debt as its class in other amounts, always the same for the same seed. Amounts
are whole rupees.
"""

import calendar
import random
from datetime import date, timedelta

import attrs

DRAWN_FOR = date(2025, 6, 30)
HISTORY_SHOWN = 24
CLASSES = ("prime", "thin-file-ntc", "recent-60-dpd", "written-off", "enquiry-hungry")


@attrs.frozen
class Line:
    """One debt as it stood in June 2025. *late* are the payment statuses of its newest months, newest first; earlier ones were on time."""

    number: str
    lender: str
    kind: str
    opened: date
    balance: int = 0
    sanctioned: int = 0
    limit: int = 0
    emi: int = 0
    rate: str = ""
    tenure: str = ""
    months: int = HISTORY_SHOWN
    """How many months of history the bureau holds."""
    late: tuple[str, ...] = ()
    overdue: int = 0
    closed: date | None = None
    settled_for: int = 0
    written_off: int = 0
    written_off_on: date | None = None

    @property
    def is_active(self) -> bool:
        return self.closed is None and not self.written_off

    @property
    def status(self) -> str:
        """The bureau's words for how the account stands."""
        if self.written_off:
            return "Charge Off/Written Off"
        if self.settled_for:
            return "Settled"
        if self.closed:
            return "Closed Account"
        if not self.late or self.late[0] == "000":
            return "Current Account"
        return f"{int(self.late[0].rstrip('+')) - 1} days past due"


@attrs.frozen
class Asked:
    """An enquiry another lender made, by how many days before the pull."""

    days_ago: int
    lender: str
    purpose: str
    amount: int


@attrs.frozen
class Standing:
    """What the bureau knows of one class of persona; no score and no line is a person it does not know."""

    score: int | None
    reason: str
    lines: tuple[Line, ...] = ()
    asked: tuple[Asked, ...] = ()


_LENGTH = "Length of credit history"
_ARREARS = "Delinquency or past due occurrences"
_APPETITE = "Number of recent enquiries"

STANDINGS: dict[str, Standing] = {
    "prime": Standing(
        792,
        _LENGTH,
        (
            Line(
                "HLXX1001",
                "SAMPLE HOUSING BANK",
                "Housing Loan",
                date(2019, 8, 10),
                balance=3105000,
                sanctioned=4200000,
                emi=38200,
                rate="8.4",
                tenure="240",
            ),
            Line(
                "ALXX1002",
                "DEMO BANK",
                "Auto Loan",
                date(2022, 11, 5),
                balance=412000,
                sanctioned=850000,
                emi=17600,
                rate="9.1",
                tenure="60",
            ),
            Line("CCXX1003", "DEMO BANK", "Credit Card", date(2016, 2, 19), balance=24500, limit=300000),
            Line("CCXX1004", "TEST CARDS LTD", "Credit Card", date(2020, 6, 1), balance=8200, limit=150000),
            Line(
                "PLXX1005",
                "MOCK FINANCE",
                "Personal Loan",
                date(2018, 1, 15),
                sanctioned=300000,
                months=12,
                closed=date(2021, 1, 20),
            ),
        ),
        (Asked(139, "DEMO BANK", "Credit Card", 200000), Asked(976, "DEMO BANK", "Auto Loan", 850000)),
    ),
    "thin-file-ntc": Standing(None, ""),
    "recent-60-dpd": Standing(
        641,
        _ARREARS,
        (
            Line(
                "PLXX3001",
                "MOCK FINANCE",
                "Personal Loan",
                date(2023, 9, 12),
                balance=214300,
                sanctioned=350000,
                emi=11900,
                rate="17.5",
                tenure="42",
                months=21,
                late=("61+", "31+", "01+"),
                overdue=23800,
            ),
            Line(
                "CCXX3002",
                "TEST CARDS LTD",
                "Credit Card",
                date(2021, 4, 3),
                balance=71400,
                limit=90000,
                late=("000", "000", "000", "31+", "01+"),
            ),
            Line(
                "TWXX3003",
                "WHEELS FINCORP",
                "Two-wheeler Loan",
                date(2024, 2, 20),
                balance=48100,
                sanctioned=92000,
                emi=3650,
                rate="14.0",
                tenure="30",
                months=16,
            ),
            Line(
                "GLXX3004",
                "SAMPLE GOLD LOANS",
                "Gold Loan",
                date(2023, 1, 11),
                sanctioned=60000,
                months=9,
                closed=date(2023, 10, 2),
            ),
        ),
        (
            Asked(27, "QUICKLEND", "Short Term Personal Loan", 30000),
            Asked(42, "MOCK FINANCE", "Personal Loan", 100000),
            Asked(154, "TEST CARDS LTD", "Credit Card", 80000),
        ),
    ),
    "written-off": Standing(
        588,
        _ARREARS,
        (
            Line(
                "CCXX4001",
                "DEMO BANK",
                "Credit Card",
                date(2017, 5, 9),
                balance=48210,
                limit=60000,
                late=("WOF",) * 20 + ("181+",) * 4,
                overdue=48210,
                written_off=48210,
                written_off_on=date(2023, 11, 30),
            ),
            Line(
                "PLXX4002",
                "MOCK FINANCE",
                "Personal Loan",
                date(2020, 1, 25),
                sanctioned=150000,
                months=12,
                closed=date(2022, 8, 19),
                settled_for=30000,
            ),
            Line(
                "CDXX4003",
                "CONSUMER CREDIT CO",
                "Consumer Loan",
                date(2024, 10, 14),
                balance=18900,
                sanctioned=42000,
                emi=3500,
                rate="15.0",
                tenure="12",
                months=8,
            ),
        ),
        (
            Asked(61, "QUICKLEND", "Short Term Personal Loan", 20000),
            Asked(263, "CONSUMER CREDIT CO", "Consumer Loan", 42000),
        ),
    ),
    "enquiry-hungry": Standing(
        664,
        _APPETITE,
        (
            Line(
                "PLXX5001",
                "MOCK FINANCE",
                "Personal Loan",
                date(2024, 3, 18),
                balance=148600,
                sanctioned=240000,
                emi=9800,
                rate="19.0",
                tenure="30",
                months=15,
            ),
            Line(
                "CDXX5002",
                "CONSUMER CREDIT CO",
                "Consumer Loan",
                date(2024, 9, 7),
                balance=22800,
                sanctioned=82000,
                emi=7600,
                rate="16.0",
                tenure="12",
                months=9,
            ),
            Line(
                "PLXX5003",
                "QUICKLEND",
                "Short Term Personal Loan",
                date(2024, 12, 4),
                balance=12800,
                sanctioned=36000,
                emi=6400,
                rate="30.0",
                tenure="6",
                months=6,
            ),
            Line(
                "TWXX5004",
                "WHEELS FINCORP",
                "Two-wheeler Loan",
                date(2024, 5, 22),
                balance=53300,
                sanctioned=96000,
                emi=4100,
                rate="14.5",
                tenure="28",
                months=13,
                late=("01+", "01+", "01+", "01+", "01+"),
                overdue=4100,
            ),
        ),
        (
            Asked(3, "FASTRUPEE", "Short Term Personal Loan", 10000),
            Asked(6, "QUICKLEND", "Short Term Personal Loan", 25000),
            Asked(11, "MOCK FINANCE", "Personal Loan", 75000),
            Asked(19, "CONSUMER CREDIT CO", "Consumer Loan", 30000),
            Asked(26, "FASTRUPEE", "Short Term Personal Loan", 15000),
            Asked(38, "DEMO BANK", "Credit Card", 50000),
            Asked(52, "TEST CARDS LTD", "Credit Card", 60000),
            Asked(71, "QUICKLEND", "Short Term Personal Loan", 20000),
            Asked(204, "QUICKLEND", "Short Term Personal Loan", 36000),
            Asked(301, "CONSUMER CREDIT CO", "Consumer Loan", 82000),
        ),
    ),
}
"""What each class owed in June 2025, in rupees."""


def standing_of(name: str, seed: int | None = None) -> Standing:
    """Return what the bureau knows of class *name*; with a *seed*, of one of its many other members. Raises KeyError for no such class."""
    standing = STANDINGS[name]
    if seed is None or standing.score is None:
        return standing
    chance = random.Random(seed)
    lines = []
    for place, line in enumerate(standing.lines, 1):
        parts = chance.randint(70, 130)

        def scaled(rupees: int, parts: int = parts) -> int:
            return rupees * parts // 100

        lines.append(
            attrs.evolve(
                line,
                number=f"{line.number[:4]}{chance.randint(1000, 9999)}{place}",
                opened=line.opened - timedelta(days=chance.randint(0, 25)),
                balance=scaled(line.balance),
                sanctioned=scaled(line.sanctioned),
                limit=scaled(line.limit),
                emi=scaled(line.emi),
                overdue=scaled(line.overdue),
                settled_for=scaled(line.settled_for),
                written_off=scaled(line.written_off),
            )
        )
    return attrs.evolve(standing, score=standing.score + chance.randint(-8, 8), lines=tuple(lines))


def month_end(day: date) -> date:
    """Return the last day of *day*'s month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def last_reported(day: date) -> date:
    """Return the end of the last month that had ended on *day*: what lenders can have reported by then."""
    return day if day == month_end(day) else day.replace(day=1) - timedelta(days=1)


def moved(day: date, months: int) -> date:
    """Return *day* in another month: the same day of it, or its last one; a month's end stays a month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    return month_end(first) if day == month_end(day) else first.replace(day=min(day.day, month_end(first).day))
