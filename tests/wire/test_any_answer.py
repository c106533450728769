"""
No answer, however broken, breaks an adapter or passes for success: each valid answer with one part replaced by anything, and whole
answers of anything, come to exactly one outcome.
"""

import contextlib
import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from los_adapters.banking.digitap import DigitapPennyDrop
from los_adapters.customers.digitap import DigitapEmployment
from los_adapters.kyc.digitap import DigitapKyc
from los_adapters.messaging.brevo import Brevo
from los_adapters.messaging.gupshup import Gupshup
from los_adapters.messaging.msg91 import Msg91
from los_adapters.messaging.sendgrid import SendGrid
from los_adapters.messaging.smsgatewayhub import SmsGatewayHub
from los_adapters.messaging.zeptomail import ZeptoMail
from los_adapters.wire.http import Reply
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    NoRecord,
    NotSent,
    Pending,
    RateLimited,
    Refused,
    Unknown,
)
from tests.banking import test_digitap as drops
from tests.customers import test_digitap as jobs
from tests.kyc import test_digitap as kyc
from tests.messaging import test_brevo as brevo
from tests.messaging import test_gupshup as gupshup
from tests.messaging import test_msg91 as msg91
from tests.messaging import test_sendgrid as sendgrid
from tests.messaging import test_smsgatewayhub as hub
from tests.messaging import test_zeptomail as zepto

OUTCOMES = (Done, NoRecord, Refused, Misconfigured, RateLimited, NotSent, Pending, Unknown)


@attrs.frozen
class Script:
    """Stands where a Wire stands and gives one answer to everything."""

    reply: Reply

    def exchange(self, method: str, url: str, **_: Any) -> Reply:
        """Give the answer."""
        return self.reply


@attrs.frozen
class Case:
    """One call of one adapter, with a valid answer to it."""

    call: Callable[[Any], Any]
    good: Any
    status: int = 200


CASES = {
    "brevo.send": Case(lambda w: Brevo(brevo.config(), w).send(brevo.NDC, ref=brevo.REF), brevo.TAKEN, 201),
    "zeptomail.send": Case(lambda w: ZeptoMail(zepto.config(), w).send(zepto.NDC, ref=zepto.REF), zepto.TAKEN),
    "gupshup.send": Case(lambda w: Gupshup(gupshup.config(), w).send(gupshup.OTP, ref=gupshup.REF), gupshup.TAKEN),
    "msg91.send": Case(lambda w: Msg91(msg91.config(), w).send(msg91.OTP, ref=msg91.REF), msg91.TAKEN),
    "smsgatewayhub.send": Case(lambda w: SmsGatewayHub(hub.config(), w).send(hub.OTP, ref=hub.REF), hub.TAKEN),
    "sendgrid.send": Case(
        lambda w: SendGrid(sendgrid.config(), w).send(sendgrid.NDC, ref=sendgrid.REF),
        {"errors": [{"message": "no", "field": "personalizations.0.to", "help": None}]},
        400,
    ),
    "digitap.verify": Case(lambda w: kyc.pan(DigitapKyc(kyc.config(), w)), kyc.envelope()),
    "digitap.send_otp": Case(lambda w: kyc.start(DigitapKyc(kyc.config(), w)), kyc.OPENED),
    "digitap.submit_otp": Case(
        lambda w: kyc.submit(DigitapKyc(kyc.config(), w)), {"code": "200", "msg": "ok", "model": kyc.MODEL}
    ),
    "digitap.penny_drop": Case(
        lambda w: drops.drop(DigitapPennyDrop(kyc.config(), w)), {"code": "200", "msg": "ok", "model": drops.MODEL}
    ),
    "digitap.find": Case(
        lambda w: DigitapEmployment(kyc.config(), w).find(
            phone=jobs.Phone("9000000001"), pan=None, uan=None, employer="", ref=jobs.REF
        ),
        json.loads(jobs.found().body),
    ),
}
CASES = {name: attrs.evolve(case, good=json.loads(json.dumps(case.good))) for name, case in CASES.items()}

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.sampled_from(
        ["SUCCESS", "success", "200", "101", "error", "Y", "31/02/2020", "\x00", "9" * 40]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON tree, as the keys that lead there."""
    yield path
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def replaced(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of *tree* with another value at *path*."""
    if not path:
        return value
    changed = copy.deepcopy(tree)
    spot = changed
    for key in path[:-1]:
        spot = spot[key]
    spot[path[-1]] = value
    return changed


def ask(case: Case, body: bytes, status: int) -> Any:
    return case.call(Script(Reply(status, {}, body)))


@pytest.mark.parametrize("name", sorted(CASES))
class TestAnyAnswer:
    def test_the_valid_answer_is_understood(self, name: str) -> None:
        outcome = ask(CASES[name], json.dumps(CASES[name].good).encode(), CASES[name].status)
        assert isinstance(outcome, Refused if name == "sendgrid.send" else Done)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.data())
    def test_one_part_replaced_by_anything(self, name: str, data: st.DataObject) -> None:
        case = CASES[name]
        path = data.draw(st.sampled_from(list(places(case.good))))
        body = json.dumps(replaced(case.good, path, data.draw(ANYTHING))).encode()
        assert isinstance(ask(case, body, case.status), OUTCOMES)

    @settings(max_examples=40, deadline=None)
    @given(st.binary(max_size=40) | ANYTHING.map(lambda value: json.dumps(value).encode()), st.integers(100, 599))
    def test_an_answer_of_anything_is_no_success(self, name: str, body: bytes, status: int) -> None:
        outcome = ask(CASES[name], body, status)
        assert isinstance(outcome, OUTCOMES)
        assert not isinstance(outcome, Done) or (name, status) == ("sendgrid.send", 202)

    @pytest.mark.parametrize("status", [201, 204, 301, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504])
    def test_the_valid_answer_under_another_status_is_no_success(self, name: str, status: int) -> None:
        outcome = ask(CASES[name], json.dumps(CASES[name].good).encode(), status)
        assert (
            not isinstance(outcome, Done) or status == CASES[name].status or (name, status) == ("zeptomail.send", 201)
        )


@pytest.mark.parametrize(
    "read",
    [
        lambda body: Gupshup(gupshup.config(), Script(Reply(200, {}, b""))).read_receipts(body, {}),  # type: ignore[arg-type]
        lambda body: Msg91(msg91.config(), Script(Reply(200, {}, b""))).read_receipts(body, {}),  # type: ignore[arg-type]
        lambda body: Brevo(brevo.config(), Script(Reply(200, {}, b""))).read_receipts(body, {}),  # type: ignore[arg-type]
        lambda body: sendgrid.read(body, sendgrid.signed(body)),
        zepto.read,
    ],
)
@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=60) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_a_receipt_of_anything_is_read_or_a_value_error(read: Any, body: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(read(body), tuple)
