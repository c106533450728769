"""Wire forms of the onboarding pipeline."""

from typing import Annotated

import msgspec

from los_domain.onboarding.model import Pipeline, StepStatus
from los_http.shared.wire import Out


class StepOut(Out):
    """One step."""

    step: str
    state: Annotated[str, msgspec.Meta(description="DONE, TODO, LOCKED, WAITING or REVIEW.")]
    is_mandatory: bool
    next: Annotated[str, msgspec.Meta(description="The route that takes the step on, where there is something to do.")]
    reason: Annotated[str, msgspec.Meta(description="A code, where something went wrong before.")]

    @classmethod
    def of(cls, status: StepStatus) -> "StepOut":
        return cls(
            step=status.step.value,
            state=status.state.value,
            is_mandatory=status.is_mandatory,
            next=status.then,
            reason=status.why,
        )


class OnboardingOut(Out):
    """The way to a decision. *onboardingStep* is the first mandatory step that is not done, empty when all are."""

    onboarding_step: str
    may_apply: bool
    missing: list[str]
    steps: list[StepOut]

    @classmethod
    def of(cls, pipeline: Pipeline) -> "OnboardingOut":
        return cls(
            onboarding_step=pipeline.current.step.value if pipeline.current else "",
            may_apply=pipeline.may_apply,
            missing=[step.value for step in pipeline.missing],
            steps=[StepOut.of(status) for status in pipeline.steps],
        )
