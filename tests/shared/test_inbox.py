"""Webhooks are kept once, sealed, and stamped in the transaction of their effect; references tell whose they are."""

import attrs
import pytest
import sqlalchemy as sa

from los_adapters.bootstrap import Application
from los_domain.shared.actor import Actor, BrandScope, PlatformScope
from los_domain.shared.errors import NotFound
from los_domain.shared.ids import ProviderId
from los_domain.shared.inbox import Webhook, WebhookReceived
from los_worker.shared.handler import Handler
from los_worker.shared.subscription import Subscription
from los_worker.subscriptions import Table
from tests.services import DatabaseUrls, SomeBrand, a_lender_and_brand

RAZORPAY = PlatformScope(Actor.vendor("RAZORPAY"), "request-1")


@pytest.fixture
def brand(application: Application) -> SomeBrand:
    return a_lender_and_brand(application)


@pytest.fixture
def owner(database_urls: DatabaseUrls) -> sa.Engine:
    return sa.create_engine(database_urls.owner.replace("postgresql://", "postgresql+psycopg://"))


def captured(brand: SomeBrand, event_id: str = "evt_1", **changes: object) -> Webhook:
    webhook = Webhook(
        "RAZORPAY",
        event_id,
        "payment.captured",
        brand.id,
        ProviderId(brand.id),
        b'{"payload": {"contact": "+919876543210"}}',
        {"x-razorpay-event-id": event_id},
    )
    return attrs.evolve(webhook, **changes)


def value(owner: sa.Engine, statement: str) -> object:
    with owner.connect() as connection:
        return connection.exec_driver_sql(statement).scalar()


def test_kept_once_however_often_it_is_sent(application: Application, brand: SomeBrand, owner: sa.Engine) -> None:
    assert application.receive_webhook(RAZORPAY, captured(brand)) is True
    assert application.receive_webhook(RAZORPAY, captured(brand, body=b"other")) is False
    assert application.receive_webhook(RAZORPAY, captured(brand, "evt_2")) is True
    assert application.receive_webhook(RAZORPAY, captured(brand, vendor="SIGNZY")) is True
    assert value(owner, "select count(*) from inbox") == 3
    assert value(owner, "select count(*) from outbox where topic = 'inbox.received'") == 3
    assert value(owner, f"select count(*) from outbox where brand_id = '{brand.id}'") == 3


def test_read_as_it_came_and_sealed_at_rest(application: Application, brand: SomeBrand, owner: sa.Engine) -> None:
    application.receive_webhook(RAZORPAY, captured(brand))
    inbox_id = value(owner, "select id from inbox")
    read = application.read_webhook(inbox_id)
    assert read.received_at is not None
    assert attrs.evolve(read, received_at=None) == captured(brand)
    assert value(owner, "select position('9876543210'::bytea in body) from inbox") == 0
    assert value(owner, "select left(purpose, 8) from platform_keys where purpose like 'inbox%%'") == "inbox:20"
    with pytest.raises(NotFound):
        application.read_webhook(application.core.ids.new())


def test_stamped_by_the_transaction_of_the_effect(application: Application, brand: SomeBrand, owner: sa.Engine) -> None:
    def take(application: Application, scope: BrandScope, event: WebhookReceived) -> None:
        webhook = application.read_webhook(event.inbox_id)
        with application.core.postgres.begin(scope) as work:
            work.inbox.handled(event.inbox_id, webhook.event)
            work.finish(None)

    table = Table.of(
        [
            Subscription(WebhookReceived, "payments.webhook", "webhooks", take, {"vendor": "RAZORPAY"}),
            Subscription(WebhookReceived, "agreements.webhook", "webhooks", take, {"vendor": "SIGNZY"}),
        ]
    )
    application.receive_webhook(RAZORPAY, captured(brand))
    application.deliveries.fan_out(table.hearing)
    (one,) = application.deliveries.claim(["webhooks"])
    assert one.consumer == "payments.webhook"
    Handler(application, table)(str(one.event_id), one.consumer)
    assert value(owner, "select result from inbox where handled_at is not null") == "payment.captured"


def test_a_reference_tells_whose_it_is(application: Application, brand: SomeBrand) -> None:
    other = a_lender_and_brand(application)
    loan, provider = application.core.ids.new(), ProviderId(application.core.ids.new())
    for _ in range(2):
        with application.core.postgres.begin(brand.scope()) as work:
            work.vendor_refs.add("RAZORPAY", "order_1", "loan", loan, provider)
            work.resources.add("loan", loan)
    with application.core.postgres.begin(other.scope()) as work:
        work.vendor_refs.add("RAZORPAY", "order_1", "loan", loan)
    found = application.belonging.candidates("RAZORPAY", "order_1")
    assert [(one.brand, one.provider, one.object_id) for one in found] == [
        (brand.id, provider, loan),
        (other.id, None, loan),
    ]
    assert application.belonging.candidates("RAZORPAY", "order_2") == ()
    assert application.belonging.brand_of("loan", loan) == brand.id
    with pytest.raises(NotFound):
        application.belonging.brand_of("loan", brand.id)
