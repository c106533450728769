"""Six vendor calls that hang hold up nobody else: other requests, the health page and webhooks are answered at once."""

import threading
import time
from typing import Any

import httpx

from tests.borrowers import Speaker, a_borrower, api_of
from tests.connected import Connected, until
from tests.loans.applying import CONSENT

PATIENCE = 2.0
"""Seconds within which everybody else is answered, on a machine that does other things too; the calls hang for longer."""


def test_six_calls_that_hang_hold_up_nobody_else(connected: Connected) -> None:
    with api_of(connected.application) as http:
        waiting = [a_borrower(connected.application, connected.brand, http) for _ in range(6)]
        other = a_borrower(connected.application, connected.brand, http)
        _hang_and_ask(connected, waiting, other)


def _hang_and_ask(connected: Connected, waiting: list[Speaker], other: Speaker) -> None:
    connected.sandbox.arm("digitap", "slow", seconds=6, times=6)
    answers: list[httpx.Response] = []

    def verify(her: Speaker) -> None:
        answers.append(_ask(connected, her, "POST", "/web/kyc/verify-pan", json={"panNumber": "ZZZPD0001A"} | CONSENT))

    threads = [threading.Thread(target=verify, args=(her,)) for her in waiting]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    until(lambda: len(_open_calls(connected)) == 6)
    for path in ("/health", "/health/live"):
        assert _soon(lambda path=path: httpx.get(connected.url + path, trust_env=False)) == 200
    assert _soon(lambda: _ask(connected, other, "GET", "/web/personal-details")) == 200
    assert _soon(lambda: httpx.post(f"{connected.url}/webhook/esign", json={"contractId": "x"}, trust_env=False)) == 404
    assert _soon(lambda: httpx.post(f"{connected.url}/api/v1/webhook/razorpay", json={}, trust_env=False)) in (400, 401)
    assert not answers, "nobody who waits was answered yet"
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < 12
    # One PAN for all six: it is the first one's, and each of the others is told so.
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]


def _ask(house: Connected, her: Speaker, method: str, path: str, **more: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {her.token}"}
    return httpx.request(method, f"{house.url}/api/v1{path}", headers=headers, timeout=30, trust_env=False, **more)


def _soon(call: Any) -> int:
    began = time.monotonic()
    status: int = call().status_code
    assert time.monotonic() - began < PATIENCE
    return status


def _open_calls(house: Connected) -> list[Any]:
    with house.application.core.postgres.begin(house.brand.scope()) as work:
        rows = work.context.connection.exec_driver_sql("select id from attempts where outcome is null")
        return list(rows)
