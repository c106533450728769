"""Staff at the money desk: entered by one, seen by another; unmatched money finds its loan, excess goes back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_domain.brands.providers import ProviderKind
from los_domain.loans.model import Loan
from los_domain.payments.model import GatewayPayment, PaymentState
from los_domain.payments.usecases.notice import believe
from los_domain.shared.ids import ProviderId
from los_domain.shared.money import Money
from tests.borrowers import Speaker, logged_in
from tests.loans.stored import a_disbursed_loan
from tests.money import use
from tests.services import SettableClock, SomeBrand, a_staff


@attrs.define
class Desk:
    application: Application
    brand: SomeBrand
    clock: SettableClock
    maker: Speaker
    checker: Speaker
    loan: Loan
    provider: ProviderId
    keys: int = 0

    @property
    def path(self) -> str:
        return f"/partner/brand/{self.brand.id}/payment"

    def key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    def entered(self, reference: str = "UTR1", amount: str = "1000.00") -> dict[str, Any]:
        wish = {
            "loanId": str(self.loan.id), "mode": "BANK_TRANSFER", "reference": reference, "amount": amount,
            "paidOn": str(self.clock.today()),
        }  # fmt: skip
        return dict(self.maker.post(f"{self.path}/process", wish, status=201, key=self.key()))

    def came(self, payment_id: str, rupees: int) -> None:
        """Money at the gateway that names no order of ours."""
        payment = GatewayPayment(payment_id, "", Money.rupees(rupees), PaymentState.SUCCEEDED, "captured")
        core = self.application.core
        with core.postgres.begin(self.brand.scope()) as work:
            believe(work, payment, None, gateway="RAZORPAY", provider=self.provider, ids=core.ids, clock=self.clock)


@pytest.fixture
def desk(application: Application, clock: SettableClock, brand: SomeBrand, http: TestClient[Any]) -> Desk:
    maker = logged_in(application, a_staff(application, "COLLECTION", brand=brand), brand, http)
    checker = logged_in(application, a_staff(application, "ACCOUNTS", brand=brand), brand, http)
    loan = a_disbursed_loan(application.core.postgres.begin, brand, clock.today() - timedelta(days=40))
    config = {"key_id": "rzp_test_x", "key_secret": "s", "webhook_secrets": ["w"], "base_url": "http://127.0.0.1:9"}
    provider = use(application, brand, ProviderKind.COLLECTION, "RAZORPAY", config)
    return Desk(application, brand, clock, maker, checker, loan, provider)


def test_entered_by_one_and_seen_by_another(desk: Desk) -> None:
    payment = desk.entered()
    assert desk.maker.ask("POST", f"{desk.path}/approve/{payment['id']}", key="a").status_code == 403
    assert [each["id"] for each in desk.checker.get(f"{desk.path}/approval")["items"]] == [payment["id"]]
    done = desk.checker.post(f"{desk.path}/approve/{payment['id']}", key="b")
    assert (done["status"], bool(done["receiptId"])) == ("APPROVED", True)
    (receipt,) = desk.checker.get(desk.path)["items"]
    assert (receipt["reference"], receipt["amount"], receipt["status"]) == ("UTR1", "1000.00", "BOOKED")
    assert desk.checker.get(f"{desk.path}/approval")["items"] == []
    gone = desk.checker.post(f"{desk.path}/receipts/{receipt['id']}/reverse", {"reason": "charge-back"}, key="c")
    assert gone["status"] == "REVERSED"


def test_rejected_with_a_reason(desk: Desk) -> None:
    payment = desk.entered()
    path = f"{desk.path}/reject/{payment['id']}"
    assert desk.checker.post(path, {"reason": "not on the statement"}, key="a")["status"] == "REJECTED"
    assert desk.checker.get(desk.path)["items"] == []
    assert desk.maker.ask("POST", f"{desk.path}/process", {}, key="x").status_code == 400
    assert desk.maker.ask("POST", f"{desk.path}/approve/{UUID(int=1)}", key="y").status_code == 403
    assert desk.checker.ask("POST", f"{desk.path}/approve/{UUID(int=1)}", key="z").status_code == 404


def test_unmatched_money_finds_its_loan(desk: Desk) -> None:
    desk.came("pay_lost", 300)
    (receipt,) = desk.checker.get(desk.path, state="unmatched")["items"]
    wish = {"loanId": str(desk.loan.id), "reason": "her UTR"}
    done = desk.checker.post(f"{desk.path}/receipts/{receipt['id']}/match", wish, key="a")
    assert (done["status"], done["loanId"]) == ("BOOKED", str(desk.loan.id))
    assert desk.checker.get(desk.path, state="unmatched")["items"] == []


def test_money_in_suspense_goes_back_by_two_people(desk: Desk) -> None:
    desk.came("pay_lost", 300)
    (receipt,) = desk.checker.get(desk.path, state="unmatched")["items"]
    wish = {"amount": "300.00", "reason": "nobody's"}
    refund = desk.maker.post(f"{desk.path}/receipts/{receipt['id']}/refund", wish, status=201, key="a")
    decide = f"{desk.path}/refunds/{refund['id']}/decide"
    assert desk.maker.ask("POST", decide, {"agrees": True}, key="b").status_code == 403
    assert desk.checker.post(decide, {"agrees": True}, key="c")["status"] == "READY"
    (shown,) = desk.checker.get(f"{desk.path}/refunds")["items"]
    assert (shown["amount"], shown["status"]) == ("300.00", "READY")
    balance = desk.checker.get(f"/partner/brand/{desk.brand.id}/ledger/trial-balance")
    assert "unmatched" not in [each["account"] for each in balance["items"]]
    assert balance["total"] == "0.00"
