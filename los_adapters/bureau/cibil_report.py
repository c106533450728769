"""
TransUnion CIBIL consumer report (TUEF 12 as JSON, and hosted copies that wrap it) to our words.

    control_number   tuefHeader.enquiryControlNumber    reported_on   tuefHeader.dateProcessed, DDMMYYYY
    NO_HIT           tuefHeader.subjectReturnCode 0
    score            scores[0] {scoreName, score "00790"}: 000-1, 0 and 1 to 5 are none
    account          accounts[]: amounts are numbers of rupees, dates DDMMYYYY; code tables ACCOUNT_TYPES, FACILITY
      history        paymentHistory: three characters a month, NEWEST first from paymentStartDate; XXX is unknown
      ownership      ownershipIndicator: 1 individual, 2 authorised user, 3 guarantor, 4 joint
    enquiry          enquiries[] {enquiryDate, memberShortName, enquiryPurpose, enquiryAmount}
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
from los_domain.shared.dates import add_months

DAY = "%d%m%Y"

ACCOUNT_TYPES = {
    "00": AccountType.OTHER,
    "01": AccountType.AL,
    "02": AccountType.HL,
    "03": AccountType.LAP,
    "04": AccountType.OTHER,  # against shares
    "05": AccountType.PL,
    "06": AccountType.CD,
    "07": AccountType.GL,
    "08": AccountType.EDU,
    "09": AccountType.BL,  # to a professional
    "10": AccountType.CC,
    "11": AccountType.OTHER,  # leasing
    "12": AccountType.OD,
    "13": AccountType.TW,
    "14": AccountType.OTHER,  # not funded
    "15": AccountType.OTHER,  # against deposits
    "16": AccountType.CC,
    "17": AccountType.AL,
    "31": AccountType.CC,
    "32": AccountType.AL,
    "33": AccountType.AL,
    "34": AccountType.AL,
    "35": AccountType.CC,
    "36": AccountType.KCC,
    "39": AccountType.BL,
    "40": AccountType.MFI,
    "41": AccountType.MFI,
    "42": AccountType.MFI,
    "43": AccountType.MFI,
    **{str(code): AccountType.BL for code in range(51, 60)},
    "61": AccountType.BL,
    "69": AccountType.STPL,
    "70": AccountType.GL,
    "71": AccountType.OD,
}
UNSECURED = frozenset("05 06 08 09 10 12 35 40 41 42 43 61 69".split())
OWNERSHIPS = {
    "1": Ownership.INDIVIDUAL,
    "2": Ownership.AUTH_USER,
    "3": Ownership.GUARANTOR,
    "4": Ownership.JOINT,
}
RESTRUCTURED, WRITTEN_OFF = frozenset({"00", "01", "10"}), frozenset({"02", "04", "06", "08"})
SETTLED, SOLD = frozenset({"03", "04", "09"}), frozenset({"05", "06"})
GENDERS = {"1": "female", "2": "male", "3": "transgender"}


def credit_data_in(tree: Any) -> Mapping[str, Any] | None:
    """Return the object that holds ``consumerCreditData``, however deeply it is wrapped; None if there is none."""
    if not isinstance(tree, dict):
        return None
    if isinstance(tree.get("consumerCreditData"), list):
        return tree
    return next((found for value in tree.values() if (found := credit_data_in(value)) is not None), None)


def cibil_report(tree: Any) -> CreditReport:
    """Return the report in *tree* (parsed JSON). Raises ValueError where it is none, or has no date."""
    root = credit_data_in(tree)
    entries = rows((root or {}).get("consumerCreditData"))
    if root is None or not entries:
        raise ValueError("this is no CIBIL report: it holds no consumerCreditData")
    entry = entries[0]
    header = section(entry.get("tuefHeader"))
    reported_on = figures.day(header.get("dateProcessed"), DAY)
    if reported_on is None:
        raise ValueError("the CIBIL report has no date")
    unread: set[str] = set()
    accounts = tuple(_account(raw, unread) for raw in rows(entry.get("accounts")))
    enquiries = tuple(seen for raw in rows(entry.get("enquiries")) if (seen := _enquiry(raw, unread)))
    score: Mapping[str, Any] = next(iter(rows(entry.get("scores"))), {})
    summary = section(section(root.get("consumerSummaryData")).get("accountSummary"))
    return CreditReport(
        bureau=Bureau.CIBIL,
        product=f"{figures.text(header.get('headerType'))} {figures.text(header.get('version'))}".strip(),
        control_number=figures.text(header.get("enquiryControlNumber")),
        reported_on=reported_on,
        hit=hit_of(accounts, enquiries),
        score=score_of(
            figures.text(score.get("scoreName")) or "CIBIL",
            figures.text(score.get("score")),
            has_accounts=bool(accounts),
            exclusion_codes=_texts(score, "exclusionCodes", "exclusionCodeValue"),
            reasons=_texts(score, "reasonCodes", "reasonCodeValue"),
        ),
        subject=_subject(entry),
        accounts=accounts,
        enquiries=enquiries,
        summary_as_reported=tuple((name, figures.text(value)) for name, value in summary.items()),
        unread=tuple(sorted(unread)),
    )


def block_dpd(block: str) -> tuple[int | None, str] | None:
    """Return (days past due, asset class) of one month's three characters; None for a block on no page."""
    if block.isascii() and block.isdigit():
        return int(block), ""
    if block == "XXX":
        return None, ""
    return (words.ASSET_CLASS_DPD[block], block) if block in words.ASSET_CLASS_DPD else None


def _account(raw: Mapping[str, Any], unread: set[str]) -> Account:
    code = figures.text(raw.get("accountType")).zfill(2)
    facility = figures.text(raw.get("creditFacilityStatus"))
    suit = figures.text(raw.get("suitFiled"))
    owner = figures.text(raw.get("ownershipIndicator"))
    if code not in ACCOUNT_TYPES:
        unread.add(f"account type {code}")
    if owner not in OWNERSHIPS:
        unread.add(f"ownership {owner}")
    kind = ACCOUNT_TYPES.get(code, AccountType.OTHER)
    given_up = figures.amount_or_nothing(raw.get("woAmountTotal"))
    paid_to_settle = figures.amount_or_nothing(raw.get("settlementAmount"))
    closed = figures.day(raw.get("dateClosed"), DAY)
    return Account(
        id_masked=figures.masked(raw.get("accountNumber")),
        lender=figures.text(raw.get("memberShortName")),
        type=kind,
        secured=_is_secured(code),
        ownership=OWNERSHIPS.get(owner, Ownership.INDIVIDUAL),
        status=words.standing(
            closed=closed is not None,
            written_off=given_up.paise > 0 or facility in WRITTEN_OFF,
            settled=paid_to_settle.paise > 0 or facility in SETTLED,
            sold=facility in SOLD,
            restructured=facility in RESTRUCTURED,
        ),
        opened=figures.day(raw.get("dateOpened"), DAY),
        closed=closed,
        reported=figures.day(raw.get("dateReported"), DAY),
        sanctioned=figures.amount_or_nothing(raw.get("highCreditAmount")),
        credit_limit=figures.positive(raw.get("creditLimit")),
        balance=figures.amount_or_nothing(raw.get("currentBalance")),
        overdue=figures.amount_or_nothing(raw.get("amountOverdue")),
        emi=figures.positive(raw.get("emiAmount")),
        rate=figures.percentage(raw.get("interestRate")),
        tenure_months=figures.whole(raw.get("paymentTenure")),
        written_off_total=given_up,
        written_off_principal=figures.amount_or_nothing(raw.get("woAmountPrincipal")),
        settlement_amount=paid_to_settle,
        suit_filed=suit in ("01", "03"),
        wilful_default=suit in ("02", "03"),
        history=tuple(_history(raw, unread)),
    )


def _history(raw: Mapping[str, Any], unread: set[str]) -> Iterator[DpdMonth]:
    cells, newest = figures.text(raw.get("paymentHistory")).upper(), figures.day(raw.get("paymentStartDate"), DAY)
    if not cells:
        return
    if newest is None or len(cells) % 3:
        unread.add("a payment history without a start or cut short")
        return
    for place in range(0, len(cells), 3):
        block = cells[place : place + 3]
        read = block_dpd(block)
        if read is None:
            unread.add(f"payment status {block}")
        dpd, asset_class = read or (None, "")
        yield DpdMonth(add_months(newest.replace(day=1), -(place // 3)), dpd, asset_class)


def _enquiry(raw: Mapping[str, Any], unread: set[str]) -> Enquiry | None:
    on, code = figures.day(raw.get("enquiryDate"), DAY), figures.text(raw.get("enquiryPurpose")).zfill(2)
    if code not in ACCOUNT_TYPES:
        unread.add(f"purpose of an enquiry {code}")
    if on is None:
        unread.add("an enquiry without a date")
        return None
    return Enquiry(
        on=on,
        lender=figures.text(raw.get("memberShortName")),
        purpose=ACCOUNT_TYPES.get(code, AccountType.OTHER),
        amount=figures.amount_or_nothing(raw.get("enquiryAmount")),
        secured=_is_secured(code),
    )


def _is_secured(code: str) -> bool:
    kind = ACCOUNT_TYPES.get(code, AccountType.OTHER)
    return code in ("04", "15") or (kind is not AccountType.OTHER and code not in UNSECURED)


def _subject(entry: Mapping[str, Any]) -> ReportedSubject:
    person: Mapping[str, Any] = next(iter(rows(entry.get("names"))), {})
    return ReportedSubject(
        name=figures.text(person.get("name")),
        date_of_birth=figures.day(person.get("birthDate"), DAY),
        gender=GENDERS.get(figures.text(person.get("gender")), ""),
        pans=tuple(figures.text(item.get("idNumber")) for item in rows(entry.get("ids")) if item.get("idType") == "01"),
        phones=_texts(entry, "telephones", "telephoneNumber"),
        emails=_texts(entry, "emails", "emailID"),
        addresses=tuple(
            " ".join(line for number in range(1, 6) if (line := figures.text(item.get(f"line{number}"))))
            for item in rows(entry.get("addresses"))
        ),
    )


def _texts(tree: Mapping[str, Any], name: str, field: str) -> tuple[str, ...]:
    return tuple(found for item in rows(tree.get(name)) if (found := figures.text(item.get(field))))
