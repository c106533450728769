"""She signs up by phone: on a good day, with a gateway down, and when somebody guesses."""

from collections.abc import Callable

import pytest

from los_cli.demo.ground import Ground
from los_cli.demo.people import Borrower
from los_cli.demo.wire import Unexpected

Somebody = Callable[..., Borrower]
WEB = "/api/v1/web"


def test_a_code_opens_her_account_once(ground: Ground, somebody: Somebody) -> None:
    her = somebody()
    her.asks_for_a_code()
    her.proves_the_phone()
    assert her.get("/kyc/documents") == {"items": []}
    code = ground.outside.code_for(her.phone, seen=0)
    with pytest.raises(Unexpected, match="answered 400"):
        her.post("/auth/verify-otp", {"brand": her.subdomain, "phoneNumber": her.phone, "otp": code})


def test_another_gateway_brings_the_code_when_the_first_is_down(ground: Ground, somebody: Somebody) -> None:
    her = somebody()
    ground.outside.arm("gupshup", "down", times=5)
    her.asks_for_a_code()
    her.proves_the_phone()
    assert [text["vendor"] for text in ground.outside.sms(her.phone)] == ["msg91"]


def test_a_guesser_learns_nothing_and_is_stopped(ground: Ground, somebody: Somebody) -> None:
    her = somebody()
    her.asks_for_a_code()
    code = ground.outside.code_for(her.phone, seen=0)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    guess = {"brand": her.subdomain, "phoneNumber": her.phone, "otp": wrong}
    said = {str(her.line.ask("POST", f"{WEB}/auth/verify-otp", guess, expect=(400,))["message"]) for _ in range(5)}
    assert len(said) == 1
    with pytest.raises(Unexpected, match="answered 400"):  # five guesses burn the code
        her.post("/auth/verify-otp", {**guess, "otp": code})


def test_a_known_and_an_unknown_phone_look_alike(somebody: Somebody) -> None:
    her, other = somebody(), somebody()
    her.asks_for_a_code()
    her.proves_the_phone()
    again = {"brand": her.subdomain, "phoneNumber": other.phone}
    first = her.line.ask("POST", f"{WEB}/auth/login", again, expect=(202,))
    assert set(first) == {"expiresInSeconds", "resendAfterSeconds"}
    assert her.line.ask("POST", f"{WEB}/auth/login", again, expect=(429,))["message"]


def test_logging_out_ends_the_token(somebody: Somebody) -> None:
    her = somebody()
    her.asks_for_a_code()
    her.proves_the_phone()
    her.post("/auth/logout")
    her.line.ask("GET", f"{WEB}/kyc/documents", expect=(401,))


def test_a_brand_that_is_none(somebody: Somebody) -> None:
    her = somebody()
    asked = {"brand": "no-such-brand", "phoneNumber": her.phone}
    assert her.line.ask("POST", f"{WEB}/auth/register", asked, expect=(404,))["error"] == "Not Found"
