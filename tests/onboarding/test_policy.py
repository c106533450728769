"""The pipeline as a table: facts and rules in, states out. Typed by hand."""

import attrs
import pytest

from los_domain.brands.config import BrandConfig
from los_domain.customers.model import EmploymentVerdict
from los_domain.documents.model import DocumentStatus
from los_domain.kyc.model import NameVerdict
from los_domain.onboarding.model import Facts, Pipeline, Reached, Step, StepState
from los_domain.onboarding.policy import pipeline

CONFIG = BrandConfig()
NOTHING = Facts()
ALL = Facts(
    pan=Reached.DONE,
    names=NameVerdict.MATCH,
    selfie=DocumentStatus.PENDING,
    bank=Reached.DONE,
    employment=EmploymentVerdict.VERIFIED,
    statement=Reached.DONE,
)


def states(found: Pipeline) -> str:
    """Return the states as one word a step, in order."""
    return " ".join(each.state.value for each in found.steps)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # PAN     AADHAAR MOBILE SELFIE BANK EMPLOYMENT STATEMENT EVALUATION
        (NOTHING, "TODO LOCKED DONE TODO LOCKED LOCKED TODO LOCKED"),
        (Facts(pan=Reached.WAITING), "WAITING LOCKED DONE TODO LOCKED LOCKED TODO LOCKED"),
        (Facts(pan=Reached.DONE), "DONE TODO DONE TODO TODO TODO TODO LOCKED"),
        (ALL, "DONE DONE DONE DONE DONE DONE DONE TODO"),
        (attrs.evolve(ALL, selfie=DocumentStatus.REJECTED), "DONE DONE DONE TODO DONE DONE DONE LOCKED"),
        (attrs.evolve(ALL, bank=Reached.FAILED), "DONE DONE DONE DONE TODO DONE DONE LOCKED"),
        (attrs.evolve(ALL, employment=EmploymentVerdict.STATED), "DONE DONE DONE DONE DONE TODO DONE LOCKED"),
        (attrs.evolve(ALL, employment=EmploymentVerdict.CHECKING), "DONE DONE DONE DONE DONE WAITING DONE LOCKED"),
        (attrs.evolve(ALL, employment=EmploymentVerdict.NO_RECORD), "DONE DONE DONE DONE DONE DONE DONE TODO"),
        (attrs.evolve(ALL, statement=Reached.WAITING), "DONE DONE DONE DONE DONE DONE WAITING LOCKED"),
        (attrs.evolve(ALL, names=NameVerdict.MISMATCH), "DONE DONE DONE DONE DONE DONE DONE TODO"),
        (attrs.evolve(ALL, evaluation=Reached.WAITING), "DONE DONE DONE DONE DONE DONE DONE WAITING"),
        (attrs.evolve(ALL, evaluation=Reached.DONE), "DONE DONE DONE DONE DONE DONE DONE DONE"),
        (attrs.evolve(ALL, evaluation=Reached.FAILED), "DONE DONE DONE DONE DONE DONE DONE TODO"),
    ],
)
def test_where_she_stands(facts: Facts, expected: str) -> None:
    assert states(pipeline(facts, CONFIG)) == expected


@pytest.mark.parametrize(
    ("names", "must_match", "state", "why"),
    [
        (NameVerdict.MATCH, True, StepState.DONE, ""),
        (NameVerdict.REVIEW, True, StepState.REVIEW, "NAME_REVIEW"),
        (NameVerdict.MISMATCH, True, StepState.REVIEW, "NAME_MISMATCH"),
        (NameVerdict.MISMATCH, False, StepState.DONE, ""),
    ],
)
def test_the_name_match_is_required_only_where_the_brand_says_so(
    names: NameVerdict, must_match: bool, state: StepState, why: str
) -> None:
    found = pipeline(attrs.evolve(ALL, names=names), BrandConfig(is_aadhaar_number_required=must_match))
    assert (found.steps[1].state, found.steps[1].why) == (state, why)
    assert found.may_apply is (state is StepState.DONE)


def test_an_alternate_phone_is_asked_for_only_where_the_brand_says_so() -> None:
    config = BrandConfig(is_alternate_number=True)
    assert pipeline(ALL, config).missing == (Step.MOBILE,)
    assert pipeline(attrs.evolve(ALL, has_alternate_mobile=True), config).may_apply
    assert pipeline(ALL, CONFIG).may_apply


@pytest.mark.parametrize(
    ("config", "facts", "missing"),
    [
        (CONFIG, NOTHING, (Step.PAN, Step.AADHAAR, Step.SELFIE, Step.BANK, Step.EMPLOYMENT, Step.STATEMENT)),
        (
            BrandConfig(onboarding_steps=("AADHAAR", "BANK", "EMPLOYMENT")),
            Facts(pan=Reached.DONE),
            (Step.AADHAAR, Step.BANK, Step.EMPLOYMENT),
        ),
        (BrandConfig(skip_user_onboarding_completed=True), NOTHING, (Step.PAN,)),
        (BrandConfig(skip_user_onboarding_completed=True), Facts(pan=Reached.DONE), ()),
        (CONFIG, ALL, ()),
    ],
)
def test_what_stands_between_her_and_an_application(
    config: BrandConfig, facts: Facts, missing: tuple[Step, ...]
) -> None:
    found = pipeline(facts, config)
    assert found.missing == missing
    assert (found.current.step if found.current else None) == (missing[0] if missing else Step.EVALUATION)


def test_a_step_says_what_to_do_next() -> None:
    then = {each.step: each.then for each in pipeline(NOTHING, CONFIG).steps}
    assert then[Step.PAN] == "POST /web/kyc/verify-pan"
    assert then[Step.AADHAAR] == ""  # locked
    stated = Facts(pan=Reached.DONE, employment=EmploymentVerdict.STATED)
    assert pipeline(stated, CONFIG).steps[5].then == "POST /web/employment/verify-uan"
    assert then[Step.MOBILE] == ""  # done
