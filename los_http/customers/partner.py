"""Staff look at customers (P-CU-01, P-CU-02)."""

from datetime import timedelta
from typing import Annotated, Literal

from litestar import get
from litestar.params import QueryParameter

from los_domain.access.model import Permission
from los_domain.customers.views import CustomerFilter, masked_row, shown
from los_domain.shared.dates import day_begins
from los_domain.shared.identifiers import Pan, Phone
from los_domain.shared.ids import CustomerId
from los_http.customers.schemas import CustomerOut, CustomerRowOut
from los_http.shared.access import brand_scope, principal_of, staff
from los_http.shared.depends import App, Req, UserPath
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
        application.customers.employment(scope, customer),
        application.onboarding.read(scope, customer),
        whole=whole,
    )


ROUTES = [list_customers, read_customer]
