"""The table of who acts on which event."""

from typing import ClassVar
from uuid import UUID

import attrs
import pytest

from los_domain.shared.events import Event
from los_domain.shared.inbox import WebhookReceived
from los_worker.shared.subscription import AnySubscription, Subscription
from los_worker.subscriptions import TABLE, Table


@attrs.frozen
class Spoken(Event):
    topic: ClassVar[str] = "test.spoken"
    id: UUID
    vendor: str = ""


@attrs.frozen
class SpokenElsewhere(Event):
    topic: ClassVar[str] = "test.spoken"
    id: UUID


def one(
    consumer: str, *, event: type[Event] = Spoken, queue: str = "loans", only: dict[str, str] | None = None
) -> AnySubscription:
    return Subscription(event=event, consumer=consumer, queue=queue, run=lambda *_: None, only=only or {})


def test_each_subscriber_of_a_topic_hears_it() -> None:
    table = Table.of([one("a.b"), one("c.d", queue="messages"), one("e.f", only={"vendor": "RAZORPAY"})])
    assert table.hearing("test.spoken", {"id": "1", "vendor": "SIGNZY"}) == [("a.b", "loans"), ("c.d", "messages")]
    assert [consumer for consumer, _ in table.hearing("test.spoken", {"id": "1", "vendor": "RAZORPAY"})] == [
        "a.b",
        "c.d",
        "e.f",
    ]
    assert table.hearing("nobody.listens", {}) == []


@pytest.mark.parametrize(
    ("subscriptions", "why"),
    [
        ([one("a.b"), one("a.b", queue="messages")], "two consumers are called a.b"),
        ([one("a.b", queue="nowhere")], "no queue"),
        ([one("a.b"), one("c.d", event=SpokenElsewhere)], "two classes"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(subscriptions: list[AnySubscription], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Table.of(subscriptions)


# Consumers' names are stored beside what they did: renaming one makes it do everything of the last days again. Typed by hand.
STABLE = {
    "audit.copy",
    "banking.fetch-statement",
    "banking.follow-penny",
    "banking.send-statement",
    "bureau.pull-report",
    "customers.check-employment",
    "jobs.run",
    "kyc.verify-pan",
    "loans.start-review",
    "messaging.receipts-brevo",
    "messaging.receipts-gupshup",
    "messaging.receipts-msg91",
    "messaging.receipts-sendgrid",
    "messaging.receipts-smsgatewayhub",
    "messaging.receipts-zeptomail",
    "messaging.send",
    "messaging.send-certificate",
    "messaging.send-code",
    "messaging.tell-disbursed",
    "messaging.tell-overdue",
    "messaging.tell-received",
    "messaging.tell-rejected",
    "messaging.tell-sanctioned",
    "messaging.tell-signed",
    "messaging.tell-to-sign",
    "payments.apply-razorpay",
    "payments.open-order",
    "payments.send-refund",
}


def test_no_consumer_lost_its_name() -> None:
    assert set(TABLE.by_consumer) >= STABLE


def test_a_webhook_is_for_those_who_know_its_vendor() -> None:
    careless = [one.consumer for one in TABLE.by_topic[WebhookReceived.topic] if "vendor" not in one.only]
    assert not careless, f"{careless} would be given the webhooks of every vendor"
