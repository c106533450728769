"""Judging: every rule is looked at, the worst effect decides, and the same facts give the same bits."""

import random
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from los_domain.decisioning import defaults
from los_domain.decisioning.catalogue import CATALOGUE, CATALOGUE_VERSION, Kind, Source
from los_domain.decisioning.language import LANGUAGE_VERSION
from los_domain.decisioning.model import (
    Criterion,
    Decision,
    Effect,
    Evaluation,
    Item,
    Outcome,
    Policy,
    Result,
    RuleSet,
)
from los_domain.decisioning.policy import (
    bits_of,
    checked_evaluation,
    checked_rules,
    digest_of,
    facts_from_json,
    facts_to_json,
    is_reproduced,
    judge,
    judgement_of,
    policy_from_json,
    policy_to_json,
    ready,
)
from los_domain.shared.actor import Actor
from los_domain.shared.errors import Invalid
from los_domain.shared.ids import CustomerId, LoanId

DEFAULT = Policy(defaults.RULES, 0, defaults.EVALUATION, 0, LANGUAGE_VERSION, CATALOGUE_VERSION)
GOOD: dict[str, Any] = {
    "bureau.score_available": True,
    "bureau.score": 780,
    "bureau.ntc": False,
    "bureau.accounts_written_off": 0,
    "bureau.accounts_settled": 0,
    "bureau.months_60plus_12m": 0,
    "bureau.months_30plus_12m": 0,
    "bureau.overdue_total_excl_written_off": 0,
    "bureau.active_unsecured_loans": 1,
    "bureau.active_short_term_pl": 0,
    "bureau.unsecured_enquiries_90d": 1,
    "bureau.doubts": 0,
    "applicant.foir_pct": Fraction(305, 10),
    "employment.verified": True,
    "statement.avg_eod_balance_6m": 20_000_00,
    "statement.inward_bounces_3m": 0,
    "history.loans_failed": 0,
    "history.loans_overdue": 0,
    "application.steps_missing": 0,
}


@pytest.mark.parametrize(
    ("changed", "outcome", "score", "reasons"),
    [
        ({}, "APPROVE", 100, ()),
        ({"bureau.score": 650}, "APPROVE", 70, ()),
        ({"bureau.score": 649}, "REJECT", None, ("MINIMUM_SCORE",)),
        ({"bureau.accounts_written_off": 1}, "REJECT", None, ("WRITTEN_OFF",)),
        (
            {"bureau.accounts_written_off": 1, "bureau.months_60plus_12m": 2, "bureau.score": 500},
            "REJECT",
            None,
            ("MINIMUM_SCORE", "WRITTEN_OFF", "DPD_60_PLUS"),
        ),
        ({"bureau.accounts_settled": 1}, "REVIEW", 100, ("SETTLED",)),
        ({"bureau.score": None, "bureau.score_available": False, "bureau.ntc": True}, "REVIEW", 70, ("NEW_TO_CREDIT",)),
        ({"bureau.score": None, "bureau.score_available": False}, "REVIEW", 70, ("SCORE_WITHHELD",)),
        ({"bureau.doubts": 1}, "REVIEW", 100, ("REPORT_IN_DOUBT",)),
        ({"employment.verified": False, "applicant.foir_pct": 51}, "REVIEW", 60, ()),
        ({"bureau.score": 660, "applicant.foir_pct": 51, "employment.verified": False}, "REJECT", 30, ()),
        ({"bureau.score": 660, "applicant.foir_pct": 51, "employment.verified": None}, "REVIEW", 30, ()),  # not known
        ({"applicant.foir_pct": None}, "REVIEW", 75, ("INCOME_TO_LOAN",)),
        ({"history.loans_failed": 1}, "REJECT", 90, ("EARLIER_LOANS",)),
        ({"statement.avg_eod_balance_6m": None}, "APPROVE", 90, ()),
    ],
)
def test_what_the_first_policy_makes_of_facts(
    changed: dict[str, Any], outcome: str, score: int | None, reasons: tuple[str, ...]
) -> None:
    judgement = judge(ready(DEFAULT), GOOD | changed)
    assert (judgement.outcome.value, judgement.score, judgement.reasons) == (outcome, score, reasons)


def test_every_rule_is_looked_at_whatever_the_others_say() -> None:
    judgement = judge(ready(DEFAULT), GOOD | {"bureau.score": 300})
    assert [verdict.code for verdict in judgement.rules] == [rule.code for rule in defaults.RULES.rules]
    shown = {verdict.code: verdict for verdict in judgement.rules}
    assert shown["MINIMUM_SCORE"].inputs == (("bureau.score", 300), ("bureau.score_available", True))
    assert shown["MINIMUM_SCORE"].threshold == "650"
    assert shown["WRITTEN_OFF"].result is Result.HELD
    assert judgement.items == ()


def test_without_a_report_nobody_passes() -> None:
    facts = {name: value for name, value in GOOD.items() if not name.startswith("bureau.")}
    judgement = judge(ready(DEFAULT), facts)
    assert judgement.outcome is Outcome.REVIEW
    assert {verdict.result for verdict in judgement.rules} == {Result.MISSING}


def test_a_bypassed_report_counts_for_nothing_and_is_shown() -> None:
    facts = {name: value for name, value in GOOD.items() if not name.startswith(("bureau.", "applicant."))}
    judgement = judge(ready(DEFAULT), facts, frozenset({Source.CREDIT_REPORT}))
    assert (judgement.outcome, judgement.score) == (Outcome.APPROVE, 100)  # of the items that are left
    assert all(verdict.is_bypassed for verdict in judgement.rules)
    assert judgement.reasons == ()


def test_nothing_to_score_is_for_a_person() -> None:
    soft = Item(criterion=Criterion(code="A", condition="bureau.ntc", text="", effect=Effect.FLAG), weight=1)
    policy = attrs.evolve(DEFAULT, rule_set=RuleSet(), evaluation=Evaluation((soft,)))
    assert judge(ready(policy), {}, frozenset({Source.CREDIT_REPORT})).outcome is Outcome.REVIEW


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Criterion(code="A", condition="bureau.scor > 1", text=""), "rules[0].condition"),
        (Criterion(code="A", condition="bureau.ntc", when="bureau.score", text=""), "rules[0].when"),
    ],
)
def test_a_bad_rule_is_refused_when_saved(rule: Criterion, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_rules(RuleSet((rule,)))
    assert [problem.field for problem in refused.value.problems] == [field]


def test_codes_are_unique() -> None:
    rule = Criterion(code="A", condition="bureau.ntc", text="")
    with pytest.raises(Invalid, match="twice"):
        checked_rules(RuleSet((rule, rule)))


@pytest.mark.parametrize("changed", [{"approve_from": 39}, {"items": ()}, {"approve_from": 101}])
def test_a_bad_evaluation_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        checked_evaluation(attrs.evolve(defaults.EVALUATION, **changed))


def test_the_first_policy_is_good() -> None:
    checked_rules(defaults.RULES)
    checked_evaluation(defaults.EVALUATION)
    assert sum(item.weight for item in defaults.EVALUATION.items) == 100


def _value(kind: Kind) -> st.SearchStrategy[Any]:
    return {
        Kind.NUMBER: st.integers(-5, 900) | st.fractions(0, 100),
        Kind.MONEY: st.integers(-5, 10**9),
        Kind.TRUTH: st.booleans(),
        Kind.TEXT: st.sampled_from(["hit", "verified", "", "Ä ü"]),
        Kind.DATE: st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    }[kind]


some_facts = st.fixed_dictionaries({name: st.none() | _value(fact.kind) for name, fact in CATALOGUE.items()})
some_sources = st.frozensets(st.sampled_from([Source.CREDIT_REPORT, Source.BANK_STATEMENT, Source.EMPLOYMENT]))


@given(some_facts, some_sources)
def test_a_decision_is_replayed_bit_for_bit(facts: dict[str, Any], bypassed: frozenset[Source]) -> None:
    judgement = judge(ready(DEFAULT), facts, bypassed)
    kept = facts_from_json(facts_to_json(facts))
    policy = policy_from_json(policy_to_json(DEFAULT))
    assert policy == DEFAULT
    assert judgement_of(bits_of(judgement)) == judgement
    decision = Decision(
        id=UUID(int=1),
        loan_id=LoanId(UUID(int=2)),
        customer_id=CustomerId(UUID(int=3)),
        loan_version=1,
        judgement=judgement,
        facts=kept,
        bypassed=bypassed,
        policy=policy,
        policy_digest=digest_of(policy),
        bits=bits_of(judgement),
        pull_id=None,
        report_sha256="",
        decided_at=datetime(2026, 11, 23, tzinfo=UTC),
        by=Actor.system("test"),
    )
    assert is_reproduced(decision)
    assert not is_reproduced(attrs.evolve(decision, bits=decision.bits + b" "))


@given(some_facts, st.randoms())
def test_the_order_of_rules_changes_no_outcome(facts: dict[str, Any], chance: random.Random) -> None:
    rules, items = list(defaults.RULES.rules), list(defaults.EVALUATION.items)
    chance.shuffle(rules)
    chance.shuffle(items)
    shuffled = attrs.evolve(
        DEFAULT, rule_set=RuleSet(tuple(rules)), evaluation=attrs.evolve(defaults.EVALUATION, items=tuple(items))
    )
    one, other = judge(ready(DEFAULT), facts), judge(ready(shuffled), facts)
    assert (one.outcome, one.score, set(one.reasons)) == (other.outcome, other.score, set(other.reasons))


@given(some_facts)
def test_every_reason_is_a_criterion_that_did_not_hold(facts: dict[str, Any]) -> None:
    judgement = judge(ready(DEFAULT), facts)
    results = {verdict.code: verdict.result for verdict in judgement.verdicts}
    assert all(results[code] in (Result.FAILED, Result.MISSING) for code in judgement.reasons)


RANK = {Outcome.APPROVE: 0, Outcome.REVIEW: 1, Outcome.REJECT: 2}
WORSE = (
    "bureau.accounts_written_off",
    "bureau.months_60plus_12m",
    "bureau.months_30plus_12m",
    "bureau.accounts_settled",
)


@given(some_facts, st.sampled_from(WORSE), st.integers(1, 20))
def test_more_lateness_never_helps(facts: dict[str, Any], name: str, more: int) -> None:
    if facts[name] is None:
        return
    worse = facts | {name: facts[name] + more}
    assert RANK[judge(ready(DEFAULT), worse).outcome] >= RANK[judge(ready(DEFAULT), facts).outcome]
