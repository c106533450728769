"""What the sandbox does around every vendor: accounts, clock, faults, record, notices, restarts. Razorpay stands for all."""

import time

import httpx
import pytest

from tests.sandbox.running import start

ORDER = {"amount": 50000, "currency": "INR", "receipt": "R-1"}


@pytest.fixture
def account(sandbox, posts):
    return sandbox.account("razorpay", webhookUrl=posts.url, secretPath="hooks/abc")


def order(sandbox, account, **changes):
    keys = (account["keyId"], account["keySecret"])
    return sandbox.http.post("/razorpay/v1/orders", json={**ORDER, **changes}, auth=keys)


def paid(sandbox, account):
    made = order(sandbox, account).json()["id"]
    answer = sandbox.act("razorpay", "pay", orderId=made)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_same_seed_gives_the_same_accounts_in_any_folder_and_another_seed_others(tmp_path):
    def credentials(name, *options):
        running = start(tmp_path / name, *options)
        try:
            made = [running.account("razorpay") for _ in range(2)]
        finally:
            running.stop()
        return [(one["keyId"], one["keySecret"], one["webhookSecret"]) for one in made]

    first = credentials("one folder", "--seed", "7")
    assert first == credentials("other", "--seed", "7")
    assert first[0] != first[1]
    assert first != credentials("third", "--seed", "8")


def test_a_restart_keeps_accounts_clock_faults_record_and_seed(tmp_path):
    running = start(tmp_path, "--seed", "7")
    account = running.account("razorpay")
    made = order(running, account).json()
    running.http.post("/_sandbox/clock", json={"offsetSeconds": 86400})
    running.arm("razorpay", "refuse", call="capture", times=3)
    assert running.stop() == 0

    again = start(tmp_path)
    try:
        keys = (account["keyId"], account["keySecret"])
        assert again.http.get(f"/razorpay/v1/orders/{made['id']}", auth=keys).json()["amount"] == 50000
        assert again.http.get("/_sandbox/clock").json()["offsetSeconds"] == 86400
        assert [fault["times"] for fault in again.http.get("/_sandbox/faults").json()["items"]] == [3]
        assert [call["call"] for call in again.record("calls")] == ["createOrder", "fetchOrder"]
        assert again.http.get("/_sandbox/health").json()["seed"] == 7
    finally:
        again.stop()


def test_the_clock_goes_forward_only(sandbox):
    at = sandbox.http.get("/_sandbox/clock").json()["offsetSeconds"]
    assert sandbox.http.post("/_sandbox/clock", json={"offsetSeconds": at + 60}).json()["offsetSeconds"] == at + 60
    assert sandbox.http.post("/_sandbox/clock", json={"offsetSeconds": at}).status_code == 409
    assert sandbox.http.post("/_sandbox/clock", json={"offsetSeconds": "soon"}).status_code == 400


def test_a_connection_is_closed_without_a_word_and_nothing_is_done(sandbox, account):
    sandbox.arm("razorpay", "down", call="createOrder", match={"receipt": "closed"})
    with pytest.raises(httpx.RemoteProtocolError):
        order(sandbox, account, receipt="closed")
    assert order(sandbox, account, receipt="closed").status_code == 200
    outcomes = [call["outcome"] for call in sandbox.record("calls", call="createOrder", last="2")]
    assert outcomes == ["down", "answered"]


def test_a_fault_hits_only_what_matches_and_as_often_as_armed(sandbox, account):
    sandbox.arm("razorpay", "server_error", call="createOrder", match={"amount": 777700}, times=2, status=503)
    assert order(sandbox, account).status_code == 200
    statuses = [order(sandbox, account, amount=777700, receipt="dear").status_code for _ in range(3)]
    assert statuses == [503, 503, 200]
    assert sandbox.http.get("/_sandbox/faults").json()["items"] == []


def test_too_many_calls_say_when_to_come_again(sandbox, account):
    sandbox.arm("razorpay", "rate_limited", call="createOrder", seconds=4)
    answer = order(sandbox, account)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "4")


def test_garbage_is_neither_json_nor_text(sandbox, account):
    sandbox.arm("razorpay", "garbage")
    answer = order(sandbox, account)
    assert answer.status_code == 200
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode()


def test_a_refusal_is_the_vendors_own(sandbox, account):
    sandbox.arm("razorpay", "refuse")
    answer = order(sandbox, account)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BAD_REQUEST_ERROR")


def test_a_slow_vendor_does_its_work_in_the_end(sandbox, account):
    sandbox.arm("razorpay", "slow", call="createOrder", seconds=0.6)
    began = time.monotonic()
    assert order(sandbox, account).status_code == 200
    assert time.monotonic() - began >= 0.6


def test_an_answer_that_never_comes_leaves_the_effect(sandbox, account):
    sandbox.arm("razorpay", "success_then_timeout", call="createOrder")
    keys = (account["keyId"], account["keySecret"])
    with pytest.raises(httpx.ReadTimeout):
        sandbox.http.post("/razorpay/v1/orders", json={**ORDER, "receipt": "silent"}, auth=keys, timeout=0.5)
    found = sandbox.http.get("/razorpay/v1/orders", params={"receipt": "silent"}, auth=keys)
    recorded = sandbox.record("calls", call="createOrder", outcome="success_then_timeout")[-1]
    assert recorded["status"] == 200
    assert found.status_code in (200, 405)


def test_a_notice_comes_under_the_accounts_url_and_its_attempts_are_on_the_record(sandbox, account, posts):
    paid(sandbox, account)
    path, headers, body = posts.wait(1)[0]
    assert path == "/hooks/abc"
    assert headers["x-razorpay-signature"]
    assert b"payment." in body


def test_a_refused_notice_comes_again(sandbox, account, posts):
    posts.statuses = [500, 503]
    payment = paid(sandbox, account)["paymentId"]
    posts.wait(3)
    time.sleep(0.2)
    states = [entry["state"] for entry in sandbox.record("webhooks") if payment in entry["body"]]
    assert states.count("waiting") == 2


@pytest.mark.parametrize(("kind", "came"), [("duplicate_webhook", 2), ("no_webhook", 0), ("forged_webhook", 2)])
def test_notices_double_vanish_or_are_forged(sandbox, account, posts, kind, came):
    sandbox.arm("razorpay", kind, call="payment.captured")
    paid(sandbox, account)
    posts.wait(1)
    time.sleep(0.6)
    captured = [(headers, body) for _, headers, body in posts.posted if b'"payment.captured"' in body]
    assert len(captured) == came
    signatures = {headers["x-razorpay-signature"] for headers, _ in captured}
    assert len(signatures) == {"duplicate_webhook": 1, "no_webhook": 0, "forged_webhook": 2}[kind]


def test_a_late_notice_is_late(sandbox, account, posts):
    sandbox.arm("razorpay", "late_webhook", call="payment.captured", seconds=1.5)
    paid(sandbox, account)
    time.sleep(0.7)
    assert not [body for _, _, body in posts.posted if b'"payment.captured"' in body]
    time.sleep(1.5)
    assert [body for _, _, body in posts.posted if b'"payment.captured"' in body]


@pytest.mark.parametrize(
    "asked",
    [
        {"vendor": "nobody", "kind": "down"},
        {"vendor": "razorpay", "kind": "broken"},
        {"vendor": "razorpay", "kind": "down", "call": "nothing"},
        {"vendor": "razorpay", "kind": "down", "times": 0},
        {"vendor": "razorpay", "kind": "down", "surprise": 1},
        {"vendor": "razorpay", "kind": "down", "code": "105"},
    ],
)
def test_a_fault_that_could_never_hit_is_not_armed(sandbox, asked):
    answer = sandbox.http.post("/_sandbox/faults", json=asked)
    assert answer.status_code == 400, answer.text
    assert sandbox.http.get("/_sandbox/faults").json()["items"] == []


def test_unknown_vendors_paths_and_methods_are_told_apart(sandbox):
    assert sandbox.http.get("/nobody/v1").status_code == 404
    assert sandbox.http.get("/razorpay/v1/nothing").status_code == 404
    assert sandbox.http.put("/razorpay/v1/orders").status_code == 405
    assert sandbox.http.post("/_sandbox/accounts", json={"vendor": "nobody"}).status_code == 400
    assert sandbox.http.post("/_sandbox/act/razorpay/fly", json={}).status_code == 404
    assert sandbox.act("razorpay", "pay", orderId="order_none").status_code == 409
