"""How an SMS is counted, what DLT refuses, and how far receipts move a message."""

from itertools import permutations

import pytest

from los_domain.messaging.dlt import ENTITY_ID, HEADER, TEMPLATE_ID, fits, scrub_fault
from los_domain.messaging.model import MessageStatus
from los_domain.messaging.receipts import DeliveryFault, DeliveryStatus, status_after
from los_domain.messaging.segments import is_gsm, segments

M, D = MessageStatus, DeliveryStatus


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("₹" + "a" * 69, 1),
        ("₹" + "a" * 70, 2),
        ("क" * 134, 2),
        ("क" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_parts(text: str, parts: int) -> None:
    assert segments(text) == parts


def test_alphabet() -> None:
    assert is_gsm("Rs.500 due on 5th: pay @ https://x.in/a_b?c=1 {ok}")
    assert not is_gsm("₹500")
    assert not is_gsm("it’s")
    assert not is_gsm("a\u00a0b")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Dear Asha, Rs.500 is due.", True),
        ("Dear , Rs. is due.", True),
        ("Dear Asha, Rs.500 is due", False),
        ("Dear Asha , Rs.500 is due.", True),  # the blank belongs to the variable
        ("Dear  Asha, Rs 500 is due.", False),
        ("Dear Asha, Rs.500 is due. ", False),
        ("Dear " + "a" * 30 + ", Rs.1 is due.", True),
        ("Dear " + "a" * 31 + ", Rs.1 is due.", False),
        ("Dear {#var#}, Rs.1 is due.", False),
    ],
)
def test_a_text_is_the_registered_one_or_it_is_not(text: str, holds: bool) -> None:
    assert fits("Dear {#var#}, Rs.{#var#} is due.", text) is holds


def test_forms_of_ids() -> None:
    assert ENTITY_ID.fullmatch("1101234567890123456")
    assert TEMPLATE_ID.fullmatch("1107234567890123456")
    assert not ENTITY_ID.fullmatch("1107234567890123456")
    assert not TEMPLATE_ID.fullmatch("110723456789012345")
    assert HEADER.fullmatch("LNDRCO")
    assert not HEADER.fullmatch("LNDR01")


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("600", DeliveryFault.ACCOUNT),
        ("604", DeliveryFault.ACCOUNT),
        ("605", None),
        ("611", DeliveryFault.ACCOUNT),
        ("622", DeliveryFault.TEMPLATE),
        ("623", DeliveryFault.TEMPLATE),
        ("633", DeliveryFault.TEMPLATE),
        ("634", DeliveryFault.TEMPLATE),
        ("635", DeliveryFault.CONTENT),
        ("637", DeliveryFault.TEMPLATE),
        ("650", DeliveryFault.PREFERENCE),
        ("670", DeliveryFault.TEMPORARY),
        ("000", None),
        ("", None),
        ("٦٣٣", None),
    ],
)
def test_scrubbing_codes(code: str, fault: DeliveryFault | None) -> None:
    assert scrub_fault(code) is fault


@pytest.mark.parametrize(
    ("told", "end"),
    [
        ((D.SENT,), M.SENT),
        ((D.DEFERRED,), M.SENT),
        ((D.SENT, D.DELIVERED), M.DELIVERED),
        ((D.SENT, D.FAILED), M.FAILED),
        ((D.FAILED, D.DELIVERED, D.SENT), M.DELIVERED),
        ((D.DEFERRED, D.FAILED, D.OTHER), M.FAILED),
    ],
)
def test_receipts_in_any_order_and_twice_come_to_the_same(told: tuple[DeliveryStatus, ...], end: MessageStatus) -> None:
    for order in permutations(told + told[:1]):
        status = M.QUEUED
        for receipt in order:
            status = status_after(status, receipt)
        assert status is end


def test_a_cancelled_message_and_a_word_of_no_meaning_change_nothing() -> None:
    assert status_after(M.CANCELLED, D.DELIVERED) is M.CANCELLED
    assert status_after(M.QUEUED, D.OTHER) is M.QUEUED
