"""Wire forms of bank accounts and statements."""

from typing import Annotated
from uuid import UUID

import msgspec

from los_domain.banking.model import BankAccount, StatementUpload
from los_domain.banking.policy import REASONS
from los_http.shared.wire import In, NameText, Out, instant


class AccountIn(In):
    """An account that the customer names as hers."""

    account_number: Annotated[str, msgspec.Meta(min_length=6, max_length=24, examples=["50100000001001"])]
    ifsc_code: Annotated[str, msgspec.Meta(min_length=11, max_length=12, examples=["HDFC0000060"])]
    beneficiary_name: NameText


class VerifyIn(In):
    """Which account a penny is to be sent to."""

    account_id: UUID


class BankAccountOut(Out):
    """A bank account. The number is masked; *reason* is in words."""

    id: str
    account_number: str
    ifsc_code: str
    bank_name: str
    branch: str
    beneficiary_name: str
    status: str
    is_penny_drop_verified: bool
    is_primary: bool
    name_at_bank: str
    name_score: int | None
    reason_code: str
    reason: str
    added_at: str

    @classmethod
    def of(cls, account: BankAccount) -> "BankAccountOut":
        return cls(
            id=str(account.id),
            account_number=str(account.number),
            ifsc_code=account.ifsc.value,
            bank_name=account.bank,
            branch=account.branch,
            beneficiary_name=account.holder,
            status=account.proof.value,
            is_penny_drop_verified=account.proof.value == "VERIFIED",
            is_primary=account.is_primary,
            name_at_bank=account.name_at_bank,
            name_score=account.name_score,
            reason_code=account.why,
            reason=REASONS.get(account.why, ""),
            added_at=instant(account.added_at),
        )


class BankAccountsOut(Out):
    """A customer's accounts, oldest first."""

    items: list[BankAccountOut]


class StatementIn(In):
    """An uploaded document of type BANK_STATEMENT, and the password that opens it."""

    document_id: UUID
    password: Annotated[str, msgspec.Meta(max_length=60, description="Of the PDF, where it has one.")] = ""


class StatementOut(Out):
    """A statement and its analysis. *reasonCode* says why an analysis failed, *message* what the analyser said about it."""

    id: str
    document_id: str
    status: str
    from_date: str | None
    to_date: str | None
    reason_code: str
    message: str
    uploaded_at: str

    @classmethod
    def of(cls, statement: StatementUpload) -> "StatementOut":
        return cls(
            id=str(statement.id),
            document_id=str(statement.document_id),
            status=statement.state.value,
            from_date=None if statement.from_on is None else statement.from_on.isoformat(),
            to_date=None if statement.to_on is None else statement.to_on.isoformat(),
            reason_code=statement.why,
            message=statement.message,
            uploaded_at=instant(statement.uploaded_at),
        )


class StatementsOut(Out):
    """A customer's statements, newest first."""

    items: list[StatementOut]
