"""The laws of tests/fuzz/laws.py under hypothesis: terms of every convention, lives drawn and shrunk by it."""

from random import Random

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, assume, event, given, settings

from los_domain.repayment import (
    ImpossibleTerms,
    ImpossibleTransaction,
    Terms,
    Transaction,
    TransactionKind,
    advance,
    fold,
    schedule,
)
from tests.fuzz.laws import check
from tests.fuzz.stories import Story, any_account_terms, conventions_of
from tests.repayment.strategies import terms as any_terms

# a story is drawn from one Random: shrinking it gains nothing and takes minutes
QUICK = settings(deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@settings(QUICK, max_examples=150)
@given(st.randoms(use_true_random=False))
def test_every_law_holds_after_every_step(rng: Random):
    story = Story(rng)
    for name in conventions_of(story.terms):
        event(name)
    _live(story, rng)


@settings(QUICK, max_examples=150, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(any_terms(), st.randoms(use_true_random=False))
def test_every_law_holds_under_any_terms(terms: Terms, rng: Random):
    try:
        schedule(terms)
    except ImpossibleTerms:
        assume(False)
    assume(len(terms.disbursements) == 1)
    _live(Story(rng, any_account_terms(rng, terms)), rng)


def _live(story: Story, rng: Random) -> None:
    first = story.opening()
    account = advance(fold(story.terms, (), first.value_on), first)
    story.keep(first)
    for _ in range(rng.randrange(1, 10)):
        following = story.next(account)
        try:
            account = advance(account, following)
        except (ImpossibleTransaction, ImpossibleTerms):
            continue
        story.keep(following)
    check(account, story.entered, rng)


@settings(QUICK, max_examples=100)
@given(st.randoms(use_true_random=False))
def test_a_payment_and_its_reversal_never_happened(rng: Random):
    story = Story(rng)
    first = story.opening()
    account = advance(fold(story.terms, (), first.value_on), first)
    story.keep(first)
    for _ in range(rng.randrange(1, 8)):
        following = story.next(account)
        try:
            account = advance(account, following)
        except (ImpossibleTransaction, ImpossibleTerms):
            continue
        story.keep(following)
    without = fold(story.terms, story.entered, account.on)
    number = len(story.entered) + 100
    on = story.entered[0].value_on if rng.random() < 0.5 else account.on
    paid = story._made(TransactionKind.PAYMENT, on, without.disbursed)
    paid = Transaction(
        id=paid.id.__class__(int=number), kind=paid.kind, value_on=on, sequence=number, amount=paid.amount
    )
    undo = Transaction(
        id=paid.id.__class__(int=number + 1),
        kind=TransactionKind.REVERSAL,
        value_on=account.on,
        sequence=number + 1,
        reverses=paid.id,
    )
    assert fold(story.terms, [*story.entered, paid, undo], account.on) == without
