"""Wire forms of rules, evaluation items and decisions."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

import msgspec

from los_domain.decisioning.catalogue import CATALOGUE, Fact, Kind, Source, Value
from los_domain.decisioning.model import Bypass, Criterion, Effect, Evaluation, Item, RuleSet, Verdict
from los_domain.decisioning.usecases import Explained, evaluation_in_force, rules_in_force
from los_domain.settings.model import Page
from los_domain.shared.money import Money
from los_http.shared.wire import In, Out, instant, rupees

Version = Annotated[int, msgspec.Meta(ge=0, description="As it was read; 409 if somebody wrote meanwhile.")]
Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9_]{1,39}$", examples=["MINIMUM_SCORE"])]
ConditionText = Annotated[
    str,
    msgspec.Meta(max_length=2000, description="What has to hold.", examples=["bureau.score >= threshold"]),
]
Threshold = Annotated[
    str, msgspec.Meta(max_length=100, description="What the word threshold stands for.", examples=["650"])
]
Words = Annotated[str, msgspec.Meta(max_length=500)]
Share = Annotated[int, msgspec.Meta(ge=0, le=100, description="Per cent of all points.")]


class CriterionIn(In):
    """
    One rule. *ifMissing*: what it does where a fact that it needs is not known. *when*: where it applies; always if empty.

    *text* is for staff, *notice* for the borrower in plain words; without one she is not told.
    """

    code: Code
    condition: ConditionText
    text: Words
    threshold: Threshold = ""
    when: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    effect: Effect = Effect.REJECT
    if_missing: Effect = Effect.REVIEW
    notice: Words = ""

    def value(self) -> Criterion:
        return Criterion(
            code=self.code,
            condition=self.condition,
            text=self.text,
            threshold=self.threshold,
            when=self.when,
            effect=self.effect,
            if_missing=self.if_missing,
            notice=self.notice,
        )

    @classmethod
    def of(cls, criterion: Criterion) -> "CriterionIn":
        return cls(
            code=criterion.code,
            condition=criterion.condition,
            text=criterion.text,
            threshold=criterion.threshold,
            when=criterion.when,
            effect=criterion.effect,
            if_missing=criterion.if_missing,
            notice=criterion.notice,
        )


class RulesIn(In):
    """All hard rules of the brand."""

    version: Version
    rules: Annotated[list[CriterionIn], msgspec.Meta(max_length=300)]

    def page(self) -> RuleSet:
        """Return the page that is meant."""
        return RuleSet(tuple(rule.value() for rule in self.rules))


class RulesOut(Out):
    """The brand's hard rules. Version 0 was never saved: it is what every brand begins with."""

    version: int
    rules: list[CriterionIn]

    @classmethod
    def of(cls, page: Page[RuleSet]) -> "RulesOut":
        return cls(version=page.version, rules=[CriterionIn.of(rule) for rule in rules_in_force(page).rules])


class ItemIn(In):
    """
    One weighted item. A hard one that fails rejects the loan; a soft one only gives no points.

    *ifMissing*: what it does where a fact that it needs is not known.
    """

    name: Code
    condition: ConditionText
    weight: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    text: Words = ""
    threshold: Threshold = ""
    when: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    hard_reject: bool = False
    if_missing: Effect = Effect.FLAG
    notice: Words = ""

    def value(self) -> Item:
        criterion = Criterion(
            code=self.name,
            condition=self.condition,
            text=self.text,
            threshold=self.threshold,
            when=self.when,
            effect=Effect.REJECT if self.hard_reject else Effect.FLAG,
            if_missing=self.if_missing,
            notice=self.notice,
        )
        return Item(criterion=criterion, weight=self.weight)

    @classmethod
    def of(cls, item: Item) -> "ItemIn":
        criterion = item.criterion
        return cls(
            name=criterion.code,
            condition=criterion.condition,
            weight=item.weight,
            text=criterion.text,
            threshold=criterion.threshold,
            when=criterion.when,
            hard_reject=criterion.effect is Effect.REJECT,
            if_missing=criterion.if_missing,
            notice=criterion.notice,
        )


class EvaluationIn(In):
    """All evaluation items, and the shares of the points that decide."""

    version: Version
    items: Annotated[list[ItemIn], msgspec.Meta(min_length=1, max_length=300)]
    approve_from: Share = 70
    reject_below: Share = 40

    def page(self) -> Evaluation:
        """Return the page that is meant."""
        return Evaluation(tuple(item.value() for item in self.items), self.approve_from, self.reject_below)


class EvaluationOut(Out):
    """The brand's evaluation items. Version 0 was never saved: it is what every brand begins with."""

    version: int
    items: list[ItemIn]
    approve_from: int
    reject_below: int

    @classmethod
    def of(cls, page: Page[Evaluation]) -> "EvaluationOut":
        evaluation = evaluation_in_force(page)
        return cls(
            version=page.version,
            items=[ItemIn.of(item) for item in evaluation.items],
            approve_from=evaluation.approve_from,
            reject_below=evaluation.reject_below,
        )


class FactOut(Out):
    """A fact that conditions may read."""

    name: str
    kind: str
    unit: str
    source: str
    about: str

    @classmethod
    def of(cls, fact: Fact) -> "FactOut":
        return cls(name=fact.name, kind=fact.kind.value, unit=fact.unit, source=fact.source.value, about=fact.about)


class FactsOut(Out):
    """The catalogue of facts."""

    version: int
    items: list[FactOut]


class InputOut(Out):
    """A fact as it was read: amounts in rupees; null where it was not known."""

    fact: str
    value: str | None


class VerdictOut(Out):
    """A rule or item: what it asked, what it read, and what came of it. *isBypassed*: it counted for nothing, staff let the report out."""

    code: str
    condition: str
    threshold: str
    inputs: list[InputOut]
    result: str
    effect: str | None
    is_bypassed: bool
    weight: int
    points: int
    text: str

    @classmethod
    def of(cls, verdict: Verdict, criterion: Criterion) -> "VerdictOut":
        return cls(
            code=verdict.code,
            condition=criterion.condition,
            threshold=verdict.threshold,
            inputs=[InputOut(fact=name, value=read_out(name, value)) for name, value in verdict.inputs],
            result=verdict.result.value,
            effect=None if verdict.effect is None else verdict.effect.value,
            is_bypassed=verdict.is_bypassed,
            weight=verdict.weight,
            points=verdict.points,
            text=criterion.text if verdict.effect is not None else "",
        )


def read_out(name: str, value: Value) -> str | None:
    """Return a fact's value for people: amounts in rupees, other numbers to three places at most."""
    if value is None:
        return None
    if CATALOGUE[name].kind is Kind.MONEY and isinstance(value, int):
        return rupees(Money(value))
    if isinstance(value, Fraction):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return f"{exact:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


class BypassOut(Out):
    """That a loan may pass without a report: who said so, why, when."""

    report: str
    by_id: str | None
    reason: str
    at: str

    @classmethod
    def of(cls, bypass: Bypass) -> "BypassOut":
        return cls(
            report=bypass.source.value,
            by_id=None if bypass.by.id is None else str(bypass.by.id),
            reason=bypass.reason,
            at=instant(bypass.at),
        )


class DecisionOut(Out):
    """
    Why a loan was decided as it was. *isReproduced*: judging the kept facts by the kept policy again gave the very same bits.

    *score* is per cent of the points; null where a rule rejected before the evaluation.
    """

    id: str
    loan_id: str
    loan_version: int
    outcome: str
    score: int | None
    reasons: list[str]
    rules: list[VerdictOut]
    items: list[VerdictOut]
    bypasses: list[BypassOut]
    rule_set_version: int
    evaluation_version: int
    language_version: int
    catalogue_version: int
    policy_digest: str
    report_sha256: str
    decided_at: str
    decided_by: str
    is_reproduced: bool

    @classmethod
    def of(cls, explained: Explained) -> "DecisionOut":
        decision = explained.decision
        policy, judgement = decision.policy, decision.judgement
        rules: Mapping[str, Criterion] = {rule.code: rule for rule in policy.rule_set.rules}
        items: Mapping[str, Criterion] = {item.criterion.code: item.criterion for item in policy.evaluation.items}
        return cls(
            id=str(decision.id),
            loan_id=str(decision.loan_id),
            loan_version=decision.loan_version,
            outcome=judgement.outcome.value,
            score=judgement.score,
            reasons=list(judgement.reasons),
            rules=[VerdictOut.of(verdict, rules[verdict.code]) for verdict in judgement.rules],
            items=[VerdictOut.of(verdict, items[verdict.code]) for verdict in judgement.items],
            bypasses=[BypassOut.of(bypass) for bypass in explained.bypasses],
            rule_set_version=policy.rule_set_version,
            evaluation_version=policy.evaluation_version,
            language_version=policy.language,
            catalogue_version=policy.catalogue,
            policy_digest=decision.policy_digest,
            report_sha256=decision.report_sha256,
            decided_at=instant(decision.decided_at),
            decided_by=decision.by.name or decision.by.kind.value,
            is_reproduced=explained.is_reproduced,
        )


class EvaluatedOut(Out):
    """What a new evaluation came to; *state* FETCHING_REPORT where a credit report is fetched first, and the decision follows."""

    state: Literal["DECIDED", "FETCHING_REPORT"]
    decision_id: str | None
    outcome: str | None


class BypassIn(In):
    """Which reports a loan may pass without, and why."""

    reports: Annotated[
        list[Literal["CREDIT_REPORT", "BANK_STATEMENT", "EMPLOYMENT"]], msgspec.Meta(min_length=1, max_length=3)
    ]
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=500)]

    def sources(self) -> list[Source]:
        """Return the sources that are meant."""
        return [Source(report) for report in self.reports]


class BypassesOut(Out):
    """All bypasses of a loan, oldest first."""

    items: list[BypassOut]
