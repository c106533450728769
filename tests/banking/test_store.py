"""Rows of bank accounts and statements keep every field."""

from datetime import UTC
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from los_adapters.banking.store import account_from_row, account_to_row, statement_from_row, statement_to_row
from los_adapters.shared.store import Seal
from los_adapters.shared.vault import Vault
from los_domain.banking.model import AccountProof, BankAccount, StatementState, StatementUpload
from los_domain.shared.identifiers import AccountNumber, Ifsc

VAULT = Vault(bytes(32))
KEY, _ = VAULT.new_key(UUID(int=9))
SEAL = Seal(VAULT, KEY, "any", UUID(int=3), "1")

instants = st.datetimes(timezones=st.just(UTC))
texts = st.text(max_size=20)


@given(
    st.builds(
        BankAccount,
        id=st.uuids(),
        customer_id=st.uuids(),
        number=st.from_regex(r"[A-Z0-9]{6,18}", fullmatch=True).map(AccountNumber),
        ifsc=st.from_regex(r"[A-Z]{4}0[A-Z0-9]{6}", fullmatch=True).map(Ifsc),
        bank=texts,
        branch=texts,
        holder=texts,
        added_at=instants,
        proof=st.sampled_from(AccountProof),
        is_primary=st.booleans(),
        name_at_bank=texts,
        name_score=st.none() | st.integers(0, 100),
        why=texts,
        checked_at=st.none() | instants,
        sent_at=st.lists(instants, max_size=3).map(tuple),
        provider=st.none() | st.uuids(),
        handle=texts,
        accepted_name=texts,
        version=st.integers(1),
    )
)
def test_account(account: BankAccount) -> None:
    assert account_from_row(account_to_row(account, SEAL), SEAL) == account


@given(
    st.builds(
        StatementUpload,
        id=st.uuids(),
        customer_id=st.uuids(),
        document_id=st.uuids(),
        sha256=texts,
        uploaded_at=instants,
        state=st.sampled_from(StatementState),
        password=texts,
        provider=st.none() | st.uuids(),
        job=texts,
        report=st.none() | st.binary(max_size=40),
        report_sha256=texts,
        from_on=st.none() | st.dates(),
        to_on=st.none() | st.dates(),
        why=texts,
        message=texts,
        version=st.integers(1),
    )
)
def test_statement(statement: StatementUpload) -> None:
    assert statement_from_row(statement_to_row(statement, SEAL), SEAL) == statement
