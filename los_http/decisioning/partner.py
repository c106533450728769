"""Staff set what loans are judged by (P-SE-02), have one judged, let it pass without a report (P-LN-05), and ask why."""

from litestar import Response, get, post, put
from litestar.params import JSONBody

from los_domain.access.model import Permission
from los_domain.decisioning.catalogue import CATALOGUE, CATALOGUE_VERSION
from los_domain.decisioning.model import Decision, Evaluation, RuleSet
from los_domain.decisioning.policy import checked_evaluation, checked_rules
from los_domain.shared.ids import LoanId
from los_http.decisioning.schemas import (
    BypassesOut,
    BypassIn,
    BypassOut,
    DecisionOut,
    EvaluatedOut,
    EvaluationIn,
    EvaluationOut,
    FactOut,
    FactsOut,
    RulesIn,
    RulesOut,
)
from los_http.shared.access import brand_scope, staff
from los_http.shared.answers import answered
from los_http.shared.depends import App, LoanPath, Req

_BRAND = "/partner/brand/{brandId:uuid}"
_LOAN = f"{_BRAND}/loans/{{loanId:uuid}}"
_POLICY = ["Staff: decisions"]


@get(f"{_BRAND}/settings/evaluation-items", tags=_POLICY, sync_to_thread=True, **staff(Permission.SETTINGS_READ))
def read_evaluation(request: Req, application: App) -> EvaluationOut:
    """The weighted items by which loans are evaluated."""
    return EvaluationOut.of(application.pages.version(brand_scope(request), Evaluation))


@put(f"{_BRAND}/settings/evaluation-items", tags=_POLICY, sync_to_thread=True, **staff(Permission.POLICY_WRITE))
def save_evaluation(request: Req, application: App, data: JSONBody[EvaluationIn]) -> EvaluationOut:
    """Set the items. Every condition that cannot be understood is named; decisions made before keep the items that they were made by."""
    page = checked_evaluation(data.page())
    return EvaluationOut.of(application.settings.save(brand_scope(request), page, version=data.version))


@get(f"{_BRAND}/settings/decision-rules", tags=_POLICY, sync_to_thread=True, **staff(Permission.SETTINGS_READ))
def read_rules(request: Req, application: App) -> RulesOut:
    """The hard rules that a loan is held against before its evaluation."""
    return RulesOut.of(application.pages.version(brand_scope(request), RuleSet))


@put(f"{_BRAND}/settings/decision-rules", tags=_POLICY, sync_to_thread=True, **staff(Permission.POLICY_WRITE))
def save_rules(request: Req, application: App, data: JSONBody[RulesIn]) -> RulesOut:
    """Set the hard rules. Every condition that cannot be understood is named."""
    page = checked_rules(data.page())
    return RulesOut.of(application.settings.save(brand_scope(request), page, version=data.version))


@get(f"{_BRAND}/settings/decision-facts", tags=_POLICY, sync_to_thread=True, **staff(Permission.SETTINGS_READ))
def list_facts() -> FactsOut:
    """The facts that conditions may read: kind, unit, source and what each says."""
    return FactsOut(version=CATALOGUE_VERSION, items=[FactOut.of(fact) for fact in CATALOGUE.values()])


@get(f"{_LOAN}/decision", tags=_POLICY, sync_to_thread=True, **staff(Permission.DECISIONS_READ))
def explain(request: Req, application: App, loan_id: LoanPath) -> DecisionOut:
    """Why the loan was decided as it was: every rule and item, what it read, and what came of it. 404 before it was judged."""
    return DecisionOut.of(application.decisioning.explain(brand_scope(request), LoanId(loan_id)))


@post(f"{_LOAN}/evaluate", tags=_POLICY, status_code=200, sync_to_thread=True, **staff(Permission.LOANS_DECIDE))
def evaluate(request: Req, application: App, loan_id: LoanPath) -> Response[EvaluatedOut]:
    """
    Judge a loan under review again, by what is known now. What the decision says is done right after: read the loan again.

    202 where no young credit report is at hand: one is fetched first, and the decision follows by itself.
    """

    def shown(decision: Decision | None) -> EvaluatedOut:
        if decision is None:
            return EvaluatedOut(state="FETCHING_REPORT", decision_id=None, outcome=None)
        outcome = decision.judgement.outcome.value
        return EvaluatedOut(state="DECIDED", decision_id=str(decision.id), outcome=outcome)

    return answered(
        request,
        brand_scope(request),
        lambda scope: application.decisioning.evaluate(scope, LoanId(loan_id)),
        shown,
        status=lambda decision: 202 if decision is None else 200,
        location=lambda _: f"{request.url.path.removesuffix('/evaluate')}/decision",
    )


@post(
    f"{_LOAN}/force-bypass-reports",
    tags=_POLICY,
    status_code=200,
    sync_to_thread=True,
    **staff(Permission.LOANS_BYPASS),
)
def bypass(request: Req, application: App, loan_id: LoanPath, data: JSONBody[BypassIn]) -> Response[BypassesOut]:
    """Let a loan pass without some reports. It is judged again; the decision shows for ever who let it pass, and why."""
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.decisioning.bypass(scope, LoanId(loan_id), data.sources(), reason=data.reason),
        lambda found: BypassesOut(items=[BypassOut.of(each) for each in found]),
        status=200,
    )


ROUTES = [
    read_evaluation,
    save_evaluation,
    read_rules,
    save_rules,
    list_facts,
    explain,
    evaluate,
    bypass,
]
