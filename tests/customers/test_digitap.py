"""Digitap's employment look-up: literal answers, one for each way of looking up and of writing, silence, and what it is sent."""

import time
from datetime import date
from typing import Any

import attrs
import pytest

from los_adapters.customers.digitap import PROVIDER, DigitapEmployment, record_from_wire
from los_adapters.wire.digitap import DigitapConfig
from los_domain.customers.model import Employment
from los_domain.shared.identifiers import Pan, Phone, Uan
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    MisconfiguredIn,
    NoRecord,
    NotSent,
    Refused,
    RefusedFor,
    Unknown,
)
from tests.loopback import HANGS_UP, Answer, nobody, vendor, wire

REF = VendorRef("ABCDEFGHIJKLMNOPQ234")
ONE, TWO = "100000000001", "100000000002"
NOW = {
    "establishment_name": "DEMO SOFTWARE LTD", "establishment_id": "PUPUN0000001", "member_id": "PUPUN00000010000001",
    "date_of_joining": "2021-07-01", "date_of_exit": "", "leave_reason": "", "employment_period_in_months": 40,
}  # fmt: skip
BEFORE = {
    "establishment_name": "OLD MILLS",
    "member_id": "M-0",
    "date_of_joining": "01/06/2015",
    "date_of_exit": "30-JUN-2021",
}
RESULT: dict[str, Any] = {
    "uan": [ONE],
    "summary": {
        "recent_employer_data": {**NOW, "employer_confidence_score": 90, "matching_uan": ONE},
        "matching_uan": ONE, "is_employed": True, "employee_name_match": True, "employer_name_match": True, "uan_count": 1,
    },
    "uan_details": {ONE: {
        "basic_details": {"name": "ANAYA DESHMUKH", "gender": "FEMALE", "date_of_birth": "1988-03-14", "mobile": "9000000001"},
        "employment_details": NOW, "employment_history": [BEFORE, NOW],
    }},
    "partial_output": False, "uan_source": [{"uan": ONE, "source": "mobile"}],
}  # fmt: skip
HISTORY = (
    Employment("DEMO SOFTWARE LTD", "PUPUN00000010000001", date(2021, 7, 1), None),
    Employment("OLD MILLS", "M-0", date(2015, 6, 1), date(2021, 6, 30)),
)


def found(result: Any = None, code: Any = 101) -> Answer:
    return Answer.of(
        {
            "http_response_code": 200,
            "client_ref_num": REF,
            "request_id": "req-1",
            "result_code": code,
            "result": result or RESULT,
        }
    )


def ask(answer: Any, *, url: str = "", seconds: float = 5.0, **by: Any) -> tuple[Any, Any]:
    with vendor(answer if callable(answer) else lambda _: answer) as there, wire() as line:
        config = DigitapConfig(
            client_id="11223344", client_secret="s-01", employment_url=url or there.url, employment_read_seconds=seconds
        )
        given = {"phone": Phone("9000000001"), "pan": None, "uan": None, "employer": "", "ref": REF} | by
        return DigitapEmployment(config, line).find(**given), there.asked


class TestAsking:
    @pytest.mark.parametrize(
        ("by", "sent"),
        [
            ({}, {"mobile": "9000000001"}),
            ({"pan": Pan("ZZZPD0001A")}, {"pan": "ZZZPD0001A", "mobile": "9000000001"}),
            ({"phone": None, "pan": Pan("ZZZPD0001A")}, {"pan": "ZZZPD0001A"}),
            ({"uan": Uan(ONE), "pan": Pan("ZZZPD0001A"), "name": "Anaya", "born_on": date(1988, 3, 14)}, {"uan": ONE}),
            (
                {"name": " Anaya Deshmukh ", "born_on": date(1988, 3, 14), "employer": "Demo Software"},
                {
                    "mobile": "9000000001",
                    "dob": "1988-03-14",
                    "employee_name": "Anaya Deshmukh",
                    "employer_name": "Demo Software",
                },
            ),
            ({"employer": "Demo Software"}, {"mobile": "9000000001"}),  # without the person's name it would be a 400
            ({"name": "Anaya", "employer": "Demo Software"}, {"mobile": "9000000001"}),
        ],
    )
    def test_exactly_one_way_of_looking_up(self, by: dict[str, Any], sent: dict[str, str]) -> None:
        _, (asked,) = ask(found(), **by)
        assert (asked.method, asked.path) == ("POST", "/cv/v4/uan_basic/sync")
        assert asked.headers["authorization"].startswith("Basic ")
        assert asked.json() == {"client_ref_num": REF} | sent

    def test_nothing_to_look_up_by(self) -> None:
        outcome, asked = ask(found(), phone=None, employer="Demo")
        assert outcome == Refused(RefusedFor.INVALID_INPUT, "uan", "a UAN, PAN or phone number is needed")
        assert asked == []


class TestReading:
    def test_the_whole_record_with_the_present_employment_first(self) -> None:
        outcome, _ = ask(found())
        assert outcome.provider_reference == "req-1"
        record = outcome.value
        assert (record.uan, record.name, record.date_of_birth) == (Uan(ONE), "ANAYA DESHMUKH", date(1988, 3, 14))
        assert record.history == HISTORY
        assert record.employer_confirmed is None  # no employer was sent, so the vendor matched none

    @pytest.mark.parametrize(
        ("word", "held"), [(True, True), (False, False), ("Y", True), ("N", False), (None, None), (87, None)]
    )
    def test_the_vendors_match_of_the_stated_employer(self, word: Any, held: bool | None) -> None:
        result = RESULT | {"summary": RESULT["summary"] | {"employer_name_match": word}}
        outcome, _ = ask(found(result), name="Anaya", born_on=date(1988, 3, 14), employer="Demo")
        assert outcome.value.employer_confirmed is held

    def read(self, **changed: Any) -> Any:
        outcome = record_from_wire(RESULT | changed, "", asked_employer=False)
        assert isinstance(outcome, Done)
        return outcome.value

    def test_version_3_matches_under_the_recent_employer_and_has_no_history(self) -> None:
        details = {
            ONE: {name: value for name, value in RESULT["uan_details"][ONE].items() if name != "employment_history"}
        }
        record = self.read(summary={"recent_employer_data": {**NOW, "matching_uan": ONE}}, uan_details=details)
        assert (record.uan, record.history) == (Uan(ONE), HISTORY[:1])

    def test_only_the_summary_knows_an_employer(self) -> None:
        assert self.read(uan_details={}).history == HISTORY[:1]

    def test_several_uans_and_a_match(self) -> None:
        details = RESULT["uan_details"] | {
            TWO: {"basic_details": {}, "employment_history": [{"establishment_name": "X"}]}
        }
        assert self.read(uan=[TWO, ONE], uan_details=details).history == HISTORY

    def test_several_uans_and_no_match_name_none_and_show_all(self) -> None:
        details = RESULT["uan_details"] | {
            TWO: {"basic_details": {}, "employment_history": [{"establishment_name": "X"}]}
        }
        record = self.read(uan=[ONE, TWO], uan_details=details, summary={})
        assert record.uan is None
        assert [stint.employer for stint in record.history] == ["DEMO SOFTWARE LTD", "X", "OLD MILLS"]

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("30/06/2021", date(2021, 6, 30)),
            ("30-06-2021", date(2021, 6, 30)),
            ("30-Jun-2021", date(2021, 6, 30)),
            ("2021-06-30", date(2021, 6, 30)),
            ("-", None),
            ("", None),
            ("N/A", None),
            (None, None),
            ("2021-6-30", None),
            ("31-02-2021", None),
        ],
    )
    def test_each_way_of_writing_a_date(self, written: Any, read: date | None) -> None:
        details = {ONE: {"employment_history": [{"establishment_name": "X", "date_of_exit": written}]}}
        assert self.read(uan_details=details).history == (Employment("X", left_on=read),)

    def test_found_without_a_uan_is_not_believed(self) -> None:
        assert isinstance(
            record_from_wire({"uan": [], "summary": {}, "uan_details": {}}, "", asked_employer=False), Unknown
        )

    def test_an_unreadable_uan_is_left_out(self) -> None:
        assert self.read(uan=["12"], summary={}, uan_details={}).uan is None


class TestOutcomes:
    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (found(code=102), Refused(RefusedFor.INVALID_INPUT, "102", "Digitap answered result code 102")),
            (found(code=103), NoRecord("Digitap answered result code 103")),
            (found(code=104), NoRecord("Digitap answered result code 104")),
            (found(code=199), Unknown("Digitap answered result code 199")),
            (Answer(400), Refused(RefusedFor.INVALID_INPUT, "400", "Digitap answered HTTP 400")),
            (Answer(412), Misconfigured(MisconfiguredIn.PRODUCT, "412", "Digitap answered HTTP 412")),
            (Answer(505), NotSent("Digitap answered HTTP 505")),
            (Answer(506), NoRecord("Digitap answered HTTP 506")),
            (Answer(504), Unknown("Digitap answered HTTP 504")),
            (Answer(200, b"<html>"), Unknown("the answer is no JSON object")),
            (HANGS_UP, Unknown("RemoteProtocolError")),
        ],
    )
    def test_each_answer(self, answer: Answer, expected: Any) -> None:
        assert ask(answer)[0] == expected

    def test_silence(self) -> None:
        def slowly(_: Any) -> Answer:
            time.sleep(0.4)
            return found()

        assert ask(slowly, seconds=0.1)[0] == Unknown("ReadTimeout")
        assert isinstance(ask(found(), url=nobody())[0], NotSent)


def test_every_setting_of_a_fact_exists() -> None:
    assert {fact.setting for fact in PROVIDER.facts} - {""} <= {f.name for f in attrs.fields(DigitapConfig)}
