"""A borrower's documents (W-11, W-12), and the files behind links."""

import asyncio
from typing import Any

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody

from los_domain.shared.errors import FieldProblem, Invalid
from los_domain.shared.ids import DocumentId
from los_http.documents.schemas import DocumentOut, DocumentsOut, UploadAskedOut, UploadIn
from los_http.shared.access import borrower, brand_scope, principal_of, public
from los_http.shared.answers import answered
from los_http.shared.depends import App, DocumentPath, Req


@get("/web/kyc/documents", tags=["Borrower: KYC"], sync_to_thread=True, **borrower())
def list_documents(request: Req, application: App) -> DocumentsOut:
    """Your documents with their status, and links that work for a few minutes."""
    found = application.documents.listing(brand_scope(request), principal_of(request).customer)
    return DocumentsOut(items=[DocumentOut.linked(each) for each in found])


@post("/web/kyc/upload-document", tags=["Borrower: KYC"], status_code=201, sync_to_thread=True, **borrower())
def upload_document(request: Req, application: App, data: JSONBody[UploadIn]) -> Response[UploadAskedOut]:
    """Ask for a link to upload one document. Put the file to it, then complete the document; otherwise it vanishes after a day."""
    customer = principal_of(request).customer
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.documents.ask_for_upload(
            scope, customer, data.type, media_type=data.content_type.strip().lower()
        ),
        UploadAskedOut.of,
    )


@post(
    "/web/kyc/documents/{documentId:uuid}/complete",
    tags=["Borrower: KYC"],
    status_code=200,
    sync_to_thread=True,
    **borrower(),
)
def complete_document(request: Req, application: App, document_id: DocumentPath) -> Response[DocumentOut]:
    """Say that the file was put. Size, type and hash are measured here; 409 while it has not arrived."""
    customer = principal_of(request).customer
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.documents.complete(scope, customer, DocumentId(document_id)),
        DocumentOut.of,
        status=200,
    )


@put(
    "/files/{token:str}",
    tags=["Files"],
    status_code=204,
    request_max_body_size=None,  # the link says how much; counted while it streams
    **public("the link is the proof: signed, for one file, for some minutes"),
)
async def put_file(request: Req, application: App, token: FromPath[str]) -> None:
    """Put a file to the link that an upload answered."""
    loop = asyncio.get_running_loop()
    most = await loop.run_in_executor(None, application.documents.door.most_bytes, token)
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            raise Invalid(FieldProblem("file", "is too large", f"send at most {most} bytes"))
    await loop.run_in_executor(None, application.documents.door.receive, token, bytes(content))


@get(
    "/files/{token:str}",
    tags=["Files"],
    sync_to_thread=True,
    **public("the link is the proof: signed, for one file, for some minutes"),
)
def fetch_file(application: App, token: FromPath[str]) -> Response[Any]:
    """Fetch the file of a link."""
    file = application.documents.door.fetch(token)
    headers = {"Content-Disposition": f'attachment; filename="{file.filename}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)


ROUTES = [list_documents, upload_document, complete_document, put_file, fetch_file]
