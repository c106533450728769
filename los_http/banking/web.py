"""A borrower's bank accounts and statements (W-17 to W-19)."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import JSONBody, PathParameter

from los_domain.banking.model import AccountProof, StatementState
from los_domain.shared.identifiers import AccountNumber, Ifsc
from los_domain.shared.ids import BankAccountId, DocumentId
from los_http.banking.schemas import (
    AccountIn,
    BankAccountOut,
    BankAccountsOut,
    StatementIn,
    StatementOut,
    StatementsOut,
    VerifyIn,
)
from los_http.shared.access import borrower, brand_scope, principal_of
from los_http.shared.answers import answered
from los_http.shared.depends import App, Req
from los_http.shared.parsing import parsed

AccountPath = Annotated[UUID, PathParameter(name="accountId")]
StatementPath = Annotated[UUID, PathParameter(name="statementId")]
_TAGS = ["Borrower: bank"]


def _number(text: str) -> AccountNumber:
    """Read what people type: blanks and hyphens dropped, letters raised."""
    return AccountNumber("".join(text.split()).replace("-", "").upper())


@get("/web/bank/accounts", tags=_TAGS, sync_to_thread=True, **borrower())
def list_accounts(request: Req, application: App) -> BankAccountsOut:
    """Your bank accounts, and how far it is proved that they are yours."""
    found = application.banking.accounts(brand_scope(request), principal_of(request).customer)
    return BankAccountsOut(items=[BankAccountOut.of(each) for each in found])


@get("/web/bank/accounts/{accountId:uuid}", tags=_TAGS, sync_to_thread=True, **borrower())
def read_account(request: Req, application: App, account_id: AccountPath) -> BankAccountOut:
    """One of your bank accounts."""
    customer = principal_of(request).customer
    return BankAccountOut.of(
        application.banking.accounts.one(brand_scope(request), customer, BankAccountId(account_id))
    )


@post("/web/bank/add-account", tags=_TAGS, status_code=201, sync_to_thread=True, **borrower())
def add_account(request: Req, application: App, data: JSONBody[AccountIn]) -> Response[BankAccountOut]:
    """Name an account of yours; bank and branch follow from the IFSC. Then verify it."""
    customer = principal_of(request).customer
    number = parsed("accountNumber", _number, data.account_number)
    ifsc = parsed("ifscCode", Ifsc.parse, data.ifsc_code)
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.banking.add(scope, customer, number, ifsc, holder=data.beneficiary_name),
        BankAccountOut.of,
    )


@post("/web/bank/verify", tags=_TAGS, status_code=200, sync_to_thread=True, **borrower())
def verify_account(request: Req, application: App, data: JSONBody[VerifyIn]) -> Response[BankAccountOut]:
    """
    Send one rupee to an account and compare its holder with you.

    202 with Location while the rupee is on its way. The first account that is verified is the one that loans are paid to.
    """
    customer = principal_of(request).customer
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.banking.prove(scope, customer, BankAccountId(data.account_id)),
        BankAccountOut.of,
        status=lambda account: 202 if account.proof is AccountProof.CHECKING else 200,
        location=lambda account: (
            f"/api/v1/web/bank/accounts/{account.id}" if account.proof is AccountProof.CHECKING else ""
        ),
    )


@post("/web/bank/accounts/{accountId:uuid}/primary", tags=_TAGS, status_code=200, sync_to_thread=True, **borrower())
def choose_primary(request: Req, application: App, account_id: AccountPath) -> Response[BankAccountOut]:
    """Have loans paid to this account. 409 unless it is verified."""
    customer = principal_of(request).customer
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.banking.choose_primary(scope, customer, BankAccountId(account_id)),
        BankAccountOut.of,
        status=200,
    )


@get("/web/bank/statements", tags=_TAGS, sync_to_thread=True, **borrower())
def list_statements(request: Req, application: App) -> StatementsOut:
    """Your bank statements and how far their analysis got."""
    found = application.banking.statements(brand_scope(request), principal_of(request).customer)
    return StatementsOut(items=[StatementOut.of(each) for each in found])


@get("/web/bank/statements/{statementId:uuid}", tags=_TAGS, sync_to_thread=True, **borrower())
def read_statement(request: Req, application: App, statement_id: StatementPath) -> StatementOut:
    """One of your bank statements."""
    customer = principal_of(request).customer
    return StatementOut.of(application.banking.statements.one(brand_scope(request), customer, statement_id))


@post("/web/bank/upload-statement", tags=_TAGS, status_code=202, sync_to_thread=True, **borrower())
def upload_statement(request: Req, application: App, data: JSONBody[StatementIn]) -> Response[StatementOut]:
    """Hand an uploaded statement to analysis, which goes on by itself. The same file again is the same analysis, unless that failed."""
    customer = principal_of(request).customer
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.banking.queue_statement(
            scope, customer, DocumentId(data.document_id), password=data.password
        ),
        StatementOut.of,
        status=lambda statement: 200 if statement.state is StatementState.READY else 202,
        location=lambda statement: f"/api/v1/web/bank/statements/{statement.id}",
    )


ROUTES = [
    list_accounts,
    read_account,
    add_account,
    verify_account,
    choose_primary,
    list_statements,
    read_statement,
    upload_statement,
]
