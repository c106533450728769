"""messaging.NoticeFacts by whoever knows: loans, their accounts, payments, agreements and customers, read at the moment of saying it."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import attrs

from los_adapters.brands.queries import BrandQueries
from los_adapters.settings.queries import SettingsQueries
from los_adapters.work import Postgres, SqlWork
from los_domain.agreements.model import AgreementStatus, EndedWhy
from los_domain.brands.config import BrandConfig
from los_domain.loans.model import Loan
from los_domain.loans.servicing import account_of
from los_domain.loans.states import Ending, LoanStatus
from los_domain.messaging.model import Occasion
from los_domain.messaging.ports import Notice
from los_domain.payments.model import ReceiptStatus
from los_domain.shared.actor import BrandScope
from los_domain.shared.clocks import Clock
from los_domain.shared.dates import india_day
from los_domain.shared.identifiers import Email
from los_domain.shared.ids import LoanId

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STANDS: Final[Mapping[LoanStatus, str]] = {
    LoanStatus.SANCTIONED: "approved",
    LoanStatus.COMPLETED: "closed",
    LoanStatus.SETTLED: "settled",
}
_ENDED: Final[Mapping[Ending, str]] = {
    Ending.DECLINED: "declined",
    Ending.WITHDRAWN: "withdrawn",
    Ending.LAPSED: "lapsed",
}

_UNSIGNED: Final[Mapping[EndedWhy, str]] = {
    EndedWhy.TIME: "its time ran out",
    EndedWhy.DECLINED: "the borrower declined",
    EndedWhy.FAILED: "the signature could not be made",
    EndedWhy.REPLACED: "staff had another one made",
}


def read_day(day: date) -> str:
    """Return a day as messages write it: 25 Nov 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@attrs.frozen
class Said:
    """What an occasion has to say: values for its placeholders, and what goes with it."""

    values: Mapping[str, str]
    copies: tuple[Email, ...] = ()
    attachments: tuple[str, ...] = ()


@attrs.frozen
class Notices:
    """Reads what messages say, each occasion in its own way; nothing is told twice because it is read twice."""

    postgres: Postgres
    brands: BrandQueries
    pages: SettingsQueries
    clock: Clock

    def notice(self, scope: BrandScope, occasion: Occasion, object_id: UUID) -> Notice | None:
        """Return what to tell, or None if it is out of date. Raises NotFound."""
        bare = attrs.evolve(scope, once=None, delivery=None)
        brand = self.brands.name(scope.brand)
        with self.postgres.begin(bare) as work:
            loan_id, said = _SAYINGS[occasion](self, bare, work, object_id)
            if said is None:
                return None
            loan = work.loans.get(loan_id)
            customer = work.customers.get(loan.customer_id)
        if occasion is Occasion.STAFF:
            values = {name: text.format(loan=loan.number, brand=brand) for name, text in said.values.items()}
            return Notice(None, None, None, values, "loan", loan.id, copies=said.copies)
        return Notice(
            customer_id=customer.id,
            phone=customer.phone,
            email=customer.email,
            values={"brand": brand, "loan": loan.number, **said.values},
            object_kind="loan",
            object_id=loan.id,
            copies=said.copies,
            attachments=said.attachments,
        )

    def _disbursed(self, _: BrandScope, work: SqlWork, object_id: UUID) -> "tuple[LoanId, Said | None]":
        loan = work.loans.get(LoanId(object_id))
        if loan.disbursed_on is None:
            return loan.id, None
        return loan.id, Said({"amount": str(loan.net), "on": read_day(loan.disbursed_on)})

    def _received(self, _: BrandScope, work: SqlWork, object_id: UUID) -> "tuple[LoanId, Said | None]":
        receipt = work.receipts.get(object_id)
        if receipt.loan_id is None or receipt.status is not ReceiptStatus.BOOKED:
            return LoanId(object_id), None
        return receipt.loan_id, Said({"amount": str(receipt.amount), "on": read_day(receipt.value_on)})

    def _due_soon(self, _: BrandScope, work: SqlWork, object_id: UUID) -> "tuple[LoanId, Said | None]":
        loan = work.loans.get(LoanId(object_id))
        due_on = loan.standing.next_due_on
        if not loan.status.is_live or due_on is None:
            return loan.id, None
        # What will have fallen due by then: an instalment that was missed before is asked for with it.
        amount = account_of(work, loan, due_on).arrears.total
        return loan.id, Said({"amount": str(amount), "on": read_day(due_on)}) if amount.paise > 0 else None

    def _overdue(self, _: BrandScope, work: SqlWork, object_id: UUID) -> "tuple[LoanId, Said | None]":
        loan = work.loans.get(LoanId(object_id))
        if loan.status is not LoanStatus.OVERDUE:
            return loan.id, None
        # Yesterday's end: what falls due today is not late yet.
        account = account_of(work, loan, self.clock.today() - timedelta(days=1))
        oldest = account.oldest_unpaid_due_on
        if oldest is None:
            return loan.id, None
        days = (self.clock.today() - oldest).days
        values = {"amount": str(account.arrears.total), "on": read_day(oldest), "days": str(days)}
        return loan.id, Said(values)

    def _status(self, _: BrandScope, work: SqlWork, object_id: UUID) -> "tuple[LoanId, Said | None]":
        loan = work.loans.get(LoanId(object_id))
        word = _word_of(loan)
        return loan.id, Said({"status": word}) if word else None

    def _sign(self, _: BrandScope, work: SqlWork, object_id: UUID) -> "tuple[LoanId, Said | None]":
        agreement = work.agreements.get(object_id)
        if agreement.status is not AgreementStatus.SENT or agreement.expires_at is None:
            return agreement.loan_id, None
        days = max(1, (india_day(agreement.expires_at) - self.clock.today()).days)
        return agreement.loan_id, Said({"link": agreement.signer_url, "days": str(days)})

    def _copy(self, scope: BrandScope, work: SqlWork, object_id: UUID) -> "tuple[LoanId, Said | None]":
        agreement = work.agreements.get(object_id)
        if agreement.status is not AgreementStatus.SIGNED:
            return agreement.loan_id, None
        copies = tuple(Email(one) for one in self.pages.page(scope, BrandConfig).esign_copy_recipients)
        return agreement.loan_id, Said({}, copies=copies, attachments=(agreement.signed_key,))

    def _unsigned(self, scope: BrandScope, work: SqlWork, object_id: UUID) -> "tuple[LoanId, Said | None]":
        agreement = work.agreements.get(object_id)
        told = tuple(Email(one) for one in self.pages.page(scope, BrandConfig).esign_notified)
        if agreement.ended_why is None or not told:
            return agreement.loan_id, None
        values = {
            "title": "{brand}: agreement of loan {loan} was not signed",
            "text": f"The agreement of loan {{loan}} ended unsigned: {_UNSIGNED[agreement.ended_why]}. It can be sent again.",
        }
        return agreement.loan_id, Said(values, copies=told)

    def _certificate(self, _: BrandScope, work: SqlWork, object_id: UUID) -> "tuple[LoanId, Said | None]":
        certificate = work.certificates.get(object_id)
        if not certificate.holds:
            return certificate.loan_id, None
        values = {"on": read_day(certificate.closed_on), "hash": certificate.sha256}
        return certificate.loan_id, Said(values, attachments=(certificate.file_key,))


def _word_of(loan: Loan) -> str:
    if loan.status is LoanStatus.REJECTED:
        return _ENDED.get(loan.ending, "declined") if loan.ending else "declined"
    return _STANDS.get(loan.status, "")


_Saying = Callable[[Notices, BrandScope, SqlWork, UUID], tuple[LoanId, Said | None]]

_SAYINGS: Final[Mapping[Occasion, _Saying]] = {
    Occasion.DISBURSED: Notices._disbursed,
    Occasion.RECEIPT: Notices._received,
    Occasion.DUE_SOON: Notices._due_soon,
    Occasion.OVERDUE: Notices._overdue,
    Occasion.STATUS: Notices._status,
    Occasion.SIGN_AGREEMENT: Notices._sign,
    Occasion.AGREEMENT_COPY: Notices._copy,
    Occasion.STAFF: Notices._unsigned,
    Occasion.NDC: Notices._certificate,
}
