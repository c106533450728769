"""Rules, evaluation items, and what a decision is made of."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import ClassVar
from uuid import UUID

import attrs

from los_domain.decisioning.catalogue import Source, Value
from los_domain.shared.actor import Actor
from los_domain.shared.ids import CustomerId, LoanId


class Effect(Enum):
    """What a criterion that does not hold does, the worst last."""

    FLAG = "FLAG"  # it is shown, and gives no points
    REVIEW = "REVIEW"  # a person decides
    REJECT = "REJECT"

    @property
    def rank(self) -> int:
        """0 for the mildest."""
        return tuple(Effect).index(self)


class Outcome(Enum):
    """What a decision comes to."""

    APPROVE = "APPROVE"
    REVIEW = "REVIEW"
    REJECT = "REJECT"


@attrs.frozen(kw_only=True)
class Criterion:
    """
    One rule: what has to hold, and what it means if it does not.

    code: its name for programs, and the reason where it fails.
    condition, when: in the language of ``language.py``; without *when* it always applies.
    threshold: the literal that the word ``threshold`` stands for.
    if_missing: what it does where a fact that it needs is missing.
    text: for staff. notice: for the borrower in plain words; where empty she is not told.
    """

    code: str
    condition: str
    text: str
    threshold: str = ""
    when: str = ""
    effect: Effect = Effect.REJECT
    if_missing: Effect = Effect.REVIEW
    notice: str = ""


@attrs.frozen(kw_only=True)
class Item:
    """One criterion of the evaluation, worth *weight* points where it holds. Its effect is REJECT for a hard one, FLAG for a soft one."""

    criterion: Criterion
    weight: int


@attrs.frozen
class RuleSet:
    """A brand's hard rules over the facts. Each is looked at, whatever the others say."""

    PAGE: ClassVar[str] = "decision-rules"

    rules: tuple[Criterion, ...] = ()


@attrs.frozen
class Evaluation:
    """A brand's weighted items, and the shares of all points, per cent, from which a loan is approved and below which it is rejected."""

    PAGE: ClassVar[str] = "evaluation-items"

    items: tuple[Item, ...] = ()
    approve_from: int = 70
    reject_below: int = 40


class Result(Enum):
    """What came of a criterion."""

    HELD = "HELD"
    FAILED = "FAILED"
    MISSING = "MISSING"  # a fact that it needs is not known
    NOT_APPLICABLE = "NOT_APPLICABLE"


@attrs.frozen
class Verdict:
    """
    A criterion looked at: what it read, against which threshold, and what came of it.

    effect: what that does, None where nothing. is_bypassed: staff let the loan pass without the report that it reads, so its effect counts
    for nothing. weight, points: of an evaluation item; 0 of a rule.
    """

    code: str
    inputs: tuple[tuple[str, Value], ...]
    threshold: str
    result: Result
    effect: Effect | None
    is_bypassed: bool = False
    weight: int = 0
    points: int = 0

    @property
    def counts(self) -> Effect | None:
        """The effect on the outcome."""
        return None if self.is_bypassed or self.effect is Effect.FLAG else self.effect


@attrs.frozen
class Judgement:
    """
    What rules and evaluation make of the facts. The same facts, policies and bypasses give the same judgement, always.

    items: empty where a rule rejected already. score: points per cent of the weight, None without an evaluation.
    """

    outcome: Outcome
    rules: tuple[Verdict, ...]
    items: tuple[Verdict, ...]
    score: int | None

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All of them, rules first."""
        return self.rules + self.items

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes of what did not hold and counts, rules first."""
        return tuple(verdict.code for verdict in self.verdicts if verdict.counts is not None)


@attrs.frozen
class Policy:
    """What a decision is made by: both pages at the versions they had, and the versions of language and catalogue."""

    rule_set: RuleSet
    rule_set_version: int
    evaluation: Evaluation
    evaluation_version: int
    language: int
    catalogue: int


@attrs.frozen(repr=False)
class Decision:
    """
    One decision about one loan at one version of it, kept with everything that it stands on.

    facts: as they were. bypassed: sources that staff let it pass without. pull_id, report_sha256: the report it read, if one.
    policy_digest: by which *policy* is kept. bits: the judgement written out, which a replay has to equal.
    """

    id: UUID
    loan_id: LoanId
    customer_id: CustomerId
    loan_version: int
    judgement: Judgement
    facts: Mapping[str, Value]
    bypassed: frozenset[Source]
    policy: Policy
    policy_digest: str
    bits: bytes
    pull_id: UUID | None
    report_sha256: str
    decided_at: datetime
    by: Actor


@attrs.frozen
class Bypass:
    """That a loan may pass without a report: which, who said so, why and when."""

    loan_id: LoanId
    source: Source
    by: Actor
    reason: str
    at: datetime
