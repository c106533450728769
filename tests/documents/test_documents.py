"""A document's way over HTTP: asked for, put, completed, decided, swept."""

import secrets
from datetime import UTC, timedelta
from typing import Any

import attrs
import httpx
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_adapters.documents.store import document_from_row, document_to_row
from los_adapters.documents.tables import documents
from los_domain.documents.model import Document, DocumentKind, DocumentStatus
from los_domain.shared.ids import CustomerId, DocumentId
from tests.borrowers import Speaker, a_borrower, a_customer, logged_in
from tests.services import SomeBrand, a_staff

JPEG = b"\xff\xd8\xff\xe0" + secrets.token_bytes(64)
ASK = {"type": "SELFIE", "contentType": "image/jpeg"}


def put(borrower: Speaker, asked: Any, content: bytes) -> httpx.Response:
    path = httpx.URL(asked["upload"]["url"]).raw_path.decode()
    return borrower.http.put(path, content=content, headers=asked["upload"]["headers"])


def uploaded(borrower: Speaker) -> str:
    asked = borrower.post("/web/kyc/upload-document", ASK, status=201)
    assert put(borrower, asked, JPEG).status_code == 204
    borrower.post(f"/web/kyc/documents/{asked['documentId']}/complete")
    return str(asked["documentId"])


def test_a_borrower_uploads_a_selfie_and_sees_it(borrower: Speaker) -> None:
    asked = borrower.post("/web/kyc/upload-document", ASK, status=201)
    assert asked["document"]["status"] == "AWAITING_UPLOAD"
    complete = f"/web/kyc/documents/{asked['documentId']}/complete"
    assert borrower.ask("POST", complete).status_code == 409
    assert put(borrower, asked, JPEG).status_code == 204
    assert put(borrower, asked, JPEG).status_code == 409
    assert borrower.post(complete)["status"] == "PENDING"
    assert borrower.post(complete)["status"] == "PENDING"
    (seen,) = borrower.get("/web/kyc/documents")["items"]
    assert (seen["type"], seen["size"], seen["source"]) == ("SELFIE", len(JPEG), "borrower")
    file = borrower.http.get(httpx.URL(seen["link"]).raw_path.decode())
    assert (file.content, file.headers["content-type"]) == (JPEG, "image/jpeg")
    assert file.headers["content-disposition"] == 'attachment; filename="selfie.jpg"'


def test_a_file_that_lies_about_itself_is_refused(borrower: Speaker) -> None:
    asked = borrower.post("/web/kyc/upload-document", ASK, status=201)
    put(borrower, asked, b"%PDF-1.7")
    refused = borrower.ask("POST", f"/web/kyc/documents/{asked['documentId']}/complete")
    assert refused.status_code == 400
    assert refused.json()["message"][0]["field"] == "file"


def test_a_file_beyond_the_limit_is_cut_off(borrower: Speaker) -> None:
    asked = borrower.post("/web/kyc/upload-document", ASK, status=201)
    assert put(borrower, asked, JPEG + bytes(10 * 1024 * 1024)).status_code == 400


def test_a_document_of_somebody_else_is_not_there(
    application: Application, borrower: Speaker, brand: SomeBrand, http: TestClient[Any]
) -> None:
    document = uploaded(borrower)
    other = a_borrower(application, brand, http)
    assert other.ask("POST", f"/web/kyc/documents/{document}/complete").status_code == 404
    assert other.get("/web/kyc/documents")["items"] == []


def test_an_asked_link_is_answered_again_to_the_same_key(borrower: Speaker) -> None:
    first = borrower.ask("POST", "/web/kyc/upload-document", ASK, key="k-1")
    again = borrower.ask("POST", "/web/kyc/upload-document", ASK, key="k-1")
    assert (again.status_code, again.content) == (201, first.content)
    assert len(borrower.get("/web/kyc/documents")["items"]) == 1


def test_staff_verify_and_reject_with_a_reason_that_the_borrower_reads(borrower: Speaker, officer: Speaker) -> None:
    document, other = uploaded(borrower), uploaded(borrower)
    path = f"/partner/brand/{borrower.brand.id}/customers/{borrower.id}/documents"
    assert {each["id"] for each in officer.get(path)["items"]} == {document, other}
    assert officer.post(f"{path}/{document}/verify")["status"] == "VERIFIED"
    assert officer.ask("POST", f"{path}/{document}/verify").status_code == 409
    assert officer.ask("POST", f"{path}/{other}/reject", {}).status_code == 400
    assert officer.post(f"{path}/{other}/reject", {"reason": "The face is not to be seen."})["status"] == "REJECTED"
    seen = {each["id"]: each["reason"] for each in borrower.get("/web/kyc/documents")["items"]}
    assert seen == {document: "", other: "The face is not to be seen."}


def test_who_may_not_see_personal_data_opens_no_file(
    application: Application, borrower: Speaker, brand: SomeBrand, http: TestClient[Any]
) -> None:
    viewer = logged_in(application, a_staff(application, "VIEWER", brand=brand), brand, http)
    path = f"/partner/brand/{brand.id}/customers/{borrower.id}/documents"
    assert viewer.ask("GET", path).status_code == 403
    assert viewer.ask("POST", f"{path}/{uploaded(borrower)}/verify").status_code == 403


def test_documents_whose_file_never_came_are_swept_after_a_day(
    application: Application, borrower: Speaker, brand: SomeBrand
) -> None:
    kept = uploaded(borrower)
    forgotten = borrower.post("/web/kyc/upload-document", ASK, status=201)["documentId"]
    fresh = borrower.post("/web/kyc/upload-document", ASK, status=201)["documentId"]
    with application.core.postgres.begin(brand.scope()) as work:
        work.context.connection.execute(
            sa.update(documents)
            .where(documents.c.id == forgotten)
            .values(created_at=application.core.wall.now() - timedelta(hours=25))
        )
    assert application.documents.sweep(brand.scope()) == 1
    assert application.documents.sweep(brand.scope()) == 0
    assert {each["id"] for each in borrower.get("/web/kyc/documents")["items"]} == {kept, fresh}


def test_a_file_that_is_completed_while_the_sweep_runs_stays(
    application: Application, borrower: Speaker, brand: SomeBrand
) -> None:
    asked = borrower.post("/web/kyc/upload-document", ASK, status=201)
    assert put(borrower, asked, JPEG).status_code == 204
    with application.core.postgres.begin(brand.scope()) as work:
        before = application.core.wall.now() - timedelta(hours=25)
        work.context.connection.execute(
            sa.update(documents).where(documents.c.id == asked["documentId"]).values(created_at=before)
        )

    def begin(scope: Any) -> Any:
        """Let the borrower complete it between the sweep's look and its act."""
        nonlocal looked
        looked += 1
        if looked == 2:
            borrower.post(f"/web/kyc/documents/{asked['documentId']}/complete")
        return application.core.postgres.begin(scope)

    looked = 0
    assert attrs.evolve(application.documents.sweep, begin=begin)(brand.scope()) == 0
    (seen,) = borrower.get("/web/kyc/documents")["items"]
    assert borrower.http.get(httpx.URL(seen["link"]).raw_path.decode()).content == JPEG


instants = st.datetimes(timezones=st.just(UTC))


@given(
    st.builds(
        Document,
        id=st.uuids().map(DocumentId),
        customer_id=st.uuids().map(CustomerId),
        kind=st.sampled_from(DocumentKind),
        status=st.sampled_from(DocumentStatus),
        file_key=st.text(),
        media_type=st.text(),
        created_at=instants,
        source=st.text(),
        size=st.integers(0, 2**40),
        sha256=st.text(),
        completed_at=st.none() | instants,
        decided_at=st.none() | instants,
        reason=st.text(),
        version=st.integers(1, 1000),
    )
)
def test_a_row_keeps_every_field(document: Document) -> None:
    assert document_from_row(document_to_row(document)) == document


def test_a_customer_has_no_documents_at_first(application: Application, brand: SomeBrand) -> None:
    customer = a_customer(application, brand)
    assert application.documents.listing(brand.scope(), customer.id) == []
