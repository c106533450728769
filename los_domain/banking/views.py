"""Bank accounts and statements as they are shown to who may not see personal data."""

import attrs

from los_domain.banking.model import BankAccount, StatementUpload
from los_domain.customers.views import masked_name


def masked_account(account: BankAccount) -> BankAccount:
    """Return *account* without the names on it; its number is shown by its last digits to everybody."""
    return attrs.evolve(account, holder=masked_name(account.holder), name_at_bank=masked_name(account.name_at_bank))


def masked_statement(statement: StatementUpload) -> StatementUpload:
    """Return *statement* without the analyser's words, which may hold a name."""
    return attrs.evolve(statement, message="")
