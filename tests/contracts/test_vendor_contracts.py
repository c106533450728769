"""
Each adapter against the sandbox's simulator of its vendor: two readings of one page, made by two people.

Every call once as it should go, and once under every kind of fault, where only one outcome is honest.
"""

from collections.abc import Callable, Mapping
from typing import Any

import attrs
import pytest

from los_adapters.payments.razorpay import Razorpay, RazorpayConfig
from los_adapters.shared.ids import SystemIds
from los_adapters.wire.http import Wire
from los_domain.payments.model import PaymentState
from los_domain.payments.ports import BadSignature
from los_domain.shared.ids import VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Done, Misconfigured, MisconfiguredIn, NoRecord, NotSent, RateLimited, Unknown
from tests.sandbox.running import Receiver, Sandbox

READ_SECONDS = 1.5


def ref() -> VendorRef:
    return SystemIds().vendor_ref()


@attrs.frozen
class Contract:
    """One vendor: how its adapter is made of a sandbox account, and its calls by the sandbox's names."""

    vendor: str
    adapter: Callable[[Mapping[str, Any], Wire], Any]
    calls: Mapping[str, Callable[[Any], Any]]


RAZORPAY = Contract(
    "razorpay",
    lambda account, line: Razorpay(
        RazorpayConfig(
            key_id=account["keyId"],
            key_secret=account["keySecret"],
            webhook_secrets=(account["webhookSecret"],),
            base_url=account["baseUrl"],
            read_seconds=READ_SECONDS,
        ),
        line,
    ),
    {
        "createOrder": lambda gateway: gateway.create_order(Money(1_250_050), notes={"loan": "L-1"}, ref=ref()),
        "fetchPayment": lambda gateway: gateway.payment("pay_00000000000000", ref=ref()),
    },
)

CONTRACTS = (RAZORPAY,)
CALLS = [
    pytest.param(contract, name, id=f"{contract.vendor}.{name}") for contract in CONTRACTS for name in contract.calls
]

FAULTS: Mapping[str, tuple[Mapping[str, Any], type | tuple[type, ...]]] = {
    "down": ({}, Unknown),
    "slow": ({"seconds": 4}, Unknown),
    "rate_limited": ({"seconds": 2}, RateLimited),
    "server_error": ({"status": 500}, Unknown),
    "bad_gateway": ({"kind": "server_error", "status": 502}, Unknown),
    "unavailable": ({"kind": "server_error", "status": 503}, (Unknown, NotSent)),
    "garbage": ({}, Unknown),
    "garbage_with_500": ({"kind": "garbage", "status": 500}, Unknown),
    "success_then_timeout": ({}, Unknown),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("contract", "call"), CALLS)
def test_each_fault_of_each_call_has_one_honest_outcome(
    contract: Contract, call: str, fault: str, sandbox: Sandbox, line: Wire
) -> None:
    asked, honest = FAULTS[fault]
    adapter = contract.adapter(sandbox.account(contract.vendor), line)
    sandbox.arm(contract.vendor, asked.get("kind", fault), call=call, **{k: v for k, v in asked.items() if k != "kind"})
    outcome = contract.calls[call](adapter)
    assert isinstance(outcome, honest), outcome
    assert not isinstance(outcome, RateLimited) or outcome.after_seconds == 2


class TestRazorpay:
    @pytest.fixture
    def account(self, sandbox: Sandbox, posts: Receiver) -> dict[str, Any]:
        return sandbox.account("razorpay", webhookUrl=posts.url)

    @pytest.fixture
    def gateway(self, account: dict[str, Any], line: Wire) -> Razorpay:
        adapter: Razorpay = RAZORPAY.adapter(account, line)
        return adapter

    def test_an_order_is_paid_noticed_and_refunded(self, sandbox: Sandbox, gateway: Razorpay, posts: Receiver) -> None:
        mine = ref()
        order = gateway.create_order(Money(1_250_050), notes={"loan": "L-1"}, ref=mine)
        assert isinstance(order, Done)
        assert gateway.create_order(Money(1_250_050), notes={"loan": "L-1"}, ref=mine) == order
        assert gateway.payments_of(order.value.id, ref=ref()) == Done(())
        assert sandbox.act("razorpay", "pay", orderId=order.value.id).status_code == 200
        (payment,) = gateway.payments_of(order.value.id, ref=ref()).value
        assert (payment.state, payment.amount) == (PaymentState.SUCCEEDED, Money(1_250_050))
        assert gateway.payment(payment.id, ref=ref()).value == payment

        notices = [gateway.read_notice(body, headers) for _, headers, body in posts.wait(1)]
        assert payment in [told for notice in notices for told in notice.payments]
        _, headers, body = posts.posted[0]
        with pytest.raises(BadSignature):
            gateway.read_notice(body + b" ", headers)

        again = ref()
        refund = gateway.refund(payment.id, Money(50_050), ref=again)
        assert isinstance(refund, Done)
        assert gateway.refund(payment.id, Money(50_050), ref=again) == refund

    def test_a_wrong_key_is_our_account(self, account: dict[str, Any], line: Wire) -> None:
        outcome = RAZORPAY.calls["createOrder"](RAZORPAY.adapter(account | {"keySecret": "wrong"}, line))
        assert isinstance(outcome, Misconfigured)
        assert outcome.scope is MisconfiguredIn.ACCOUNT

    def test_an_unknown_payment_is_an_answer(self, gateway: Razorpay) -> None:
        assert isinstance(gateway.payment("pay_00000000000000", ref=ref()), NoRecord)

    def test_an_order_whose_answer_was_lost_is_found_again_by_its_reference(
        self, sandbox: Sandbox, gateway: Razorpay
    ) -> None:
        mine = ref()
        sandbox.arm("razorpay", "success_then_timeout", call="createOrder", match={"receipt": mine})
        assert isinstance(gateway.create_order(Money(70_000), notes={}, ref=mine), Unknown)
        assert isinstance(gateway.create_order(Money(70_000), notes={}, ref=mine), Done)
