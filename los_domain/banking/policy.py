"""What a penny drop proves, when another may be sent, and what of a statement's analysis is taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs

from los_domain.banking.model import AccountProof, AccountState, BankAccount, PennyDropResult
from los_domain.kyc.policy import NameBands, NameVerdict, match_names, name_words
from los_domain.shared.errors import Conflict, TooMany
from los_domain.shared.ids import ProviderId

ANSWER_COMES_WITHIN = timedelta(seconds=60)
"""A request that sends a penny has its answer by then; an older CHECKING without a handle was cut short by a crash."""

GIVES_UP_AFTER = timedelta(hours=2)
"""How long workers go on asking what became of a penny, or whether a statement is analysed."""

PENNIES_A_DAY = 5
"""Penny drops for one customer in 24 hours: each costs a rupee and a fee."""

MOST_ACCOUNTS = 5

REASONS = {
    "ACCOUNT_INVALID": "the bank knows no such account, or it is closed: check number and IFSC",
    "NAME_MISMATCH": "the account's holder has another name than you",
    "NAME_DIFFERS": "the account's holder has a name that is only like yours: we look at it",
    "NAME_UNKNOWN": "the bank did not tell whose account it is: we look at it",
    "NO_ANSWER": "the bank does not answer now: try again later",
}
"""Why an account is not proved, in words that its customer may read."""


def refuse_penny(account: BankAccount, others: Sequence[BankAccount], *, now: datetime) -> None:
    """Raise Conflict where no penny is to be sent to *account* now, TooMany where its customer had too many. *others* include it."""
    if account.proof is AccountProof.VERIFIED:
        raise Conflict("this account is verified already")
    if is_on_its_way(account, now=now):
        raise Conflict("a penny is on its way to this account: ask again shortly")
    recent = [at for each in others for at in each.sent_at if at > now - timedelta(hours=24)]
    if len(recent) >= PENNIES_A_DAY:
        opens = min(recent) + timedelta(hours=24) - now
        raise TooMany(
            "too many accounts were checked today: try again tomorrow",
            retry_after_seconds=max(1, -(-opens // timedelta(seconds=1))),
        )


def is_on_its_way(account: BankAccount, *, now: datetime) -> bool:
    """Return whether a penny was sent whose end somebody still learns."""
    if account.proof is not AccountProof.CHECKING:
        return False
    return bool(account.handle) or (account.checked_at is not None and now < account.checked_at + ANSWER_COMES_WITHIN)


def sent(account: BankAccount, *, at: datetime) -> BankAccount:
    """Return *account* with a penny on its way."""
    recent = tuple(each for each in account.sent_at if each > at - timedelta(hours=24))
    return attrs.evolve(
        account,
        proof=AccountProof.CHECKING,
        checked_at=at,
        sent_at=(*recent, at),
        why="",
        name_at_bank="",
        name_score=None,
        handle="",
    )


def waits(account: BankAccount, *, provider: ProviderId, handle: str) -> BankAccount:
    """Return *account* whose penny's end is asked for by *handle*."""
    return attrs.evolve(account, provider=provider, handle=handle)


def is_given_up(account: BankAccount, *, now: datetime) -> bool:
    """Return whether whoever took the penny had time enough to say what became of it."""
    return account.checked_at is None or account.checked_at + GIVES_UP_AFTER <= now


def unanswered(account: BankAccount) -> BankAccount:
    """Return *account* after nobody said what became of the penny: it proves nothing, and another may be sent."""
    return attrs.evolve(account, proof=AccountProof.NONE, why="NO_ANSWER", handle="")


def refused(account: BankAccount) -> BankAccount:
    """Return *account* after the bank said that no such account takes money."""
    return attrs.evolve(account, proof=AccountProof.FAILED, why="ACCOUNT_INVALID", handle="", is_primary=False)


def judged(account: BankAccount, result: PennyDropResult, *, name: str, bands: NameBands) -> BankAccount:
    """
    Return *account* after the bank's word on it, given the customer's proved *name*.

    A name that only resembles hers, or none at all, goes to a person: a bank cuts and turns names, so a doubt declines nobody. The name
    that a person took for hers before is taken again.
    """
    if result.state is AccountState.INVALID:
        return refused(account)
    if not result.name_at_bank.strip():
        return attrs.evolve(account, proof=AccountProof.REVIEW, why="NAME_UNKNOWN", handle="")
    score = match_names(name, result.name_at_bank).score
    is_accepted = account.accepted_name != "" and name_words(account.accepted_name) == name_words(result.name_at_bank)
    verdict = NameVerdict.MATCH if is_accepted else bands.verdict(score)
    proof, why = {
        NameVerdict.MATCH: (AccountProof.VERIFIED, ""),
        NameVerdict.REVIEW: (AccountProof.REVIEW, "NAME_DIFFERS"),
        NameVerdict.MISMATCH: (AccountProof.FAILED, "NAME_MISMATCH"),
    }[verdict]
    is_primary = account.is_primary and proof is not AccountProof.FAILED
    return attrs.evolve(
        account,
        proof=proof,
        why=why,
        handle="",
        name_at_bank=result.name_at_bank,
        name_score=score,
        is_primary=is_primary,
    )


def accepted(account: BankAccount) -> BankAccount:
    """Return *account* after a person of the lender took it for the customer's. Raises Conflict unless a person was to look at it."""
    _refuse_unless_looked_at(account)
    return attrs.evolve(account, proof=AccountProof.VERIFIED, why="", accepted_name=account.name_at_bank)


def declined(account: BankAccount) -> BankAccount:
    """Return *account* after a person of the lender took it for another's. Raises Conflict unless a person was to look at it."""
    _refuse_unless_looked_at(account)
    return attrs.evolve(account, proof=AccountProof.FAILED, why="NAME_MISMATCH", is_primary=False)


def _refuse_unless_looked_at(account: BankAccount) -> None:
    if account.proof is not AccountProof.REVIEW:
        raise Conflict(f"the account is {account.proof.value}: nobody has to look at it")


def primary_after(accounts: Sequence[BankAccount], chosen: BankAccount) -> tuple[BankAccount, ...]:
    """Return those of *accounts* that change when *chosen* becomes the one that is paid. Raises Conflict unless it is VERIFIED."""
    if chosen.proof is not AccountProof.VERIFIED:
        raise Conflict("only a verified account can be the one that loans are paid to")
    return tuple(
        attrs.evolve(each, is_primary=each.id == chosen.id)
        for each in accounts
        if each.is_primary is not (each.id == chosen.id)
    )
