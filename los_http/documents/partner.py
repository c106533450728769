"""Staff look at a customer's documents and decide about them (P-CU-07)."""

from litestar import Response, get, post
from litestar.params import JSONBody

from los_domain.access.model import Permission
from los_domain.shared.ids import CustomerId, DocumentId
from los_http.documents.schemas import DocumentOut, DocumentsOut, RejectIn
from los_http.shared.access import brand_scope, staff
from los_http.shared.answers import answered
from los_http.shared.depends import App, DocumentPath, Req, UserPath

_DOCUMENTS = "/partner/brand/{brandId:uuid}/customers/{userId:uuid}/documents"


@get(_DOCUMENTS, tags=["Staff: customers"], sync_to_thread=True, **staff(Permission.PERSONAL_DATA, sensitive=True))
def list_documents(request: Req, application: App, user_id: UserPath) -> DocumentsOut:
    """A customer's documents, with links to the files: reading them is recorded."""
    found = application.documents.listing(brand_scope(request), CustomerId(user_id))
    return DocumentsOut(items=[DocumentOut.linked(each) for each in found])


@post(
    f"{_DOCUMENTS}/{{documentId:uuid}}/verify",
    tags=["Staff: customers"],
    status_code=200,
    sync_to_thread=True,
    **staff(Permission.CUSTOMERS_WRITE),
)
def verify_document(
    request: Req, application: App, user_id: UserPath, document_id: DocumentPath
) -> Response[DocumentOut]:
    """Accept a document. 409 unless it waits for that."""
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.documents.decide.verify(scope, CustomerId(user_id), DocumentId(document_id)),
        DocumentOut.of,
        status=200,
    )


@post(
    f"{_DOCUMENTS}/{{documentId:uuid}}/reject",
    tags=["Staff: customers"],
    status_code=200,
    sync_to_thread=True,
    **staff(Permission.CUSTOMERS_WRITE),
)
def reject_document(
    request: Req, application: App, user_id: UserPath, document_id: DocumentPath, data: JSONBody[RejectIn]
) -> Response[DocumentOut]:
    """Reject a document with a reason that the customer reads; she can upload another."""
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.documents.decide.reject(
            scope, CustomerId(user_id), DocumentId(document_id), reason=data.reason
        ),
        DocumentOut.of,
        status=200,
    )


ROUTES = [list_documents, verify_document, reject_document]
