"""A customer's way from log-in to a decision: its steps, and where she stands on each."""

from enum import Enum

import attrs

from los_domain.customers.model import EmploymentVerdict
from los_domain.documents.model import DocumentStatus
from los_domain.kyc.model import NameVerdict


class Step(Enum):
    """The steps, in their order. The words are the wire's."""

    PAN = "PAN"
    AADHAAR = "AADHAAR"
    MOBILE = "MOBILE"
    SELFIE = "SELFIE"
    BANK = "BANK"
    EMPLOYMENT = "EMPLOYMENT"
    STATEMENT = "STATEMENT"
    EVALUATION = "EVALUATION"


class StepState(Enum):
    """Where a customer stands on one step."""

    DONE = "DONE"
    TODO = "TODO"  # she can do it now
    LOCKED = "LOCKED"  # another step comes first
    WAITING = "WAITING"  # an outside system or the lender is at it
    REVIEW = "REVIEW"  # she did it, and a person of the lender looks at it


class Reached(Enum):
    """How far something got that is proved elsewhere."""

    NOTHING = "nothing"
    WAITING = "waiting"
    FAILED = "failed"
    DONE = "done"


@attrs.frozen
class Facts:
    """
    What is known of a customer, without anything personal.

    *names* compares Aadhaar with PAN, None before e-KYC. *selfie* is the state of the newest one that came. *evaluation* follows her newest
    application: FAILED is a refusal.
    """

    pan: Reached = Reached.NOTHING
    names: NameVerdict | None = None
    has_alternate_mobile: bool = False
    selfie: DocumentStatus | None = None
    bank: Reached = Reached.NOTHING
    employment: EmploymentVerdict | None = None
    statement: Reached = Reached.NOTHING
    evaluation: Reached = Reached.NOTHING


@attrs.frozen
class StepStatus:
    """One step as a customer's app shows it: *then* is the route that takes it on, *why* a code where something went wrong."""

    step: Step
    state: StepState
    is_mandatory: bool
    then: str = ""
    why: str = ""


@attrs.frozen
class Pipeline:
    """All steps in their order."""

    steps: tuple[StepStatus, ...]

    @property
    def current(self) -> StepStatus | None:
        """The first mandatory step that is not done, or None."""
        return next((each for each in self.steps if each.is_mandatory and each.state is not StepState.DONE), None)

    @property
    def missing(self) -> tuple[Step, ...]:
        """What stands between her and an application: mandatory steps before the evaluation that are not done."""
        return tuple(
            each.step
            for each in self.steps
            if each.is_mandatory and each.state is not StepState.DONE and each.step is not Step.EVALUATION
        )

    @property
    def may_apply(self) -> bool:
        """Whether nothing stands between her and an application."""
        return not self.missing
