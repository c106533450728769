"""Staff decide about bank accounts whose holder's name is only like the customer's, or unknown."""

from typing import Annotated
from uuid import UUID

from litestar import Response, post
from litestar.params import JSONBody, PathParameter

from los_domain.access.model import Permission
from los_domain.shared.ids import BankAccountId, CustomerId
from los_http.banking.schemas import BankAccountOut
from los_http.shared.access import brand_scope, staff
from los_http.shared.answers import answered
from los_http.shared.consent import ReasonIn
from los_http.shared.depends import App, Req, UserPath

_ACCOUNT = "/partner/brand/{brandId:uuid}/customers/{userId:uuid}/bank-accounts/{accountId:uuid}"
_TAGS = ["Staff: customers"]
AccountPath = Annotated[UUID, PathParameter(name="accountId")]


@post(
    f"{_ACCOUNT}/verify",
    tags=_TAGS,
    status_code=200,
    sync_to_thread=True,
    **staff(Permission.PERSONAL_DATA, sensitive=True),
)
def verify_account(
    request: Req, application: App, user_id: UserPath, account_id: AccountPath, data: JSONBody[ReasonIn]
) -> Response[BankAccountOut]:
    """Take the account for the customer's own, with a reason. 409 unless it is in REVIEW."""
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.banking.decide.accept(
            scope, CustomerId(user_id), BankAccountId(account_id), reason=data.reason
        ),
        BankAccountOut.of,
        status=200,
    )


@post(
    f"{_ACCOUNT}/reject",
    tags=_TAGS,
    status_code=200,
    sync_to_thread=True,
    **staff(Permission.PERSONAL_DATA, sensitive=True),
)
def reject_account(
    request: Req, application: App, user_id: UserPath, account_id: AccountPath, data: JSONBody[ReasonIn]
) -> Response[BankAccountOut]:
    """Take the account for somebody else's, with a reason. 409 unless it is in REVIEW."""
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.banking.decide.decline(
            scope, CustomerId(user_id), BankAccountId(account_id), reason=data.reason
        ),
        BankAccountOut.of,
        status=200,
    )


ROUTES = [verify_account, reject_account]
