"""What paying out needs: banks, the borrower's account, and somewhere to keep payouts."""

from datetime import date
from typing import Protocol
from uuid import UUID

import attrs

from los_domain.disbursement.model import Payout, Rail, Transfer, TransferOrder
from los_domain.shared.actor import BrandScope
from los_domain.shared.identifiers import AccountNumber, Ifsc, Phone
from los_domain.shared.ids import BankAccountId, CustomerId, LoanId, ProviderId, VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Outcome


class DisbursementGateway(Protocol):
    """Moves money out. An answer that does not come leaves the transfer UNKNOWN: asked about, never sent again."""

    def transfer(self, order: TransferOrder, *, ref: VendorRef) -> Outcome[Transfer]:
        """
        Done(ACCEPTED): taken, not credited. Refused: definitely not taken, with the reason. Refused(DUPLICATE): this *ref* was
        taken before: ask ``status``. NotSent: certainly not taken. Unknown: ask ``status``, never send again.
        """
        ...

    def status(self, ref: VendorRef, *, bank_reference: str, rail: Rail, sent_on: date) -> Outcome[Transfer]:
        """Done: where it stands. NoRecord: the bank knows no such transfer. Pending: a word we do not know. Free of effect."""
        ...

    def balance(self) -> Outcome[Money]:
        """Done: what may be spent from the source account. Free of effect."""
        ...


@attrs.frozen(repr=False)
class Payee:
    """Whom a loan is paid to: her account as the bank knows it, and how the bank may tell her."""

    account_id: BankAccountId
    account: AccountNumber
    ifsc: Ifsc
    name: str
    phone: Phone
    email: str


class Payees(Protocol):
    """The accounts that loans are paid to. Calls vendors, so never inside a unit of work."""

    def proved(self, scope: BrandScope, customer: CustomerId, account: BankAccountId) -> Payee:
        """
        Return the account after a penny was dropped on it once more, today.

        Raises Rejected (``ACCOUNT_NOT_PRIMARY``, ``ACCOUNT_INVALID``, ``NAME_MISMATCH``), ProviderUnavailable where no bank answers.
        """
        ...

    def known(self, scope: BrandScope, customer: CustomerId, account: BankAccountId) -> Payee:
        """Return the account as it was proved. Raises NotFound."""
        ...


class PayoutStore(Protocol):
    """Payouts of a brand."""

    def add(self, payout: Payout) -> None:
        """Store a new one. Raises Conflict while another of the loan may have reached her."""
        ...

    def get(self, payout_id: UUID) -> Payout:
        """Return the payout. Raises NotFound."""
        ...

    def lock(self, payout_id: UUID) -> Payout:
        """Return the payout, locked until the transaction ends. The loan's lock is taken before. Raises NotFound."""
        ...

    def latest_of(self, loan_id: LoanId) -> Payout | None:
        """Return the newest payout of a loan, or None."""
        ...

    def leaving_on(self, day: date) -> Money:
        """Return what leaves for loans of the brand on *day*; holds a lock, so that two payouts cannot both be the last to fit."""
        ...

    def bank_of(self, payout_id: UUID) -> tuple[ProviderId, str] | None:
        """Return the bank of the newest transfer that may have been taken, or None where certainly none was."""
        ...

    def save(self, payout: Payout) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        ...
