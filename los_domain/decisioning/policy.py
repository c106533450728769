"""
Judging: every rule is looked at, then the evaluation, and the worst effect decides. Pure, and the same bits every time.

Conditions are compiled once for a policy; ``judge`` then only reads facts.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

import attrs

from los_domain.decisioning.catalogue import CATALOGUE, Source, Value
from los_domain.decisioning.language import LANGUAGES, BadCondition, Condition, compiled
from los_domain.decisioning.model import (
    Criterion,
    Decision,
    Effect,
    Evaluation,
    Item,
    Judgement,
    Outcome,
    Policy,
    Result,
    RuleSet,
    Verdict,
)
from los_domain.shared.errors import FieldProblem, Invalid

FORM: Final = "judgement/1"
MOST_CRITERIA = 300


# -- checking what staff write -----------------------------------------------------------------------------------------


def checked_rules(rules: RuleSet) -> RuleSet:
    """Return *rules*. Raises Invalid with every problem of every rule."""
    _refuse([*_problems("rules", rules.rules)])
    return rules


def checked_evaluation(evaluation: Evaluation) -> Evaluation:
    """Return *evaluation*. Raises Invalid with every problem of every item."""
    found = [*_problems("items", [item.criterion for item in evaluation.items])]
    found += [
        FieldProblem(f"items[{number}].weight", "should be a number of points", "1 to 1000")
        for number, item in enumerate(evaluation.items)
        if not 1 <= item.weight <= 1000
    ]
    if not evaluation.items:
        found.append(FieldProblem("items", "should hold at least one item"))
    if not 0 <= evaluation.reject_below <= evaluation.approve_from <= 100:
        found.append(FieldProblem("approveFrom", "should not be below rejectBelow", "both 0 to 100"))
    _refuse(found)
    return evaluation


def _refuse(problems: list[FieldProblem]) -> None:
    if problems:
        raise Invalid(*problems)


def _problems(field: str, criteria: Iterable[Criterion]) -> Iterable[FieldProblem]:
    seen: set[str] = set()
    for number, each in enumerate(criteria):
        where = f"{field}[{number}]"
        if number == MOST_CRITERIA:
            yield FieldProblem(field, "holds too many", f"at most {MOST_CRITERIA}")
            return
        if each.code in seen:
            yield FieldProblem(f"{where}.code", f"{each.code} is there twice", "a code of its own for each")
        seen.add(each.code)
        for name in ("condition", "when"):
            text = getattr(each, name)
            if name == "when" and not text:
                continue
            try:
                compiled(text, threshold=each.threshold)
            except BadCondition as bad:
                yield FieldProblem(f"{where}.{name}", str(bad), "see the catalogue of facts")


# -- judging -----------------------------------------------------------------------------------------------------------


@attrs.frozen
class _Ready:
    criterion: Criterion
    condition: Condition
    when: Condition | None
    facts: tuple[str, ...]
    sources: frozenset[Source]
    weight: int


@attrs.frozen
class Compiled:
    """A policy, ready to judge."""

    policy: Policy
    rules: tuple[_Ready, ...]
    items: tuple[_Ready, ...]


@lru_cache(maxsize=256)
def ready(policy: Policy) -> Compiled:
    """Return *policy* compiled, in the version of the language that it was written in. Raises BadCondition."""
    compile_ = LANGUAGES[policy.language]

    def one(criterion: Criterion, weight: int) -> _Ready:
        condition = compile_(criterion.condition, threshold=criterion.threshold)
        when = compile_(criterion.when, threshold=criterion.threshold) if criterion.when else None
        read = condition.facts | (when.facts if when else frozenset())
        sources = frozenset(CATALOGUE[name].source for name in condition.facts)
        return _Ready(criterion, condition, when, tuple(sorted(read)), sources, weight)

    return Compiled(
        policy,
        tuple(one(rule, 0) for rule in policy.rule_set.rules),
        tuple(one(item.criterion, item.weight) for item in policy.evaluation.items),
    )


def judge(compiled_: Compiled, facts: Mapping[str, Value], bypassed: frozenset[Source] = frozenset()) -> Judgement:
    """
    Return what the policy makes of *facts*.

    Every rule is looked at; the evaluation only where none rejects. A criterion that reads a bypassed source is shown as it came out, and
    counts for nothing; of an evaluation's total its weight is left out.
    """
    rules = tuple(_looked_at(each, facts, bypassed) for each in compiled_.rules)
    worst = _worst(rules)
    if worst is Effect.REJECT:
        return Judgement(Outcome.REJECT, rules, (), None)
    items = tuple(_looked_at(each, facts, bypassed) for each in compiled_.items)
    outcome = _by_score(items, compiled_.policy.evaluation)
    if worst is Effect.REVIEW and outcome is Outcome.APPROVE:
        outcome = Outcome.REVIEW
    return Judgement(outcome, rules, items, _score(items))


def _looked_at(each: _Ready, facts: Mapping[str, Value], bypassed: frozenset[Source]) -> Verdict:
    criterion = each.criterion
    effect: Effect | None = None
    if each.when is not None and each.when.run(facts) is False:
        result = Result.NOT_APPLICABLE
    else:
        holds = each.condition.run(facts)
        if holds is None:
            result, effect = Result.MISSING, criterion.if_missing
        elif holds:
            result = Result.HELD
        else:
            result, effect = Result.FAILED, criterion.effect
    return Verdict(
        code=criterion.code,
        inputs=tuple((name, facts.get(name)) for name in each.facts),
        threshold=criterion.threshold,
        result=result,
        effect=effect,
        is_bypassed=effect is not None and bool(each.sources & bypassed),
        weight=each.weight,
        points=each.weight if result in (Result.HELD, Result.NOT_APPLICABLE) else 0,
    )


def _worst(verdicts: Iterable[Verdict]) -> Effect | None:
    return max((v.counts for v in verdicts if v.counts is not None), key=lambda effect: effect.rank, default=None)


def _score(items: tuple[Verdict, ...], *, with_missing: bool = False) -> int | None:
    """Return the share of the points, per cent; *with_missing* as if what is missing were good."""
    counted = [item for item in items if not item.is_bypassed]
    most = sum(item.weight for item in counted)
    if most == 0:
        return None
    made = sum(item.weight if with_missing and item.result is Result.MISSING else item.points for item in counted)
    return 100 * made // most


def _by_score(items: tuple[Verdict, ...], evaluation: Evaluation) -> Outcome:
    """Return what the items say. Nobody is rejected by points for what is not known: then a person looks."""
    worst, score, at_best = _worst(items), _score(items), _score(items, with_missing=True)
    if worst is Effect.REJECT:
        return Outcome.REJECT
    if score is None or at_best is None:
        return Outcome.REVIEW  # nothing speaks for the loan
    if at_best < evaluation.reject_below:
        return Outcome.REJECT
    return Outcome.APPROVE if score >= evaluation.approve_from and worst is None else Outcome.REVIEW


# -- written out -------------------------------------------------------------------------------------------------------


def value_to_json(value: Value) -> Any:
    """Return a fact's value as JSON that tells its type."""
    match value:
        case None | bool() | int():
            return value
        case Fraction():
            return {"ratio": [value.numerator, value.denominator]}
        case date():
            return {"date": value.isoformat()}
        case _:
            return {"text": value}


def value_from_json(written: Any) -> Value:
    """Return the value that *written* holds."""
    match written:
        case {"ratio": [num, den]}:
            return Fraction(num, den)
        case {"date": day}:
            return date.fromisoformat(day)
        case {"text": text}:
            return str(text)
        case None | bool() | int():
            return written
    raise ValueError("this is no fact's value")


def facts_to_json(facts: Mapping[str, Value]) -> dict[str, Any]:
    """Return *facts* as JSON values."""
    return {name: value_to_json(value) for name, value in facts.items()}


def facts_from_json(written: Mapping[str, Any]) -> dict[str, Value]:
    """Return the facts that *written* holds."""
    return {name: value_from_json(value) for name, value in written.items()}


def bits_of(judgement: Judgement) -> bytes:
    """Return *judgement* written out: equal judgements are equal bytes, on every machine and in every release."""
    written = {
        "form": FORM,
        "outcome": judgement.outcome.value,
        "score": judgement.score,
        "rules": [_verdict_to_json(verdict) for verdict in judgement.rules],
        "items": [_verdict_to_json(verdict) for verdict in judgement.items],
    }
    return _canonical(written)


def _canonical(written: Any) -> bytes:
    return json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "code": verdict.code,
        "inputs": [[name, value_to_json(value)] for name, value in verdict.inputs],
        "threshold": verdict.threshold,
        "result": verdict.result.value,
        "effect": verdict.effect.value if verdict.effect else None,
        "bypassed": verdict.is_bypassed,
        "weight": verdict.weight,
        "points": verdict.points,
    }


def judgement_of(bits: bytes) -> Judgement:
    """Return the judgement that *bits* write out. Raises ValueError for another form."""
    written = json.loads(bits)
    if written.get("form") != FORM:
        raise ValueError("this is no judgement of ours")
    rules, items = (tuple(_verdict_from_json(each) for each in written[part]) for part in ("rules", "items"))
    return Judgement(Outcome(written["outcome"]), rules, items, written["score"])


def _verdict_from_json(written: Mapping[str, Any]) -> Verdict:
    return Verdict(
        code=written["code"],
        inputs=tuple((name, value_from_json(value)) for name, value in written["inputs"]),
        threshold=written["threshold"],
        result=Result(written["result"]),
        effect=None if written["effect"] is None else Effect(written["effect"]),
        is_bypassed=written["bypassed"],
        weight=written["weight"],
        points=written["points"],
    )


def policy_to_json(policy: Policy) -> dict[str, Any]:
    """Return *policy* as JSON values."""
    return {
        "rule_set": [_criterion_to_json(rule) for rule in policy.rule_set.rules],
        "rule_set_version": policy.rule_set_version,
        "items": [
            {"weight": item.weight, "criterion": _criterion_to_json(item.criterion)} for item in policy.evaluation.items
        ],
        "approve_from": policy.evaluation.approve_from,
        "reject_below": policy.evaluation.reject_below,
        "evaluation_version": policy.evaluation_version,
        "language": policy.language,
        "catalogue": policy.catalogue,
    }


def policy_from_json(written: Mapping[str, Any]) -> Policy:
    """Return the policy that *written* holds."""
    return Policy(
        rule_set=RuleSet(tuple(_criterion_from_json(rule) for rule in written["rule_set"])),
        rule_set_version=written["rule_set_version"],
        evaluation=Evaluation(
            tuple(
                Item(criterion=_criterion_from_json(item["criterion"]), weight=item["weight"])
                for item in written["items"]
            ),
            written["approve_from"],
            written["reject_below"],
        ),
        evaluation_version=written["evaluation_version"],
        language=written["language"],
        catalogue=written["catalogue"],
    )


def _criterion_to_json(criterion: Criterion) -> dict[str, str]:
    plain = attrs.asdict(criterion)
    return plain | {"effect": criterion.effect.value, "if_missing": criterion.if_missing.value}


def _criterion_from_json(written: Mapping[str, str]) -> Criterion:
    texts: dict[str, Any] = dict(written)
    return Criterion(**(texts | {name: Effect(written[name]) for name in ("effect", "if_missing")}))


def digest_of(policy: Policy) -> str:
    """Return the SHA-256 of *policy*: a decision names by it what it was made by."""
    return sha256(_canonical(policy_to_json(policy))).hexdigest()


def replayed(decision: Decision) -> Judgement:
    """Judge again on the facts and the policy that *decision* kept."""
    return judge(ready(decision.policy), decision.facts, decision.bypassed)


def is_reproduced(decision: Decision) -> bool:
    """Return whether judging again gives the very bits that were kept."""
    return bits_of(replayed(decision)) == decision.bits
