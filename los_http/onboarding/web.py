"""Where a borrower stands on her way to a decision."""

from litestar import get

from los_http.onboarding.schemas import OnboardingOut
from los_http.shared.access import borrower, brand_scope, principal_of
from los_http.shared.depends import App, Req


@get("/web/onboarding", tags=["Borrower: onboarding"], sync_to_thread=True, **borrower())
def onboarding(request: Req, application: App) -> OnboardingOut:
    """Your steps with their state, and the route that takes each of them on."""
    return OnboardingOut.of(application.onboarding.read(brand_scope(request), principal_of(request).customer))


ROUTES = [onboarding]
