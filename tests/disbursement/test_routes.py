"""A signed loan is paid out end to end: a signature's event, a penny dropped once more, one credit, and what staff see of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_domain.brands.providers import ProviderKind
from los_domain.loans.events import AgreementSigned
from los_domain.loans.model import Loan
from los_domain.loans.states import LoanStatus
from los_domain.shared.actor import PlatformScope
from los_domain.shared.identifiers import Phone
from los_domain.shared.ids import BankAccountId, CustomerId
from los_worker.disbursement.jobs import look
from los_worker.shared.job import Run
from tests.borrowers import Speaker, a_borrower, brand, http, logged_in
from tests.deliveries import dead_letters, deliver, let_waits_be_over
from tests.loans.applying import CONSENT
from tests.loans.stored import a_stored_loan
from tests.money import idfc_config, use
from tests.sandbox.running import Sandbox
from tests.services import TEST, SettableClock, SomeBrand, a_staff
from tests.vendors import has_account

__all__ = ["brand", "http"]


@pytest.fixture
def clock(sandbox: Sandbox) -> SettableClock:
    """Business time as the sandbox has it."""
    return SettableClock(datetime.fromisoformat(sandbox.http.get("/_sandbox/clock").json()["now"]))


@attrs.define
class Desk:
    application: Application
    sandbox: Sandbox
    clock: SettableClock
    brand: SomeBrand
    persona: Mapping[str, Any]
    accounts: Speaker
    admin: Speaker
    loan: Loan

    @property
    def path(self) -> str:
        return f"/partner/brand/{self.brand.id}"

    def signed(self) -> None:
        """What the agreement's callback leaves behind."""
        with self.application.core.postgres.begin(self.brand.scope()) as work:
            work.outbox.add(AgreementSigned(self.loan.id, 2))

    def work_off(self, *, tries: int = 6) -> None:
        for _ in range(tries):
            deliver(self.application)
            self.clock.at += timedelta(seconds=40)
            let_waits_be_over(self.application)

    def status(self) -> LoanStatus:
        with self.application.core.postgres.begin(self.brand.scope()) as work:
            found: Loan = work.loans.get(self.loan.id)
            return found.status

    def credits(self) -> list[dict[str, Any]]:
        return self.sandbox.record("bank-credits", account=self.persona["accountNumber"])


@pytest.fixture
def desk(
    application: Application, sandbox: Sandbox, clock: SettableClock, brand: SomeBrand, http: TestClient[Any]
) -> Desk:
    persona = dict(sandbox.http.get("/_sandbox/personas", params={"seed": id(brand) % 9000, "class": "prime"}).json())
    sandbox.act("idfc", "settle-after", seconds=0)
    use(application, brand, ProviderKind.DISBURSEMENT, "IDFC", idfc_config(sandbox.account("idfc")))
    has_account(application, brand, sandbox, "digitap")
    borrower = a_borrower(application, brand, http, phone=Phone(persona["phone"]))
    borrower.post("/web/kyc/verify-pan", {"panNumber": persona["pan"], "consentVersion": "1"})
    wish = {
        "accountNumber": persona["accountNumber"],
        "ifscCode": persona["ifsc"],
        "beneficiaryName": persona["name"],
    }
    borrower.post("/web/kyc/verify-pan", {"panNumber": persona["pan"]} | CONSENT)
    account = borrower.post("/web/bank/add-account", wish, status=201)["id"]
    borrower.post("/web/bank/verify", {"accountId": account})
    loan = a_stored_loan(
        application.core.postgres.begin,
        brand,
        customer=CustomerId(borrower.id),
        pay_to=BankAccountId(UUID(account)),
    )
    accounts = logged_in(application, a_staff(application, "ACCOUNTS", brand=brand), brand, http)
    admin = logged_in(application, a_staff(application, "ADMIN", brand=brand), brand, http)
    return Desk(application, sandbox, clock, brand, persona, accounts, admin, loan)


def test_a_signature_is_followed_by_one_credit_of_the_net_amount(desk: Desk) -> None:
    desk.signed()
    desk.signed()  # told twice
    desk.work_off()
    assert desk.status() is LoanStatus.DISBURSED
    (credit,) = desk.credits()
    assert (credit["amountPaise"], credit["ifsc"]) == (desk.loan.net.paise, desk.persona["ifsc"])
    assert not [each for each in dead_letters(desk.application) if each[0].startswith("disbursement")]
    (shown,) = desk.accounts.get(f"{desk.path}/disbursements")["items"]
    assert (shown["status"], shown["amount"], shown["bankReference"]) == ("PAID", str(desk.loan.net), credit["utr"])
    assert desk.accounts.get(f"{desk.path}/disbursements/{shown['id']}") == shown
    assert desk.accounts.get(f"{desk.path}/disbursements", state="unknown")["items"] == []


def test_staff_pay_out_by_hand_with_a_key(desk: Desk) -> None:
    route = f"{desk.path}/loans/{desk.loan.id}/disburse"
    assert desk.accounts.ask("POST", route).status_code == 400
    first = desk.accounts.ask("POST", route, key="k1")
    assert first.status_code == 202
    assert first.headers["location"].endswith(f"/disbursements/{first.json()['id']}")
    again = desk.accounts.ask("POST", route, key="k1")
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    assert desk.accounts.post(route, key="k2", status=202)["id"] == first.json()["id"]
    desk.work_off()
    assert (desk.status(), len(desk.credits())) == (LoanStatus.DISBURSED, 1)


def test_an_unknown_outcome_is_listed_and_two_people_end_it(desk: Desk) -> None:
    desk.sandbox.arm("idfc", "success_then_timeout", call="fundTransfer")
    desk.sandbox.arm("idfc", "server_error", call="paymentTransactionStatus", times=500)
    desk.signed()
    desk.work_off(tries=12)
    for _ in range(8):  # two days of the job of every minute
        desk.clock.advance(hours=8)
        look(desk.application, Run(desk.clock.at, desk.clock.today(), PlatformScope(TEST), lambda _: None))
    (shown,) = desk.accounts.get(f"{desk.path}/disbursements", state="unknown")["items"]
    assert (shown["status"], desk.status()) == ("UNKNOWN", LoanStatus.AGREEMENT_SIGNED)
    assert len(desk.credits()) == 1
    (credit,) = desk.credits()
    resolve = f"{desk.path}/disbursements/{shown['id']}/resolve"
    finding = {
        "verdict": "PAID",
        "reason": "on the statement",
        "bankReference": credit["utr"],
        "paidOn": shown["sentOn"],
    }
    assert desk.accounts.ask("POST", resolve, {**finding, "bankReference": ""}, key="a").status_code == 400
    assert desk.accounts.post(resolve, finding, key="b")["finding"]["bankReference"] == credit["utr"]
    assert desk.accounts.ask("POST", f"{resolve}/confirm", {"agrees": True}, key="c").status_code == 403
    assert desk.admin.post(f"{resolve}/confirm", {"agrees": True}, key="d")["status"] == "PAID"
    assert (desk.status(), len(desk.credits())) == (LoanStatus.DISBURSED, 1)


def test_who_may(desk: Desk, application: Application, http: TestClient[Any]) -> None:
    viewer = logged_in(application, a_staff(application, "VIEWER", brand=desk.brand), desk.brand, http)
    assert viewer.ask("POST", f"{desk.path}/loans/{desk.loan.id}/disburse", key="k").status_code == 403
    assert viewer.ask("POST", f"{desk.path}/disbursements/{desk.loan.id}/resolve", key="k").status_code == 403
    assert desk.accounts.ask("POST", f"{desk.path}/loans/{UUID(int=5)}/disburse", key="k").status_code == 404
    assert desk.accounts.ask("GET", f"{desk.path}/disbursements/{UUID(int=5)}").status_code == 404
