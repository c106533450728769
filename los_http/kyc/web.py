"""A borrower proves who she is (W-07 to W-10)."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import JSONBody, PathParameter

from los_domain.access.model import OtpPurpose
from los_domain.customers.usecases.sign_up import CodeSent
from los_domain.kyc.usecases.pan import PanAnswer
from los_domain.shared.identifiers import Aadhaar, Pan, Phone
from los_http.kyc.schemas import (
    AadhaarIn,
    AadhaarOtpIn,
    AadhaarOut,
    AadhaarSentOut,
    MobileIn,
    MobileOut,
    PanAnswerOut,
    PanIn,
)
from los_http.shared.access import borrower, brand_scope, principal_of
from los_http.shared.answers import answered
from los_http.shared.depends import App, Req
from los_http.shared.parsing import parsed

CheckPath = Annotated[UUID, PathParameter(name="checkId")]


def _where(answer: PanAnswer) -> str:
    return f"/api/v1/web/kyc/checks/{answer.check.id}" if answer.is_pending and answer.check else ""


@post(
    "/web/kyc/verify-pan", tags=["Borrower: KYC"], status_code=200, sync_to_thread=True, **borrower(later=PanAnswerOut)
)
def verify_pan(request: Req, application: App, data: JSONBody[PanIn]) -> Response[PanAnswerOut]:
    """
    Verify your PAN with the tax department.

    202 with Location when it does not answer at once: the check goes on by itself. 422 with a reason when the PAN cannot be taken, 409
    when it is another customer's.
    """
    customer, pan = principal_of(request).customer, parsed("panNumber", Pan.parse, data.pan_number)
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.kyc.verify_pan(
            scope, customer, pan, consent_version=data.consent_version, language=data.consent_language
        ),
        PanAnswerOut.of,
        status=lambda answer: 202 if answer.is_pending else 200,
        location=_where,
    )


@get("/web/kyc/checks/{checkId:uuid}", tags=["Borrower: KYC"], sync_to_thread=True, **borrower())
def read_check(request: Req, application: App, check_id: CheckPath) -> PanAnswerOut:
    """How a check of yours stands that was answered with 202."""
    return PanAnswerOut.of(application.kyc.check(brand_scope(request), principal_of(request).customer, check_id))


@post("/web/kyc/initiate-aadhaar-otp", tags=["Borrower: KYC"], status_code=200, sync_to_thread=True, **borrower())
def initiate_aadhaar_otp(request: Req, application: App, data: JSONBody[AadhaarIn]) -> Response[AadhaarSentOut]:
    """Have UIDAI send a password to the phone it knows. The PAN comes first. 503 says what to do when UIDAI does not answer."""
    customer, number = principal_of(request).customer, parsed("aadhaarNumber", Aadhaar.parse, data.aadhaar_number)
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.kyc.start_aadhaar(
            scope, customer, number, consent_version=data.consent_version, language=data.consent_language
        ),
        AadhaarSentOut.of,
        status=200,
    )


@post("/web/kyc/submit-aadhaar-otp", tags=["Borrower: KYC"], status_code=200, sync_to_thread=True, **borrower())
def submit_aadhaar_otp(request: Req, application: App, data: JSONBody[AadhaarOtpIn]) -> Response[AadhaarOut]:
    """Complete e-KYC by the password: fills your address, and compares your name with the PAN's."""
    customer = principal_of(request).customer
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.kyc.submit_aadhaar(scope, customer, data.otp),
        AadhaarOut.of,
        status=200,
    )


@post(
    "/web/kyc/verify-mobile", tags=["Borrower: KYC"], status_code=200, sync_to_thread=True, **borrower(later=MobileOut)
)
def verify_mobile(request: Req, application: App, data: JSONBody[MobileIn]) -> Response[MobileOut]:
    """Prove your phone or an alternate one: without *otp* a code is sent (202), with it the code is judged."""
    scope, customer = brand_scope(request), principal_of(request).customer
    phone = parsed("phoneNumber", Phone.parse, data.phone_number)
    otp = data.otp
    if otp is None:
        return answered(
            request,
            scope,
            lambda within: application.customers.send_code(within, phone, purpose=OtpPurpose.MOBILE),
            _sent,
            status=202,
        )
    return answered(
        request,
        scope,
        lambda within: application.kyc.prove_mobile(within, customer, phone, otp),
        MobileOut.of,
        status=200,
    )


def _sent(sent: CodeSent) -> MobileOut:
    return MobileOut(
        is_verified=False,
        expires_in_seconds=sent.expires_in_seconds,
        resend_after_seconds=sent.resend_after_seconds,
    )


ROUTES = [verify_pan, read_check, initiate_aadhaar_otp, submit_aadhaar_otp, verify_mobile]
