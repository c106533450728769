"""What banking tells others, and itself through the queue."""

from typing import ClassVar
from uuid import UUID

import attrs

from los_domain.shared.events import Event
from los_domain.shared.ids import BankAccountId, CustomerId


@attrs.frozen
class PennyOnItsWay(Event):
    """A penny was sent and its end is not known yet: somebody has to ask."""

    topic: ClassVar[str] = "banking.penny-on-its-way"
    account_id: BankAccountId


@attrs.frozen
class AccountProved(Event):
    """It is known whether an account is the customer's."""

    topic: ClassVar[str] = "banking.account-proved"
    customer_id: CustomerId
    account_id: BankAccountId
    proof: str


@attrs.frozen
class StatementQueued(Event):
    """A statement waits to be sent to the analyser."""

    topic: ClassVar[str] = "banking.statement-queued"
    statement_id: UUID


@attrs.frozen
class StatementSent(Event):
    """The analyser has a statement and works on it."""

    topic: ClassVar[str] = "banking.statement-sent"
    statement_id: UUID


@attrs.frozen
class StatementSettled(Event):
    """A statement's analysis ended, one way or the other."""

    topic: ClassVar[str] = "banking.statement-settled"
    customer_id: CustomerId
    statement_id: UUID
    state: str
