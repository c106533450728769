"""
CRIF High Mark consumer report (CIR PRO V2, and the same tree under B2C-REPORT) to our words.

    control_number   HEADER-SEGMENT.REPORT-ID        reported_on   HEADER-SEGMENT.DATE-OF-ISSUE, DD-MM-YYYY
    score            REPORT-DATA.STANDARD-DATA.SCORE[0] {NAME, VALUE}; an empty list: none
    account          …TRADELINES[]: amounts grouped the Indian way ("2,14,300"); "", null, "null" are empty
      emi            INSTALLMENT-AMT "11,900/Monthly"
      secured        SECURITY-STATUS "Secured" | "Un-Secured", else by the kind of loan
      status         ACCOUNT-STATUS, WRITTEN-OFF-SETTLED-STATUS, WRITE-OFF-AMT, WRITE-OFF-DT, SETTLEMENT-AMT, CLOSED-DT
      history        HISTORY[NAME=COMBINED-PAYMENT-HISTORY] DATES "Jun:2025|…|", VALUES "065/STD|…|": XXX is unknown, never late
    enquiry          …INQUIRY-HISTORY[] {LENDER-NAME | MEMBER-NAME, INQUIRY-DT | INQUIRY-DATE, CREDIT-INQ-PURPS-TYPE | PURPOSE, AMOUNT}
"""

from collections.abc import Iterator, Mapping
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

DAY = "%d-%m-%Y"
ROOTS = ("CIR-REPORT-FILE", "B2C-REPORT", "INDV-REPORT-FILE")


def report_in(tree: Any) -> Mapping[str, Any] | None:
    """Return the report's root, however deeply an aggregator wrapped it; None if there is none."""
    if not isinstance(tree, dict):
        return None
    for root in ROOTS:
        if isinstance(tree.get(root), dict):
            found: Mapping[str, Any] = tree[root]
            return found
    return next((inner for value in tree.values() if (inner := report_in(value)) is not None), None)


def crif_report(tree: Any) -> CreditReport:
    """Return the report in *tree* (parsed JSON). Raises ValueError where it is none, or an error or a question instead of one."""
    root = report_in(tree)
    standard = section(section((root or {}).get("REPORT-DATA")).get("STANDARD-DATA"))
    if root is None or not isinstance(standard.get("TRADELINES"), list):
        raise ValueError("this is no CRIF report: it holds no list of tradelines")
    header = section(root.get("HEADER-SEGMENT"))
    reported_on = figures.day(header.get("DATE-OF-ISSUE"), DAY)
    if reported_on is None:
        raise ValueError("the CRIF report has no date of issue")
    unread: set[str] = set()
    accounts = tuple(_account(raw, unread) for raw in rows(standard.get("TRADELINES")))
    enquiries = tuple(seen for raw in rows(standard.get("INQUIRY-HISTORY")) if (seen := _enquiry(raw, unread)))
    score: Mapping[str, Any] = next(iter(rows(standard.get("SCORE"))), {})
    summary = section(section(section(root.get("REPORT-DATA")).get("ACCOUNTS-SUMMARY")).get("PRIMARY-ACCOUNTS-SUMMARY"))
    return CreditReport(
        bureau=Bureau.CRIF,
        product=figures.text(header.get("PRODUCT-TYPE")),
        control_number=figures.text(header.get("REPORT-ID")),
        reported_on=reported_on,
        hit=hit_of(accounts, enquiries),
        score=score_of(
            figures.text(score.get("NAME")) or "PERFORM CONSUMER",
            figures.text(score.get("VALUE")),
            has_accounts=bool(accounts),
            reasons=tuple(figures.text(factor.get("DESC")) for factor in rows(score.get("FACTORS"))),
        ),
        subject=_subject(root, standard),
        accounts=accounts,
        enquiries=enquiries,
        summary_as_reported=tuple((name, figures.text(value)) for name, value in summary.items()),
        unread=tuple(sorted(unread)),
    )


def cell_dpd(cell: str) -> tuple[int | None, str] | None:
    """Return (days past due, asset class) of a history cell ``065/STD``; None for a cell of another form."""
    days, slash, asset_class = (part.strip().upper() for part in cell.partition("/"))
    asset_class = "" if asset_class == "XXX" else asset_class
    if days.isascii() and days.isdigit():
        return int(days), asset_class
    if days in ("XXX", ""):
        return words.ASSET_CLASS_DPD.get(asset_class), asset_class
    return (words.ASSET_CLASS_DPD[days], days) if days in words.ASSET_CLASS_DPD and not slash else None


def _account(raw: Mapping[str, Any], unread: set[str]) -> Account:
    kind = words.kind_of(raw.get("ACCT-TYPE"))
    ownership = words.OWNERSHIPS.get(words.key(raw.get("OWNERSHIP-TYPE")))
    if kind is None:
        unread.add(f"account type {figures.text(raw.get('ACCT-TYPE'))}")
    if ownership is None:
        unread.add(f"ownership {figures.text(raw.get('OWNERSHIP-TYPE'))}")
    security = words.key(raw.get("SECURITY-STATUS"))
    said = f"{figures.text(raw.get('ACCOUNT-STATUS'))} {figures.text(raw.get('WRITTEN-OFF-SETTLED-STATUS'))}".casefold()
    given_up = figures.amount_or_nothing(raw.get("WRITE-OFF-AMT"))
    given_up_on = figures.day(raw.get("WRITE-OFF-DT"), DAY)
    paid_to_settle = figures.amount_or_nothing(raw.get("SETTLEMENT-AMT"))
    closed = figures.day(raw.get("CLOSED-DT"), DAY)
    suit = figures.text(raw.get("SUIT-FILED-WILFUL-DEFAULT-STATUS")).casefold()
    return Account(
        id_masked=figures.masked(raw.get("ACCT-NUMBER")),
        lender=figures.text(raw.get("CREDIT-GRANTOR")),
        type=kind or AccountType.OTHER,
        secured=words.is_secured(kind or AccountType.OTHER, raw.get("ACCT-TYPE"))
        if security not in ("secured", "unsecured")
        else security == "secured",
        ownership=ownership or Ownership.INDIVIDUAL,
        status=words.standing(
            closed=closed is not None or "closed" in said,
            written_off=given_up.paise > 0 or given_up_on is not None or "written off" in said or "written-off" in said,
            settled=paid_to_settle.paise > 0 or "settled" in said,
            sold="sold" in said,
            restructured="restructured" in said,
        ),
        opened=figures.day(raw.get("DISBURSED-DT"), DAY),
        closed=closed,
        reported=figures.day(raw.get("REPORTED-DT"), DAY),
        sanctioned=figures.amount_or_nothing(raw.get("DISBURSED-AMT")),
        credit_limit=figures.positive(raw.get("CREDIT-LIMIT")),
        balance=figures.amount_or_nothing(raw.get("CURRENT-BAL")),
        overdue=figures.amount_or_nothing(raw.get("OVERDUE-AMT")),
        emi=figures.positive(figures.text(raw.get("INSTALLMENT-AMT")).partition("/")[0]),
        rate=figures.percentage(raw.get("INTEREST-RATE")),
        tenure_months=figures.whole(raw.get("REPAYMENT-TENURE")),
        written_off_total=given_up,
        written_off_principal=figures.amount_or_nothing(raw.get("PRINCIPAL-WRITE-OFF-AMT")),
        written_off_on=given_up_on,
        settlement_amount=paid_to_settle,
        suit_filed="suit" in suit and "no suit" not in suit,
        wilful_default="wilful" in suit and "not" not in suit,
        history=tuple(_history(raw, unread)),
    )


def _history(raw: Mapping[str, Any], unread: set[str]) -> Iterator[DpdMonth]:
    for block in rows(raw.get("HISTORY")):
        if figures.text(block.get("NAME")) != "COMBINED-PAYMENT-HISTORY":
            continue
        dates, values = (figures.text(block.get(name)).rstrip("|").split("|") for name in ("DATES", "VALUES"))
        if len(dates) != len(values):
            unread.add("a history with as many months as values")
            continue
        for when, cell in zip(dates, values, strict=True):
            month = figures.day(f"01:{when.strip()}", "%d:%b:%Y")
            read = cell_dpd(cell)
            if read is None:
                unread.add(f"payment status {cell}")
            if month is not None:
                dpd, asset_class = read or (None, "")
                yield DpdMonth(month, dpd, asset_class)


def _enquiry(raw: Mapping[str, Any], unread: set[str]) -> Enquiry | None:
    on = figures.day(raw.get("INQUIRY-DT") or raw.get("INQUIRY-DATE"), DAY)
    purpose = figures.text(raw.get("CREDIT-INQ-PURPS-TYPE")) or figures.text(raw.get("PURPOSE"))
    kind = words.kind_of(purpose)
    if kind is None:
        unread.add(f"purpose of an enquiry {purpose}")
    if on is None:
        unread.add("an enquiry without a date")
        return None
    return Enquiry(
        on=on,
        lender=figures.text(raw.get("LENDER-NAME")) or figures.text(raw.get("MEMBER-NAME")),
        purpose=kind or AccountType.OTHER,
        amount=figures.amount_or_nothing(raw.get("AMOUNT")),
        secured=words.is_secured(kind or AccountType.OTHER, purpose),
    )


def _subject(root: Mapping[str, Any], standard: Mapping[str, Any]) -> ReportedSubject:
    said = {
        figures.text(block.get("TYPE")): tuple(
            found for entry in rows(block.get("VARIATION")) if (found := figures.text(entry.get("VALUE")))
        )
        for block in rows(section(standard.get("DEMOGS")).get("VARIATIONS"))
    }
    births = said.get("DOB-VARIATIONS", ())
    return ReportedSubject(
        name=next(iter(said.get("NAME-VARIATIONS", ())), ""),
        date_of_birth=figures.day(births[0], DAY) if births else None,
        gender=figures.text(
            section(section(root.get("REQUEST-DATA")).get("APPLICANT-SEGMENT")).get("GENDER")
        ).casefold(),
        pans=said.get("PAN-VARIATIONS", ()),
        phones=said.get("PHONE-VARIATIONS", ()) or said.get("PHONE-NUMBER-VARIATIONS", ()),
        emails=said.get("EMAIL-VARIATIONS", ()),
        addresses=said.get("ADDRESS-VARIATIONS", ()),
    )
