"""The product's adapters, written from the vendors' pages, against vendors that were written from the same pages by another hand."""

import io
import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from pypdf import PdfReader

from los_adapters.agreements.signzy import Signzy, SignzyConfig
from los_adapters.banking.cart import Cart, CartConfig
from los_adapters.bureau.equifax import Equifax, EquifaxConfig
from los_adapters.bureau.shapes import metrics_as_json, read_report
from los_adapters.disbursement.idfc import Idfc, IdfcConfig, our_id
from los_adapters.payments.razorpay import Razorpay, RazorpayConfig
from los_adapters.wire.http import Wire
from los_domain.agreements.ports import ForgedCallback, SigningRequest, SigningState
from los_domain.banking.model import StatementFile
from los_domain.bureau.model import BureauSubject, Hit
from los_domain.disbursement.model import Rail, TransferOrder, TransferState
from los_domain.payments.model import PaymentState
from los_domain.payments.ports import BadSignature
from los_domain.shared.identifiers import AccountNumber, Ifsc, Pan, Phone
from los_domain.shared.ids import VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    NoRecord,
    NotSent,
    Pending,
    RateLimited,
    Refused,
    RefusedFor,
    Unknown,
)
from los_http.sandbox.pdf import text_document
from tests.loopback import wire as open_wire

PAN, PHONE, ACCOUNT, IFSC = "ZZZPD0001A", "9000000001", "50100000001001", "SBXB0000411"


def ref(number: int) -> VendorRef:
    return VendorRef(
        f"ABCDEFGHIJKLMNOPQR{number:02d}".replace("0", "A").replace("1", "B").replace("8", "C").replace("9", "D")
    )


@pytest.fixture
def wire() -> Iterator[Wire]:
    with open_wire() as client:
        yield client


@pytest.fixture
def today(sandbox) -> date:
    now = datetime.fromisoformat(sandbox.http.get("/_sandbox/clock").json()["now"])
    return (now.astimezone(UTC) + timedelta(hours=5, minutes=30)).date()


# Razorpay -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def razorpay(sandbox, posts, wire) -> Razorpay:
    known = sandbox.account("razorpay", webhookUrl=posts.url)
    config = RazorpayConfig(
        key_id=known["keyId"],
        key_secret=known["keySecret"],
        webhook_secrets=(known["webhookSecret"],),
        base_url=known["baseUrl"],
        read_seconds=1.0,
    )
    return Razorpay(config, wire)


def test_an_order_is_paid_seen_and_refunded(sandbox, posts, razorpay):
    order = razorpay.create_order(Money(1_250_050), notes={"loan": "L1"}, ref=ref(22))
    assert isinstance(order, Done)
    assert razorpay.create_order(Money(1_250_050), notes={"loan": "L1"}, ref=ref(22)) == order
    redirect = sandbox.act("razorpay", "pay", orderId=order.value.id).json()["redirect"]
    assert razorpay.checkout_holds(order.value.id, redirect["razorpay_payment_id"], redirect["razorpay_signature"])
    listed = razorpay.payments_of(order.value.id, ref=ref(23))
    assert isinstance(listed, Done)
    (payment,) = listed.value
    assert (payment.state, payment.amount) == (PaymentState.SUCCEEDED, Money(1_250_050))
    assert razorpay.payment(payment.id, ref=ref(24)) == Done(payment, payment.id)
    for _, headers, body in posts.wait(3):
        assert razorpay.read_notice(body, headers).event_id == headers["x-razorpay-event-id"]
        with pytest.raises(BadSignature):
            razorpay.read_notice(body + b" ", headers)
    refund = razorpay.refund(payment.id, Money(50), ref=ref(25))
    assert isinstance(refund, Refused)
    refund = razorpay.refund(payment.id, Money(50_000), ref=ref(26))
    assert isinstance(refund, Done)
    assert razorpay.refund(payment.id, Money(50_000), ref=ref(26)) == refund


def test_a_bad_day_at_the_gateway(sandbox, razorpay):
    def asked(kind: str, number: int) -> object:
        sandbox.arm("razorpay", kind, call="createOrder")
        return razorpay.create_order(Money(100), notes={}, ref=ref(number))

    assert isinstance(asked("server_error", 32), Unknown)
    assert isinstance(asked("garbage", 33), Unknown)
    assert isinstance(asked("rate_limited", 34), RateLimited)
    assert isinstance(asked("refuse", 35), Refused)
    assert isinstance(asked("down", 36), Unknown | NotSent)
    assert isinstance(asked("success_then_timeout", 37), Unknown)
    assert isinstance(razorpay.payment("pay_" + "x" * 14, ref=ref(24)), NoRecord)


# IDFC -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def idfc(sandbox, wire) -> Idfc:
    known = sandbox.account("idfc")
    config = IdfcConfig(
        client_id=known["clientId"],
        key_id=known["kid"],
        source=known["source"],
        debit_account=known["debitAccount"],
        remitter_name="DEMO NBFC",
        private_key=known["privateKeyPem"],
        encryption_key=known["aesKeyHex"],
        token_url=known["tokenUrl"],
        audience=known["audience"],
        base_url=known["baseUrl"],
        read_seconds=1.5,
    )
    return Idfc(config, wire)


def order(rail: Rail = Rail.IMPS, account: str = ACCOUNT, paise: int = 5_000_000) -> TransferOrder:
    return TransferOrder(
        Money(paise),
        AccountNumber(account),
        Ifsc(IFSC),
        "Anaya Deshmukh",
        Phone(PHONE),
        "a@example.com",
        "Loan L1",
        rail,
    )


@pytest.mark.parametrize(("rail", "paise"), [(Rail.IMPS, 5_000_000), (Rail.NEFT, 100), (Rail.RTGS, 20_000_000)])
def test_money_is_taken_then_credited(sandbox, idfc, today, rail, paise):
    before = idfc.balance()
    number = ref({Rail.IMPS: 42, Rail.NEFT: 43, Rail.RTGS: 44}[rail])
    taken = idfc.transfer(order(rail, paise=paise), ref=number)
    assert isinstance(taken, Done)
    assert taken.value.state is TransferState.ACCEPTED
    time.sleep(1.05)
    done = idfc.status(number, bank_reference=taken.value.bank_reference, rail=rail, sent_on=today)
    assert isinstance(done, Done)
    assert done.value.state is TransferState.SUCCEEDED
    (credit,) = sandbox.record("bank-credits", utr=done.value.bank_reference)
    assert (credit["account"], credit["amountPaise"]) == (ACCOUNT, paise)
    after = idfc.balance()
    assert isinstance(before, Done)
    assert after == Done(Money(before.value.paise - paise))
    sandbox.act("idfc", "return", transactionId=credit["reference"])
    back = idfc.status(number, bank_reference="", rail=rail, sent_on=today)
    assert isinstance(back, Done)
    assert back.value.state is TransferState.REVERSED


def test_money_whose_answer_was_lost_is_found_by_our_own_reference(sandbox, idfc, today):
    idfc.balance()  # a token beforehand, so that the lost call is the transfer
    sandbox.arm("idfc", "success_then_timeout", call="fundTransfer")
    assert isinstance(idfc.transfer(order(), ref=ref(52)), Unknown)
    again = idfc.transfer(order(), ref=ref(52))
    assert isinstance(again, Refused)
    assert again.why is RefusedFor.DUPLICATE
    found = idfc.status(ref(52), bank_reference="", rail=Rail.IMPS, sent_on=today)
    assert isinstance(found, Done)
    assert len(sandbox.record("bank-credits", utr=found.value.bank_reference)) == 1


def test_the_banks_no_is_definite_and_its_silence_is_not(sandbox, idfc, today):
    assert isinstance(idfc.transfer(order(account="99999999999"), ref=ref(62)), Refused)
    for number, kind in ((63, "server_error"), (64, "garbage"), (65, "down")):
        sandbox.arm("idfc", kind, call="fundTransfer")
        assert isinstance(idfc.transfer(order(), ref=ref(number)), Unknown | NotSent)
        asked = idfc.status(ref(number), bank_reference="", rail=Rail.IMPS, sent_on=today)
        assert isinstance(asked, Unknown)  # not found by our own reference is no proof, the adapter says
        assert sandbox.record("bank-credits", reference=our_id(ref(number), idfc.config)) == []


# Signzy ---------------------------------------------------------------------------------------------------------------


def signing(callback: str) -> SigningRequest:
    agreement = text_document(["Loan agreement"], title="Agreement", keywords="")
    return SigningRequest("LN-1", agreement, "Anaya Deshmukh", "Female", 1988, "1234", callback, callback, 7)


@pytest.fixture
def signzy(sandbox, wire) -> Signzy:
    known = sandbox.account("signzy")
    return Signzy(SignzyConfig(known["accessToken"], callback_secret="our word", base_url=known["baseUrl"]), wire)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("signed", SigningState.SIGNED), ("rejected", SigningState.REJECTED), ("failed", SigningState.FAILED)],
)
def test_a_contract_ends_as_the_signer_wants(sandbox, posts, signzy, outcome, state):
    made = signzy.send(signing(f"{posts.url}/cb"), ref=ref(72))
    assert isinstance(made, Done)
    sent = signzy.status(made.value.id, ref=ref(73))
    assert isinstance(sent, Done)
    assert sent.value.state is SigningState.SENT
    sandbox.act("signzy", "sign", contractId=made.value.id, outcome=outcome)
    ((_, headers, body),) = posts.wait(1)
    assert signzy.read_callback(body, headers) == made.value.id
    with pytest.raises(ForgedCallback):
        signzy.read_callback(body, {**headers, "authorization": "guessed"})
    ended = signzy.status(made.value.id, ref=ref(74))
    assert isinstance(ended, Done)
    assert ended.value.state is state
    if state is SigningState.SIGNED:
        signed = signzy.download(ended.value, ref=ref(75))
        assert isinstance(signed, Done)
        assert len(PdfReader(io.BytesIO(signed.value)).pages) == 1


def test_an_unknown_contract_is_no_record_and_a_wrong_token_our_fault(signzy, sandbox, wire):
    assert isinstance(signzy.status("00000000-0000-0000-0000-000000000000", ref=ref(76)), NoRecord)
    config = SignzyConfig("wrong", callback_secret="x", base_url=signzy.config.base_url)
    assert isinstance(Signzy(config, wire).send(signing("http://127.0.0.1:9/cb"), ref=ref(77)), Misconfigured)


# CART -----------------------------------------------------------------------------------------------------------------


def test_a_statement_is_analysed(sandbox, wire):
    known = sandbox.account("cart")
    cart = Cart(CartConfig(known["baseUrl"], known["authToken"], reference_field="referenceId"), wire)
    sandbox.act("cart", "process-after", seconds=0.5)
    document = sandbox.http.get(f"/_sandbox/personas/{PAN}/statement.pdf", params={"password": "p"}).content
    wrong = cart.submit(StatementFile("s.pdf", document, "q"), ref=ref(82))
    assert isinstance(wrong, Refused)
    assert wrong.why is RefusedFor.DOCUMENT
    job = cart.submit(StatementFile("s.pdf", document, "p"), ref=ref(83))
    assert isinstance(job, Done)
    assert isinstance(cart.fetch(job.value, ref=ref(84)), Pending)
    time.sleep(0.6)
    report = cart.fetch(job.value, ref=ref(85))
    assert isinstance(report, Done)
    assert json.loads(report.value)["data"][0]["pan"] == PAN


# Equifax --------------------------------------------------------------------------------------------------------------


def test_reports_are_pulled_and_read(sandbox, wire, today):
    known = sandbox.account("equifax")
    config = EquifaxConfig(
        known["customerId"],
        known["userId"],
        known["memberNumber"],
        known["password"],
        known["securityCode"],
        url=known["url"],
    )
    expected = {
        "ZZZPD0001A": {"score": 792, "max_dpd_12m": 0, "accounts_written_off": 0},
        "ZZZPP0003C": {"score": 641, "max_dpd_12m": 61, "overdue_total": 23800},
        "ZZZPR0004D": {"score": 588, "max_dpd_12m": 900, "accounts_written_off": 1},
        "ZZZPQ0005E": {"score": 664, "enquiries_30d": 5, "enquiries_90d": 8},
    }
    for number, (pan, facts) in enumerate(expected.items(), 92):
        who = sandbox.http.get(f"/_sandbox/personas/{pan}").json()
        subject = BureauSubject(
            who["name"], date(1988, 3, 14), Pan(pan), Phone(who["phone"]), "Flat 12", "Pune", "Maharashtra", "411045"
        )
        pulled = Equifax(config, wire).pull(subject, amount=Money(5_000_000), ref=ref(number))
        assert isinstance(pulled, Done)
        assert read_report(pulled.value).hit is Hit.HIT
        metrics = metrics_as_json(pulled.value, as_of=today)
        assert {name: metrics[name] for name in facts} == facts
    rohit = BureauSubject(
        "Rohit Kujur", date(2002, 12, 1), Pan("ZZZPK0002B"), Phone("9000000002"), "7", "Ranchi", "Jharkhand", "834001"
    )
    unknown = Equifax(config, wire).pull(rohit, amount=Money(5_000_000), ref=ref(97))
    assert isinstance(unknown, Done)
    assert read_report(unknown.value).hit is Hit.NO_HIT
