"""The use cases of banking, wired."""

import attrs
import httpx

from los_adapters.banking.ifsc import IfscBranches, IfscConfig
from los_adapters.banking.shapes import read_statement
from los_adapters.core import Core
from los_adapters.wire.http import Wire
from los_domain.banking.usecases.accounts import (
    AddBankAccount,
    ChoosePrimary,
    DecideAccount,
    ProveAccount,
    ReadAccounts,
)
from los_domain.banking.usecases.statements import FetchStatement, QueueStatement, ReadStatements, SendStatement
from los_domain.brands.ports import Providers, SettingsReader
from los_domain.documents.ports import Files


@attrs.frozen
class BankingUseCases:
    """Bank accounts and statements."""

    add: AddBankAccount
    prove: ProveAccount
    choose_primary: ChoosePrimary
    decide: DecideAccount
    accounts: ReadAccounts
    queue_statement: QueueStatement
    send_statement: SendStatement
    fetch_statement: FetchStatement
    statements: ReadStatements


def build(core: Core, providers: Providers, settings: SettingsReader, files: Files) -> BankingUseCases:
    """Wire banking. Branches are known by the list that ships with the system."""
    begin = core.postgres.begin
    directory = IfscBranches(IfscConfig(), Wire(httpx.Client(trust_env=False)))
    return BankingUseCases(
        add=AddBankAccount(begin, directory, core.ids, core.wall),
        prove=ProveAccount(begin, providers, settings, core.wall),
        choose_primary=ChoosePrimary(begin),
        decide=DecideAccount(begin),
        accounts=ReadAccounts(begin),
        queue_statement=QueueStatement(begin, core.ids, core.wall),
        send_statement=SendStatement(begin, providers, files, core.wall),
        fetch_statement=FetchStatement(begin, providers, read_statement, core.wall),
        statements=ReadStatements(begin, read_statement),
    )
