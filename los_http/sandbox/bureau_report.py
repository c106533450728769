"""
Credit reports the sandbox's bureau would hold for a persona, in the Equifax consumer shape (CCR).

A report moves the table of the persona's class (`bureau_data`) by whole months to the last month that had ended on the
day of the pull, and enquiries by days, so that a persona keeps its age of history, its arrears and its appetite for
credit however far the clock goes. Summaries are added up from the rows. Drawn on 30 June 2025 the named personas give
the published samples. Amounts are whole rupees, written as strings as the bureau does. The member's own earlier
enquiries are left out, so that a persona answers the same however often it is asked.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from los_http.sandbox.bureau_data import DRAWN_FOR, Line, Standing, last_reported, month_end, moved


class Subject(Protocol):
    """Whom a report is about."""

    @property
    def pan(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str: ...
    @property
    def date_of_birth(self) -> date: ...
    @property
    def gender(self) -> str:
        """``Female`` or ``Male``."""

    @property
    def address_line(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def state(self) -> str:
        """Two letters."""

    @property
    def pin(self) -> str: ...


def _months_between(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def _full_months(earlier: date, later: date) -> int:
    return _months_between(earlier, later) - (later.day < earlier.day)


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _account(place: int, line: Line, reported: date, shift: int) -> dict[str, Any]:
    closed = moved(line.closed, shift) if line.closed else None
    newest = month_end(closed) if closed else reported
    asset = "LSS" if line.written_off else "STD"
    account: dict[str, Any] = {
        "seq": str(place),
        "AccountNumber": line.number,
        "Institution": line.lender,
        "AccountType": line.kind,
        "OwnershipType": "Individual",
        "Balance": str(line.balance),
        "PastDueAmount": str(line.overdue),
        "LastPayment": str(line.emi),
        "WriteOffAmount": str(line.written_off),
        "Open": "Yes" if line.is_active else "No",
        "SanctionAmount": str(line.sanctioned),
        "LastPaymentDate": _text(moved(reported, -1).replace(day=5)),
        "DateReported": _text(newest),
        "DateOpened": _text(moved(line.opened, shift)),
        "DateClosed": _text(closed),
        "Reason": "",
        "InterestRate": line.rate,
        "RepaymentTenure": line.tenure,
        "InstallmentAmount": str(line.emi),
        "TermFrequency": "Monthly",
        "CreditLimit": str(line.limit) if line.limit else "",
        "HighCredit": str(line.sanctioned or line.balance),
        "CollateralType": "",
        "AccountStatus": line.status,
        "AssetClassification": asset,
        "source": "INDIVIDUAL",
        "History48Months": [
            {
                "key": moved(newest, -back).strftime("%m-%y"),
                "PaymentStatus": line.late[back] if back < len(line.late) else "000",
                "SuitFiledStatus": "*",
                "AssetClassificationStatus": asset,
            }
            for back in range(line.months)
        ],
    }
    if line.written_off_on:
        account["DateWrittenOff"] = _text(moved(line.written_off_on, shift))
    if line.settled_for:
        account["SettlementAmount"] = str(line.settled_for)
    return account


def _summary(lines: Sequence[Line]) -> dict[str, str]:
    active = [line for line in lines if line.is_active]
    return {
        "NoOfAccounts": str(len(lines)),
        "NoOfActiveAccounts": str(len(active)),
        "NoOfWriteOffs": str(sum(1 for line in lines if line.written_off)),
        "TotalPastDue": f"{sum(line.overdue for line in lines)}.00",
        "NoOfPastDueAccounts": str(sum(1 for line in lines if line.overdue)),
        "TotalBalanceAmount": f"{sum(line.balance for line in lines)}.00",
        "TotalSanctionAmount": f"{sum(line.sanctioned for line in lines)}.00",
        "TotalCreditLimit": f"{sum(line.limit for line in active)}.0",
        "TotalMonthlyPaymentAmount": f"{sum(line.emi for line in active)}.00",
        "OldestAccount": "",
        "RecentAccount": "",
        "MostSevereStatusWithIn24Months": "",
    }


def credit_report(subject: Subject, standing: Standing, *, on: date, score_version: str = "4.0") -> dict[str, Any]:
    """Return ``CIRReportData`` of *subject* as of *on*. Raises ValueError for a person the bureau does not know."""
    if standing.score is None:
        raise ValueError("the bureau does not know this person")
    reported = last_reported(on)
    shift = _months_between(DRAWN_FOR, reported)
    lines = standing.lines
    asked = [(on - timedelta(days=enquiry.days_ago), enquiry) for enquiry in standing.asked]
    refreshed = _text(moved(reported, -1))
    oldest = min(moved(line.opened, shift) for line in lines)
    written_off = sum(line.written_off for line in lines)
    return {
        "IDAndContactInfo": {
            "PersonalInfo": {
                "Name": {
                    "FullName": f"{subject.first_name} {subject.last_name}".upper(),
                    "FirstName": subject.first_name.upper(),
                    "LastName": subject.last_name.upper(),
                },
                "DateOfBirth": subject.date_of_birth.isoformat(),
                "Gender": subject.gender,
                "Age": {"Age": str(on.year - subject.date_of_birth.year)},
                "Occupation": "SALARIED",
                "TotalIncome": "",
            },
            "IdentityInfo": {"PANId": [{"seq": "1", "ReportedDate": refreshed, "IdNumber": subject.pan}]},
            "AddressInfo": [
                {
                    "Seq": "1",
                    "ReportedDate": refreshed,
                    "Address": f"{subject.address_line} {subject.city}".upper(),
                    "State": subject.state,
                    "Postal": subject.pin,
                    "Type": "Primary",
                }
            ],
            "PhoneInfo": [{"seq": "1", "typeCode": "M", "ReportedDate": refreshed, "Number": subject.phone}],
            "EmailAddressInfo": [],
        },
        "RetailAccountDetails": [_account(place, line, reported, shift) for place, line in enumerate(lines, 1)],
        "RetailAccountsSummary": _summary(lines),
        "ScoreDetails": [
            {
                "Type": "ERS",
                "Version": score_version,
                "Name": f"ERS{score_version.replace('.', '')}",
                "Value": str(standing.score),
                "ScoringElements": [{"type": "RES", "seq": "1", "code": "1a", "Description": standing.reason}],
            }
        ],
        "Enquiries": [
            {
                "seq": str(place),
                "Institution": enquiry.lender,
                "Date": day.isoformat(),
                "Time": "11:00",
                "RequestPurpose": enquiry.purpose,
                "Amount": str(enquiry.amount),
            }
            for place, (day, enquiry) in enumerate(asked)
        ],
        "EnquirySummary": {
            "Purpose": "ALL",
            "Total": str(len(asked)),
            "Past30Days": str(sum(1 for enquiry in standing.asked if enquiry.days_ago <= 30)),
            "Past12Months": str(sum(1 for enquiry in standing.asked if enquiry.days_ago <= 365)),
            "Past24Months": str(sum(1 for enquiry in standing.asked if enquiry.days_ago <= 730)),
            "Recent": max(day for day, _ in asked).isoformat() if asked else "",
        },
        "OtherKeyInd": {
            "AgeOfOldestTrade": str(_full_months(oldest, on)),
            "NumberOfOpenTrades": str(sum(1 for line in lines if line.is_active)),
            "AllLinesEVERWritten": f"{written_off}.00",
            "AllLinesEVERWrittenIn9Months": "0",
            "AllLinesEVERWrittenIn6Months": "0",
        },
        "RecentActivities": {
            "AccountsDeliquent": str(sum(1 for line in lines if line.overdue)),
            "AccountsOpened": "0",
            "TotalInquiries": str(len(asked)),
            "AccountsUpdated": str(len(lines)),
        },
    }
