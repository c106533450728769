"""The pipeline as a table of steps, each computed from facts; which are mandatory is the brand's choice."""

from collections.abc import Callable, Mapping, Sequence

import attrs

from los_domain.brands.config import BrandConfig
from los_domain.customers.model import EmploymentVerdict
from los_domain.documents.model import DocumentStatus
from los_domain.kyc.model import NameVerdict
from los_domain.onboarding.model import Facts, Pipeline, Reached, Step, StepState, StepStatus

State = tuple[StepState, str]
"""Where she stands on a step, and the code of what went wrong, if something did."""

_DONE: State = (StepState.DONE, "")
_TODO: State = (StepState.TODO, "")
_WAITING: State = (StepState.WAITING, "")


def _reached(reached: Reached) -> State:
    match reached:
        case Reached.DONE:
            return _DONE
        case Reached.WAITING:
            return _WAITING
        case Reached.FAILED:
            return StepState.TODO, "FAILED"
        case Reached.NOTHING:
            return _TODO


def _aadhaar(facts: Facts, config: BrandConfig) -> State:
    if facts.names is None:
        return _TODO
    if facts.names is NameVerdict.MATCH or not config.is_aadhaar_number_required:
        return _DONE
    return StepState.REVIEW, f"NAME_{facts.names.value.upper()}"


def _mobile(facts: Facts, config: BrandConfig) -> State:
    """The phone of the log-in is proved by the log-in."""
    return _DONE if facts.has_alternate_mobile or not config.is_alternate_number else _TODO


def _selfie(facts: Facts, _: BrandConfig) -> State:
    if facts.selfie is DocumentStatus.REJECTED:
        return StepState.TODO, "REJECTED"
    return _DONE if facts.selfie in (DocumentStatus.PENDING, DocumentStatus.VERIFIED) else _TODO


def _employment(facts: Facts, _: BrandConfig) -> State:
    """Whatever the record says, the step is done: it is evidence for the decision, never a refusal by itself."""
    if facts.employment is EmploymentVerdict.CHECKING:
        return _WAITING
    if facts.employment is EmploymentVerdict.STATED:
        return StepState.TODO, "NOT_CHECKED"
    return _TODO if facts.employment is None else _DONE


@attrs.frozen
class _Row:
    step: Step
    state: Callable[[Facts, BrandConfig], State]
    then: str  # below /api/v1
    after: Sequence[Step] = ()


TABLE: tuple[_Row, ...] = (
    _Row(Step.PAN, lambda facts, _: _reached(facts.pan), "POST /web/kyc/verify-pan"),
    _Row(Step.AADHAAR, _aadhaar, "POST /web/kyc/initiate-aadhaar-otp", (Step.PAN,)),
    _Row(Step.MOBILE, _mobile, "POST /web/kyc/verify-mobile"),
    _Row(Step.SELFIE, _selfie, "POST /web/kyc/upload-document"),
    _Row(Step.BANK, lambda facts, _: _reached(facts.bank), "POST /web/bank/add-account", (Step.PAN,)),
    _Row(Step.EMPLOYMENT, _employment, "POST /web/employment/add", (Step.PAN,)),
    _Row(Step.STATEMENT, lambda facts, _: _reached(facts.statement), "POST /web/bank/upload-statement"),
    _Row(Step.EVALUATION, lambda facts, _: _reached(facts.evaluation), "POST /web/loans"),
)
"""In the order in which an app goes through them."""

_INSTEAD: Mapping[str, str] = {"NOT_CHECKED": "POST /web/employment/verify-uan"}
"""What goes on from a step that was half done."""


def mandatory(config: BrandConfig) -> frozenset[Step]:
    """Return the steps that a brand insists on: the PAN says who somebody is, and the evaluation decides in the end."""
    always = frozenset({Step.PAN, Step.EVALUATION})
    if config.skip_user_onboarding_completed:
        return always
    chosen = frozenset(Step(word) for word in config.onboarding_steps)
    return always | chosen | (frozenset({Step.MOBILE}) if config.is_alternate_number else frozenset())


def pipeline(facts: Facts, config: BrandConfig) -> Pipeline:
    """Return every step as it stands under a brand's *config*."""
    insisted = mandatory(config)
    steps: list[StepStatus] = []
    for row in TABLE:
        state, why = row.state(facts, config)
        after = insisted - {Step.EVALUATION} if row.step is Step.EVALUATION else frozenset(row.after)
        is_held_up = any(each.step in after and each.state is not StepState.DONE for each in steps)
        if state is StepState.TODO and is_held_up:
            state = StepState.LOCKED
        then = _INSTEAD.get(why, row.then) if state is StepState.TODO else ""
        steps.append(StepStatus(row.step, state, row.step in insisted, then, why))
    return Pipeline(tuple(steps))
