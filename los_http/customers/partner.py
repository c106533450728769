"""Staff look at customers (P-CU-01, P-CU-02), close them for applications (P-CU-06), and keep the blocklist (P-SE-06)."""

from datetime import timedelta
from typing import Annotated, Literal

from litestar import Response, delete, get, post
from litestar.params import JSONBody, QueryParameter

from los_domain.access.model import Permission
from los_domain.customers.views import CustomerFilter, masked_row, shown
from los_domain.shared.dates import day_begins
from los_domain.shared.identifiers import Pan, Phone
from los_domain.shared.ids import CustomerId
from los_http.customers.schemas import BlockIn, BlockOut, BlocksOut, CustomerOut, CustomerRowOut, StatusIn, StatusOut
from los_http.shared.access import brand_scope, principal_of, staff
from los_http.shared.answers import answered
from los_http.shared.depends import App, BlockPath, Req, UserPath
from los_http.shared.lists import Limit, Order, PageNumber, page_request
from los_http.shared.parsing import parsed
from los_http.shared.wire import Date, PageOut, page_out

_CUSTOMERS = "/partner/brand/{brandId:uuid}/customers"
_TAGS = ["Staff: customers"]

PhoneQuery = Annotated[str | None, QueryParameter(name="phoneNumber", max_length=16, description="Whole, exactly.")]
PanQuery = Annotated[str | None, QueryParameter(name="pan", max_length=14, description="Whole, exactly.")]
ActiveQuery = Annotated[bool | None, QueryParameter(name="isActive")]
IdentifiedQuery = Annotated[bool | None, QueryParameter(name="isIdentified", description="Whose PAN is verified.")]
FromQuery = Annotated[Date | None, QueryParameter(name="fromDate", description="Signed up on this day or later.")]
ToQuery = Annotated[Date | None, QueryParameter(name="toDate", description="Signed up on this day or earlier.")]
SortQuery = Annotated[Literal["createdAt"], QueryParameter(name="sort")]


@get(_CUSTOMERS, tags=_TAGS, sync_to_thread=True, **staff(Permission.CUSTOMERS_READ, sensitive=True))
def list_customers(
    request: Req,
    application: App,
    phone_number: PhoneQuery = None,
    pan: PanQuery = None,
    is_active: ActiveQuery = None,
    is_identified: IdentifiedQuery = None,
    from_date: FromQuery = None,
    to_date: ToQuery = None,
    page: PageNumber = 1,
    limit: Limit = 20,
    sort: SortQuery = "createdAt",
    order: Order = "desc",
) -> PageOut[CustomerRowOut]:
    """Customers of the brand, newest first; masked for who may not see personal data."""
    scope = brand_scope(request)
    wanted = CustomerFilter(
        phone=None if phone_number is None else parsed("phoneNumber", Phone.parse, phone_number),
        pan="" if pan is None else parsed("pan", Pan.parse, pan).value,
        is_active=is_active,
        is_identified=is_identified,
        created_from=None if from_date is None else day_begins(from_date),
        created_before=None if to_date is None else day_begins(to_date + timedelta(days=1)),
    )
    found = application.customers.lists.page(scope, page_request(page, limit, sort, order), wanted)
    steps = application.onboarding.read.of(scope, [row.id for row in found.items])
    whole = Permission.PERSONAL_DATA in principal_of(request).permissions
    return page_out(found.map(lambda row: CustomerRowOut.of(row if whole else masked_row(row), steps.get(row.id))))


@get(
    f"{_CUSTOMERS}/{{userId:uuid}}", tags=_TAGS, sync_to_thread=True, **staff(Permission.CUSTOMERS_READ, sensitive=True)
)
def read_customer(request: Req, application: App, user_id: UserPath) -> CustomerOut:
    """All that is known of one customer. Masked for who may not see personal data."""
    scope, customer = brand_scope(request), CustomerId(user_id)
    whole = Permission.PERSONAL_DATA in principal_of(request).permissions
    return CustomerOut.of(
        shown(application.customers.details(scope, customer), whole=whole),
        application.kyc.identity(scope, customer),
        application.documents.listing(scope, customer, with_links=False),
        application.banking.accounts(scope, customer),
        application.banking.statements(scope, customer),
        application.customers.employment(scope, customer),
        application.onboarding.read(scope, customer),
        whole=whole,
    )


@post(
    f"{_CUSTOMERS}/{{userId:uuid}}/status",
    tags=_TAGS,
    status_code=200,
    sync_to_thread=True,
    **staff(Permission.CUSTOMERS_WRITE),
)
def change_status(request: Req, application: App, user_id: UserPath, data: JSONBody[StatusIn]) -> Response[StatusOut]:
    """Close a customer for applications or open her again, with a reason. What she owes stays hers to see and pay."""
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.customers.change_status(
            scope, CustomerId(user_id), is_active=data.is_active, reason=data.reason
        ),
        StatusOut.of,
        status=200,
    )


_BLOCKLIST = "/partner/brand/{brandId:uuid}/settings/blocklist"
ReasonQuery = Annotated[
    str, QueryParameter(name="reason", min_length=3, max_length=300, description="Why the block is lifted.")
]


@get(_BLOCKLIST, tags=["Staff: settings"], sync_to_thread=True, **staff(Permission.SETTINGS_READ))
def list_blocks(request: Req, application: App) -> BlocksOut:
    """Identifiers that the brand lends nothing to."""
    return BlocksOut(items=[BlockOut.of(block) for block in application.customers.blocks(brand_scope(request))])


@post(_BLOCKLIST, tags=["Staff: settings"], status_code=201, sync_to_thread=True, **staff(Permission.SETTINGS_WRITE))
def block_identifier(request: Req, application: App, data: JSONBody[BlockIn]) -> Response[BlockOut]:
    """Block a PAN, Aadhaar or phone: applications of whoever has it are declined."""
    identifier = data.parsed()
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.customers.block(scope, identifier, reason=data.reason),
        BlockOut.of,
        location=lambda block: f"{request.url.path}/{block.id}",
    )


@delete(
    f"{_BLOCKLIST}/{{id:uuid}}",
    tags=["Staff: settings"],
    status_code=204,
    sync_to_thread=True,
    **staff(Permission.SETTINGS_WRITE),
)
def lift_block(request: Req, application: App, block_id: BlockPath, reason: ReasonQuery) -> None:
    """Take an identifier off the blocklist, with the reason in the query."""
    application.customers.lift_block(brand_scope(request), block_id, reason=reason)


ROUTES = [list_customers, read_customer, change_status, list_blocks, block_identifier, lift_block]
