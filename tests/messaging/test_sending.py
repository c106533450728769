"""Messages from the queue to the sandbox's outboxes and back: once, by whoever can, within permitted hours, wiped when they should be."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import httpx
import pytest
import sqlalchemy as sa

from los_adapters.messaging import tables
from los_domain.brands.model import Attempt, Subject
from los_domain.brands.providers import ProviderKind
from los_domain.brands.usecases.providers import ProviderWish
from los_domain.messaging.config import MessageTemplates, OwnText
from los_domain.messaging.model import Channel, Message, MessageStatus, Occasion
from los_domain.shared.errors import NotFound, ProviderRefused, ProviderUnavailable
from los_domain.shared.ids import AttemptId, ProviderId
from los_worker.messaging.actors import SUBSCRIPTIONS
from tests.borrowers import a_phone
from tests.connected import Connected, until
from tests.services import SettableClock
from tests.worker.events import working

VALUES: dict[Occasion, dict[str, str]] = {
    Occasion.OTP: {"code": "493027", "minutes": "5"},
    Occasion.RECEIPT: {"brand": "Aarambh", "amount": "1200.00", "loan": "AA-1", "on": "25 Nov 2026"},
    Occasion.OVERDUE: {"brand": "Aarambh", "amount": "1200.00", "loan": "AA-1", "on": "20 Nov 2026", "days": "5"},
    Occasion.NDC: {"brand": "Aarambh", "loan": "AA-1", "on": "25 Nov 2026", "hash": "ab" * 32},
}


def queue(
    house: Connected, to: str, occasion: Occasion = Occasion.RECEIPT, channel: Channel = Channel.SMS, **more: Any
) -> Message:
    with house.application.core.postgres.begin(house.brand.scope()) as work:
        return work.queue_message(
            work.messages,
            work.pages,
            work.outbox,
            occasion=occasion,
            channel=channel,
            to=to,
            values=VALUES[occasion],
            **more,
        )


def stored(house: Connected, message: Message) -> Message:
    with house.application.core.postgres.begin(house.brand.scope()) as work:
        return work.messages.get(message.id)


def is_wiped(house: Connected, message: Message) -> bool:
    with house.application.core.postgres.begin(house.brand.scope()) as work:
        row = work.context.connection.execute(
            sa.select(tables.messages.c.body, tables.messages.c.variables).where(tables.messages.c.id == message.id)
        ).one()
    return row == (None, None)


def send(house: Connected, message: Message) -> MessageStatus:
    return house.application.messaging.send(house.brand.scope(), message.id)


def test_an_sms_goes_out_once_and_its_receipt_comes_back(connected: Connected) -> None:
    phone = a_phone().value
    with working(connected.application, *SUBSCRIPTIONS):
        message = queue(connected, phone)
        until(lambda: stored(connected, message).status is MessageStatus.DELIVERED)
    (text,) = connected.texts(phone)
    assert text["text"] == "Aarambh: we received Rs.1200.00 for loan AA-1 on 25 Nov 2026. Thank you."
    assert (text["result"], text["header"]) == ("000", "LOSLOS")
    assert stored(connected, message).provider == "GUPSHUP"
    assert send(connected, message) is MessageStatus.DELIVERED, "sent before: nothing is done"
    assert len(connected.texts(phone)) == 1


def test_a_password_falls_over_to_the_second_provider_and_is_wiped(connected: Connected) -> None:
    phone = a_phone().value
    connected.sandbox.arm("gupshup", "down", match={"send_to": f"91{phone}"})
    message = queue(connected, phone, Occasion.OTP)
    assert not is_wiped(connected, message)
    assert send(connected, message) is MessageStatus.SENT
    (text,) = connected.texts(phone)
    assert text["variables"] == VALUES[Occasion.OTP]
    assert (stored(connected, message).provider, is_wiped(connected, message)) == ("MSG91", True)


# Each fault of the first gateway, and what becomes of a receipt (never doubled) and of a password (better twice than never).
@pytest.mark.parametrize(
    ("fault", "receipt", "password"),
    [
        ({"kind": "down"}, "perhaps sent, not repeated", "MSG91"),
        ({"kind": "rate_limited"}, "MSG91", "MSG91"),
        ({"kind": "server_error"}, "perhaps sent, not repeated", "MSG91"),
        ({"kind": "server_error", "status": 503}, "MSG91", "MSG91"),
        ({"kind": "garbage"}, "perhaps sent, not repeated", "MSG91"),
        ({"kind": "refuse"}, "refused recipient 105", "refused recipient 105"),
        ({"kind": "refuse", "code": "108"}, "MSG91", "MSG91"),
        ({"kind": "success_then_timeout"}, "perhaps sent, not repeated", "MSG91"),
    ],
    ids=lambda value: "-".join(str(part) for part in value.values()) if isinstance(value, dict) else None,
)
def test_a_bad_day_at_the_first_gateway(connected: Connected, fault: Any, receipt: str, password: str) -> None:
    patient(connected, "GUPSHUP", read_seconds=0.5)
    for occasion, wanted in ((Occasion.RECEIPT, receipt), (Occasion.OTP, password)):
        phone = a_phone().value
        connected.sandbox.arm("gupshup", match={"send_to": f"91{phone}"}, **fault)
        message = queue(connected, phone, occasion)
        send(connected, message)
        after = stored(connected, message)
        assert wanted in (after.provider, after.failure)
        assert (after.status is MessageStatus.SENT) is (wanted == "MSG91")
        assert len(connected.texts(phone)) <= 1 + (fault["kind"] == "success_then_timeout" and occasion is Occasion.OTP)
        switch_on(connected)


def patient(house: Connected, name: str, **settings: Any) -> None:
    """Change settings of a provider; its circuit begins anew."""
    admin, scope = house.application.brand, house.brand.scope()
    with house.application.core.postgres.begin(scope) as work:
        old = next(one for one in work.providers.all() if one.name == name)
    wish = ProviderWish(old.kind, old.name, {**old.config, **settings}, rank=old.rank)
    admin.save_provider(scope, wish, provider=old.id, version=old.version)


def switch_on(house: Connected) -> None:
    house.sandbox.http.delete("/_sandbox/faults")


def test_where_nobody_can_take_it_the_queue_tries_again(connected: Connected) -> None:
    phone = a_phone().value
    for vendor in ("gupshup", "msg91"):
        connected.sandbox.arm(vendor, "rate_limited", seconds=2)
    message = queue(connected, phone)
    with pytest.raises(ProviderUnavailable):
        send(connected, message)
    assert stored(connected, message).status is MessageStatus.QUEUED


def test_a_wrong_setting_waits_for_a_person_and_is_sent_after_it_is_mended(connected: Connected) -> None:
    phone = a_phone().value
    patient(connected, "GUPSHUP", password="wrong")
    patient(connected, "MSG91", authkey="wrong")
    message = queue(connected, phone)
    with pytest.raises(ProviderRefused):
        send(connected, message)
    assert stored(connected, message).status is MessageStatus.QUEUED
    known = next(
        one
        for one in connected.sandbox.http.get("/_sandbox/accounts").json()["items"][::-1]
        if one["vendor"] == "gupshup"
    )
    patient(connected, "GUPSHUP", password=known["password"])
    assert send(connected, message) is MessageStatus.SENT


# What became of the call before its maker was killed, and what the next one makes of it: the vendor is asked by neither.
@pytest.mark.parametrize(
    ("outcome", "status"),
    [(None, MessageStatus.FAILED), ("UNKNOWN", MessageStatus.FAILED), ("DONE", MessageStatus.SENT)],
)
def test_a_call_cut_short_is_not_made_again(connected: Connected, outcome: str | None, status: MessageStatus) -> None:
    phone = a_phone().value
    message = queue(connected, phone)
    with connected.application.core.postgres.begin(connected.brand.scope()) as work:
        work.attempts.open(
            Attempt(
                outcome=outcome,
                provider_reference="their-7" if outcome == "DONE" else "",
                id=AttemptId(UUID(int=1)),
                ref=connected.application.core.ids.vendor_ref(),
                kind=ProviderKind.SMS,
                call="send",
                provider="GUPSHUP",
                provider_id=ProviderId(UUID(int=2)),
                subject=Subject("message", message.id),
                started_at=connected.application.core.wall.now(),
            )
        )
    assert send(connected, message) is status
    assert stored(connected, message).provider_message_id == ("their-7" if outcome == "DONE" else "")
    assert connected.texts(phone) == []


def test_a_password_that_outlived_itself_is_not_sent_and_is_wiped(connected: Connected) -> None:
    phone, past = a_phone().value, connected.application.core.wall.now() - timedelta(seconds=1)
    asked, left = (queue(connected, phone, Occasion.OTP, expires_at=past) for _ in range(2))
    assert send(connected, asked) is MessageStatus.CANCELLED
    connected.application.messaging.hand_over_due(connected.brand.scope())
    assert stored(connected, left).status is MessageStatus.CANCELLED
    assert is_wiped(connected, asked)
    assert is_wiped(connected, left)
    assert connected.texts(phone) == []


def test_a_reminder_waits_for_permitted_hours(connected: Connected, clock: SettableClock) -> None:
    clock.at = datetime(2026, 11, 25, 13, 30, 1, tzinfo=UTC)  # a second past seven in the evening in India
    phone = a_phone().value
    message = queue(connected, phone, Occasion.OVERDUE)
    assert message.not_before == datetime(2026, 11, 26, 2, 30, tzinfo=UTC), "eight the next morning"
    hand_over = connected.application.messaging.hand_over_due
    assert hand_over(connected.brand.scope()) == 0
    clock.at = message.not_before
    assert hand_over(connected.brand.scope()) == 1
    assert hand_over(connected.brand.scope()) == 0, "handed over once"
    clock.at = datetime(2026, 11, 26, 13, 31, tzinfo=UTC)
    assert send(connected, message) is MessageStatus.QUEUED, "the worker came too late: tomorrow"
    clock.advance(hours=14)
    assert hand_over(connected.brand.scope()) == 1
    assert send(connected, message) is MessageStatus.SENT
    assert len(connected.texts(phone)) == 1


def test_a_mail_carries_its_file_and_its_signed_events_come_back(connected: Connected) -> None:
    key = f"{connected.brand.id}/no-dues/1".lower()
    connected.application.documents.files.put(key, b"%PDF-1.7 a paper", media_type="application/pdf")
    address = f"asha.{connected.brand.subdomain}@example.in"
    with working(connected.application, *SUBSCRIPTIONS):
        message = queue(connected, address, Occasion.NDC, Channel.EMAIL, attachments=(key,))
        until(lambda: stored(connected, message).status is MessageStatus.DELIVERED)
    (mail,) = connected.mails(address)
    assert "no-dues-certificate.pdf" in str(mail)
    assert VALUES[Occasion.NDC]["hash"] in str(mail)


def test_a_mail_whose_file_is_not_there_yet_is_tried_again(connected: Connected) -> None:
    message = queue(connected, "a@example.in", Occasion.NDC, Channel.EMAIL, attachments=(f"{connected.brand.id}/x/1",))
    with pytest.raises(NotFound):
        send(connected, message)


def test_receipts_at_an_unknown_address_or_unsigned_ones_are_refused(connected: Connected) -> None:
    with connected.application.core.postgres.begin(connected.brand.scope()) as work:
        sendgrid = next(one for one in work.providers.all() if one.name == "SENDGRID")
    where = f"{connected.url}/api/v1/webhook/messages"
    assert httpx.post(f"{where}/nowhere", json=[], trust_env=False).status_code == 404
    forged = httpx.post(f"{where}/{sendgrid.webhook_path}", json=[{"event": "delivered"}], trust_env=False)
    assert forged.status_code == 401


def test_the_brands_own_words_and_ids_are_used(connected: Connected) -> None:
    page = attrs.evolve(
        MessageTemplates(),
        sender_header="AARMBH",
        texts=(
            OwnText(
                Occasion.RECEIPT,
                Channel.SMS,
                "Paid: {amount} for {loan}, {brand} says thanks on {on}",
                dlt_template_id="1107000000000000042",
            ),
        ),
    )
    connected.application.settings.save(connected.brand.scope(), page, version=0)
    phone = a_phone().value
    send(connected, queue(connected, phone))
    (text,) = connected.texts(phone)
    assert text["text"] == "Paid: 1200.00 for AA-1, Aarambh says thanks on 25 Nov 2026"
    assert (text["header"], text["templateId"]) == ("AARMBH", "1107000000000000042")
