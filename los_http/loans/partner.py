"""Staff keep loan rules (P-SE-03)."""

from litestar import Response, get, post
from litestar.params import JSONBody

from los_domain.access.model import Permission
from los_http.loans.schemas import LoanRuleIn, LoanRuleOut, LoanRulesOut
from los_http.shared.access import brand_scope, staff
from los_http.shared.answers import answered
from los_http.shared.depends import App, Req

_RULES = "/partner/brand/{brandId:uuid}/settings/loan-rules"
_SETTINGS = ["Staff: settings"]


@get(_RULES, tags=_SETTINGS, sync_to_thread=True, **staff(Permission.SETTINGS_READ))
def list_rules(request: Req, application: App) -> LoanRulesOut:
    """The brand's loan rules as they stand, with every convention written out."""
    return LoanRulesOut(items=[LoanRuleOut.of(rule) for rule in application.loans.rules(brand_scope(request))])


@post(_RULES, tags=_SETTINGS, sync_to_thread=True, **staff(Permission.SETTINGS_WRITE))
def save_rule(request: Req, application: App, data: JSONBody[LoanRuleIn]) -> Response[LoanRuleOut]:
    """
    Add a loan rule, or with its id and the version that was read a new version of one. Loans applied for before stay under theirs.

    Conventions are tried on the least and the largest amount over every tenure; what cannot be met is refused by name.
    """
    rule = data.rule(application.core.ids.new())
    return answered(
        request, brand_scope(request), lambda scope: application.loans.save_rule(scope, rule), LoanRuleOut.of
    )


ROUTES = [list_rules, save_rule]
