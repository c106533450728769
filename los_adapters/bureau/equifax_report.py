"""
Equifax consumer report (CCR, PCS) to our words. Keys are matched without case: aggregators re-case the same tree.

    …[I]CCRResponse.CIRReportDataLst[] {CIRReportData | Error{ErrorCode, ErrorDesc}}      [0] retail, [1] microfinance
    control_number   InquiryResponseHeader.ReportOrderNO        reported_on   InquiryResponseHeader.Date, YYYY-MM-DD
    score            ScoreDetails[0] {Name, Value}: 300-900; -1 or absent: none
    account          RetailAccountDetails[]: all values strings, rupees, YYYY-MM-DD
      status         WriteOffAmount > 0, DateWrittenOff, AccountStatus "written off", newest PaymentStatus WOF -> written off;
                     SettlementAmount > 0, AccountStatus "settled", SET -> settled; DateClosed, "closed" -> closed.
                     Open="Yes" or "No" alone decides nothing
      history        History48Months[] {key "MM-YY", PaymentStatus}: table PAYMENT_STATUS_DPD, "000", "31+" (lower bound of a range)
    enquiry          Enquiries[] {Date, Institution, RequestPurpose, Amount}
    NO_HIT           Error.ErrorCode "00"
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from los_adapters.bureau import words
from los_adapters.wire import figures
from los_adapters.wire.reading import rows, section
from los_domain.bureau.model import (
    Account,
    AccountType,
    Bureau,
    CreditReport,
    DpdMonth,
    Enquiry,
    Ownership,
    ReportedSubject,
    hit_of,
    score_of,
)

ISO = "%Y-%m-%d"
NO_HIT_CODE = "00"

PAYMENT_STATUS_DPD: Mapping[str, int | None] = {
    "*": None,
    "NEW": None,
    "OPEN": None,
    "CLSD": None,  # 0 where nothing is owed
    "SET": None,  # a flag on the account, no lateness
    "SF": None,
    "WDF": None,
    "STD": 0,
    "RES": 0,
    "SMA": 31,
    "SUB": 91,
    "DBT": 366,
    "LOS": 900,
    "LSS": 900,
    "WOF": 900,
}


def lowered(tree: Any) -> Any:
    """Return *tree* with every key in lower case: three ways of casing are seen for the same report."""
    if isinstance(tree, dict):
        return {str(name).casefold(): lowered(value) for name, value in tree.items()}
    return [lowered(item) for item in tree] if isinstance(tree, list) else tree


def response_in(tree: Any) -> Mapping[str, Any] | None:
    """Return the lower-cased response that holds the list of reports, however deeply an aggregator wrapped it; None if there is none."""
    if not isinstance(tree, dict):
        return None
    if isinstance(tree.get("ccrresponse"), dict):
        return tree
    return next((found for value in tree.values() if (found := response_in(value)) is not None), None)


def equifax_report(tree: Any) -> CreditReport:
    """Return the report in *tree* (parsed JSON). Raises ValueError where it is no Equifax report or has no date."""
    response = response_in(lowered(tree))
    if response is None:
        raise ValueError("this is no Equifax report: it holds no CCRResponse")
    entries = [entry for entry in _list(response["ccrresponse"], "cirreportdatalst") if isinstance(entry, dict)]
    header = section(response.get("inquiryresponseheader")) or next(
        (found for entry in entries if (found := section(entry.get("inquiryresponseheader")))), {}
    )
    reported_on = figures.day(header.get("date"), ISO)
    if not entries or reported_on is None:
        raise ValueError("the Equifax report has no entry or no date")
    unread: set[str] = set()
    bodies: list[Mapping[str, Any]] = []
    for place, entry in enumerate(entries):
        error = section(entry.get("error"))
        if error and figures.text(error.get("errorcode")) != NO_HIT_CODE:
            unread.add(f"entry {place}: error {figures.text(error.get('errorcode'))}")
        bodies += [body] if (body := section(entry.get("cirreportdata"))) else []
    accounts = tuple(_account(raw, unread) for body in bodies for raw in rows(body.get("retailaccountdetails")))
    enquiries = tuple(seen for body in bodies for raw in rows(body.get("enquiries")) if (seen := _enquiry(raw, unread)))
    unread |= {"microfinance accounts are present" for body in bodies if body.get("microfinanceaccountdetails")}
    score: Mapping[str, Any] = next((raw for body in bodies for raw in rows(body.get("scoredetails"))), {})
    summary = next((totals for body in bodies if (totals := section(body.get("retailaccountssummary")))), {})
    return CreditReport(
        bureau=Bureau.EQUIFAX,
        product="/".join(figures.text(code) for code in _list(header, "productcode")),
        control_number=figures.text(header.get("reportorderno")),
        reported_on=reported_on,
        hit=hit_of(accounts, enquiries),
        score=score_of(
            figures.text(score.get("name")) or "ERS",
            figures.text(score.get("value")),
            has_accounts=bool(accounts),
            reasons=tuple(figures.text(element.get("description")) for element in rows(score.get("scoringelements"))),
        ),
        subject=_subject(bodies[0] if bodies else {}),
        accounts=accounts,
        enquiries=enquiries,
        summary_as_reported=tuple((name, figures.text(value)) for name, value in summary.items()),
        unread=tuple(sorted(unread)),
    )


def payment_status_dpd(word: str) -> tuple[int | None, bool] | None:
    """Return (days past due, whether that is the lower bound of a range) of a PaymentStatus; None for a word on no page."""
    if found := re.fullmatch(r"(\d{1,3})(\+?)", word):
        return int(found[1]), bool(found[2])
    return (PAYMENT_STATUS_DPD[word], False) if word in PAYMENT_STATUS_DPD else None


def _account(raw: Mapping[str, Any], unread: set[str]) -> Account:
    kind = words.kind_of(raw.get("accounttype"))
    ownership = words.OWNERSHIPS.get(words.key(raw.get("ownershiptype")))
    if kind is None:
        unread.add(f"account type {figures.text(raw.get('accounttype'))}")
    if ownership is None:
        unread.add(f"ownership {figures.text(raw.get('ownershiptype'))}")
    balance = figures.amount_or_nothing(raw.get("balance"))
    months = tuple(_history(raw, owes=bool(balance), unread=unread))
    statuses = [figures.text(month.get("paymentstatus")).upper() for month in rows(raw.get("history48months"))]
    status = figures.text(raw.get("accountstatus")).casefold()
    given_up = figures.amount_or_nothing(raw.get("writeoffamount"))
    given_up_on = figures.day(raw.get("datewrittenoff"), ISO)
    paid_to_settle = figures.amount_or_nothing(raw.get("settlementamount"))
    closed = figures.day(raw.get("dateclosed"), ISO)
    suits = {figures.text(month.get("suitfiledstatus")).upper() for month in rows(raw.get("history48months"))} | set(
        statuses
    )
    return Account(
        id_masked=figures.masked(raw.get("accountnumber")),
        lender=figures.text(raw.get("institution")),
        type=kind or AccountType.OTHER,
        secured=words.is_secured(kind or AccountType.OTHER, raw.get("accounttype")),
        ownership=ownership or Ownership.INDIVIDUAL,
        status=words.standing(
            closed=closed is not None or "closed" in status,
            written_off=given_up.paise > 0
            or given_up_on is not None
            or any(word in status for word in ("written off", "written-off", "charge off"))
            or statuses[:1] == ["WOF"],
            settled=paid_to_settle.paise > 0 or "settled" in status or "SET" in statuses,
            sold="sold" in status,
            restructured="restructured" in status,
        ),
        opened=figures.day(raw.get("dateopened"), ISO),
        closed=closed,
        reported=figures.day(raw.get("datereported"), ISO),
        sanctioned=figures.amount_or_nothing(raw.get("sanctionamount")),
        credit_limit=figures.positive(raw.get("creditlimit")),
        balance=balance,
        overdue=figures.amount_or_nothing(raw.get("pastdueamount")),
        emi=figures.positive(raw.get("installmentamount")),
        rate=figures.percentage(raw.get("interestrate")),
        tenure_months=figures.whole(raw.get("repaymenttenure")),
        written_off_total=given_up,
        written_off_on=given_up_on,
        settlement_amount=paid_to_settle,
        suit_filed="SF" in suits,
        wilful_default="WDF" in suits,
        history=months,
    )


def _history(raw: Mapping[str, Any], *, owes: bool, unread: set[str]) -> Iterator[DpdMonth]:
    for month in rows(raw.get("history48months")):
        found = re.fullmatch(r"(0[1-9]|1[0-2])-(\d{2})", figures.text(month.get("key")))
        word = str(month.get("paymentstatus") or "*").strip().upper()
        read = payment_status_dpd(word)
        if found is None:
            unread.add(f"month {figures.text(month.get('key'))}")
            continue
        if read is None:
            unread.add(f"payment status {word}")
        dpd, bucketed = read or (None, False)
        if word == "CLSD" and not owes:
            dpd = 0
        first = date(2000 + int(found[2]), int(found[1]), 1)
        yield DpdMonth(first, dpd, figures.text(month.get("assetclassificationstatus")).strip("*"), bucketed)


def _enquiry(raw: Mapping[str, Any], unread: set[str]) -> Enquiry | None:
    on, purpose = figures.day(raw.get("date"), ISO), words.kind_of(raw.get("requestpurpose"))
    if purpose is None:
        unread.add(f"purpose of an enquiry {figures.text(raw.get('requestpurpose'))}")
    if on is None:
        unread.add("an enquiry without a date")
        return None
    kind = purpose or AccountType.OTHER
    return Enquiry(
        on=on,
        lender=figures.text(raw.get("institution")),
        purpose=kind,
        amount=figures.amount_or_nothing(raw.get("amount")),
        secured=words.is_secured(kind, raw.get("requestpurpose")),
    )


def _subject(body: Mapping[str, Any]) -> ReportedSubject:
    about = section(body.get("idandcontactinfo"))
    person = section(about.get("personalinfo"))
    return ReportedSubject(
        name=figures.text(section(person.get("name")).get("fullname")),
        date_of_birth=figures.day(person.get("dateofbirth"), ISO),
        gender=figures.text(person.get("gender")).casefold(),
        pans=_texts(section(about.get("identityinfo")), "panid", "idnumber"),
        phones=_texts(about, "phoneinfo", "number"),
        emails=_texts(about, "emailaddressinfo", "emailaddress"),
        addresses=_texts(about, "addressinfo", "address"),
    )


def _list(tree: Mapping[str, Any], name: str) -> list[Any]:
    value = tree.get(name)
    return value if isinstance(value, list) else []


def _texts(tree: Mapping[str, Any], name: str, field: str) -> tuple[str, ...]:
    return tuple(found for item in rows(tree.get(name)) if (found := figures.text(item.get(field))))
