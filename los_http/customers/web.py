"""A borrower's sign-up and log-in (W-01 to W-06), her details, consents and work (W-13 to W-16)."""

from litestar import Response, get, post
from litestar.params import JSONBody

from los_adapters.bootstrap import Application
from los_domain.access.model import Audience
from los_domain.customers.views import shown
from los_domain.shared.actor import Actor, ActorKind, BrandScope
from los_domain.shared.errors import NotFound
from los_domain.shared.identifiers import Email, Phone, Uan
from los_domain.shared.money import Money
from los_http.customers.schemas import (
    CodeIn,
    CodeSentOut,
    ConsentIn,
    ConsentOut,
    ConsentsOut,
    DetailsIn,
    DetailsOut,
    EmploymentIn,
    EmploymentOut,
    PhoneIn,
    RefreshIn,
    TokensOut,
    UanIn,
)
from los_http.shared.access import (
    address_of,
    borrower,
    brand_scope,
    platform_scope,
    principal_of,
    public,
    request_id_of,
)
from los_http.shared.answers import answered
from los_http.shared.depends import App, Req
from los_http.shared.limits import CODES, LOG_INS
from los_http.shared.parsing import parsed


def _scope(request: Req, application: Application, subdomain: str) -> BrandScope:
    brand = application.brands.by_subdomain(subdomain)
    return BrandScope(brand.id, Actor(ActorKind.BORROWER), request_id_of(request), address_of(request))


def _send(request: Req, application: App, data: PhoneIn) -> CodeSentOut:
    scope = _scope(request, application, data.brand)
    return CodeSentOut.of(application.customers.send_code(scope, parsed("phoneNumber", Phone.parse, data.phone_number)))


@post(
    "/web/auth/register",
    tags=["Borrower: sign-up"],
    status_code=202,
    sync_to_thread=True,
    **public("sign-up begins here", limit=CODES),
)
def register(request: Req, application: App, data: JSONBody[PhoneIn]) -> CodeSentOut:
    """Ask for a one-time password by SMS to sign up; the answer is the same for a known phone."""
    return _send(request, application, data)


@post(
    "/web/auth/login",
    tags=["Borrower: sign-up"],
    status_code=202,
    sync_to_thread=True,
    **public("log-in begins here", limit=CODES),
)
def login(request: Req, application: App, data: JSONBody[PhoneIn]) -> CodeSentOut:
    """Ask for a one-time password by SMS to log in."""
    return _send(request, application, data)


@post(
    "/web/auth/resend-otp",
    tags=["Borrower: sign-up"],
    status_code=202,
    sync_to_thread=True,
    **public("before log-in", limit=CODES),
)
def resend_otp(request: Req, application: App, data: JSONBody[PhoneIn]) -> CodeSentOut:
    """Ask for another code; the one before stops opening. 429 within the cool-down and beyond the daily cap."""
    return _send(request, application, data)


@post(
    "/web/auth/verify-otp",
    tags=["Borrower: sign-up"],
    status_code=200,
    sync_to_thread=True,
    **public("proves the phone", limit=LOG_INS),
)
def verify_otp(request: Req, application: App, data: JSONBody[CodeIn]) -> TokensOut:
    """Prove the phone by its code; answers the session's tokens."""
    scope = _scope(request, application, data.brand)
    phone = parsed("phoneNumber", Phone.parse, data.phone_number)
    return TokensOut.of(application.customers.verify_code(scope, phone, data.otp, device=data.device))


@post(
    "/web/auth/refresh-token",
    tags=["Borrower: sign-up"],
    status_code=200,
    sync_to_thread=True,
    **public("the token is the proof"),
)
def refresh_token(request: Req, application: App, data: JSONBody[RefreshIn]) -> TokensOut:
    """Rotate the tokens. A refresh token that was used before ends the session."""
    return TokensOut.of(application.access.refresh(platform_scope(request), data.refresh_token, audience=Audience.WEB))


@post("/web/auth/logout", tags=["Borrower: sign-up"], status_code=204, sync_to_thread=True, **borrower())
def logout(request: Req, application: App) -> None:
    """End this session: its tokens stop with the next request."""
    application.access.log_out(platform_scope(request), principal_of(request).session)


@get("/web/personal-details", tags=["Borrower: details"], sync_to_thread=True, **borrower())
def personal_details(request: Req, application: App) -> DetailsOut:
    """Your details, with PAN and Aadhaar masked."""
    details = application.customers.details(brand_scope(request), principal_of(request).customer)
    return DetailsOut.of(shown(details, whole=True))


@post(
    "/web/personal-details/update",
    tags=["Borrower: details"],
    status_code=200,
    sync_to_thread=True,
    **borrower(),
)
def update_personal_details(request: Req, application: App, data: JSONBody[DetailsIn]) -> Response[DetailsOut]:
    """State your details. A pincode fills city and state; what PAN or Aadhaar confirmed cannot be changed."""
    customer = principal_of(request).customer
    email = None if data.email is None else parsed("email", Email, data.email)
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.customers.change_details(scope, customer, data.edit(), email=email),
        lambda details: DetailsOut.of(shown(details, whole=True)),
        status=200,
    )


@get("/web/consents", tags=["Borrower: details"], sync_to_thread=True, **borrower())
def consents(request: Req, application: App) -> ConsentsOut:
    """What you agreed to, newest first."""
    found = application.customers.consents(brand_scope(request), principal_of(request).customer)
    return ConsentsOut(items=[ConsentOut.of(consent) for consent in found])


@post("/web/consents", tags=["Borrower: details"], status_code=201, sync_to_thread=True, **borrower())
def give_consent(request: Req, application: App, data: JSONBody[ConsentIn]) -> Response[ConsentOut]:
    """Agree to a version of a text. Routes that ask an authority about you take their consent along and need no call of this one."""
    customer = principal_of(request).customer
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.customers.consent(
            scope, customer, data.purpose, text_version=data.text_version, language=data.language
        ),
        ConsentOut.of,
    )


@get("/web/employment", tags=["Borrower: employment"], sync_to_thread=True, **borrower())
def employment(request: Req, application: App) -> EmploymentOut:
    """What you said about your work, and what was found. 404 before you said anything."""
    found = application.customers.employment(brand_scope(request), principal_of(request).customer)
    if found is None:
        raise NotFound("no employment was added yet")
    return EmploymentOut.of(found)


@post("/web/employment/add", tags=["Borrower: employment"], status_code=201, sync_to_thread=True, **borrower())
def add_employment(request: Req, application: App, data: JSONBody[EmploymentIn]) -> Response[EmploymentOut]:
    """Say where you work. Saying it again replaces it; another employer or UAN has to be verified anew."""
    customer = principal_of(request).customer
    email = None if data.official_email is None else parsed("officialEmail", Email, data.official_email)
    uan = None if data.uan is None else parsed("uan", Uan, data.uan)
    salary = parsed("monthlySalary", Money.parse, data.monthly_salary)
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.customers.state_employment(
            scope, customer, employer=data.employer, monthly_salary=salary, official_email=email, uan=uan
        ),
        EmploymentOut.of,
    )


@post(
    "/web/employment/verify-uan",
    tags=["Borrower: employment"],
    status_code=200,
    sync_to_thread=True,
    **borrower(later=EmploymentOut),
)
def verify_uan(request: Req, application: App, data: JSONBody[UanIn]) -> Response[EmploymentOut]:
    """
    Look your provident-fund history up, by UAN or by phone, and compare it with what you said.

    202 with Location when the office does not answer at once: the look-up goes on by itself.
    """
    customer = principal_of(request).customer
    uan = None if data.uan is None else parsed("uan", Uan, data.uan)
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.customers.check_employment(
            scope, customer, uan=uan, consent_version=data.consent_version, language=data.consent_language
        ),
        EmploymentOut.of,
        status=lambda found: 202 if found.is_being_checked else 200,
        location=lambda found: "/api/v1/web/employment" if found.is_being_checked else "",
    )


ROUTES = [
    register,
    login,
    resend_otp,
    verify_otp,
    refresh_token,
    logout,
    personal_details,
    update_personal_details,
    consents,
    give_consent,
    employment,
    add_employment,
    verify_uan,
]
