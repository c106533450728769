"""Staff decide where a name match left it open."""

from litestar import Response, post
from litestar.params import JSONBody

from los_domain.access.model import Permission
from los_domain.shared.ids import CustomerId
from los_http.kyc.schemas import AadhaarOut
from los_http.shared.access import brand_scope, staff
from los_http.shared.answers import answered
from los_http.shared.consent import ReasonIn
from los_http.shared.depends import App, Req, UserPath


@post(
    "/partner/brand/{brandId:uuid}/customers/{userId:uuid}/kyc/accept-names",
    tags=["Staff: customers"],
    status_code=200,
    sync_to_thread=True,
    **staff(Permission.PERSONAL_DATA, sensitive=True),
)
def accept_names(request: Req, application: App, user_id: UserPath, data: JSONBody[ReasonIn]) -> Response[AadhaarOut]:
    """Take the names of PAN and Aadhaar for one person's, with a reason. 409 where they match already."""
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.kyc.accept_names(scope, CustomerId(user_id), reason=data.reason),
        AadhaarOut.of,
        status=200,
    )


ROUTES = [accept_names]
