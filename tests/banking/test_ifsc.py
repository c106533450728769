"""IFSC: the list's own vectors, what the service adds, and that its silence decides nothing."""

import time
from typing import Any

import pytest

from los_adapters.banking.ifsc import VERSION, IfscBranches, IfscConfig, branch_list
from los_adapters.wire.config import SettingProblem
from los_domain.banking.model import BranchSource
from los_domain.shared.identifiers import Ifsc
from los_domain.shared.outcome import Done, NoRecord
from tests.loopback import HANGS_UP, Answer, nobody, vendor, wire

HDFC = Ifsc("HDFC0002854")
TOLD = {
    "BRANCH": "DEMO BRANCH", "ADDRESS": "1 DEMO ROAD", "STATE": "KARNATAKA", "MICR": "560000001", "CONTACT": "",
    "UPI": True, "RTGS": True, "CITY": "BANGALORE", "CENTRE": "BANGALORE", "DISTRICT": "BANGALORE", "NEFT": True,
    "IMPS": False, "SWIFT": None, "ISO3166": "IN-KA", "BANK": "HDFC Bank", "BANKCODE": "HDFC", "IFSC": "HDFC0002854",
}  # fmt: skip


def offline(ifsc: Ifsc) -> Any:
    with wire() as line:
        return IfscBranches(IfscConfig(), line).lookup(ifsc)


def online(answer: Any, *codes: Ifsc, **changed: Any) -> tuple[list[Any], int]:
    with vendor(answer if callable(answer) else lambda _: answer) as there, wire() as line:
        branches = IfscBranches(IfscConfig(look_up_url=there.url, **changed), line)
        return [branches.lookup(code) for code in codes], len(there.asked)


class TestList:
    @pytest.mark.parametrize(
        "code",
        ["UTIB0000001", "HDFC0002854", "IDIB000A001", "KKBK0000261", "BARB0DBAGIY", "BARB0ZOOTIN", "HPSC0000406"],
    )
    def test_branches_that_exist(self, code: str) -> None:
        outcome = offline(Ifsc(code))
        assert (outcome.value.ifsc.value, outcome.value.source, outcome.value.dataset) == (
            code,
            BranchSource.LIST,
            VERSION,
        )
        assert outcome.value.bank

    @pytest.mark.parametrize("code", ["PUNB0000000", "BOTM0XEEMRA", "DLXB0000500", "HPSC0000300", "SBBJ0010004"])
    def test_branches_that_do_not(self, code: str) -> None:
        assert isinstance(offline(Ifsc(code)), NoRecord)

    def test_a_merged_bank_is_told_from_a_wrong_branch(self) -> None:
        assert "merged" in offline(Ifsc("SBBJ0010004")).message
        assert "no such branch" in offline(Ifsc("HDFC0888888")).message

    def test_form(self) -> None:
        assert Ifsc.parse(" hdfc0002854 ") == HDFC
        for wrong in ("HDFCO002854", "HDFC00028"):
            with pytest.raises(ValueError, match="zero in fifth place"):
                Ifsc.parse(wrong)

    def test_size_of_the_release(self) -> None:
        held = branch_list()
        assert len(held.numbered) == 260
        assert sum(map(len, held.numbered.values())) + sum(map(len, held.lettered.values())) == 182_295

    def test_a_small_bank_that_uses_its_sponsors_codes_is_named_itself(self) -> None:
        assert offline(HDFC).value.bank == "HDFC Bank"
        assert branch_list().bank_of(Ifsc("AKJB0000001")) == "AJKB"
        assert branch_list().bank_of(Ifsc("ALLA0AU1002")) == "AUGX"
        assert branch_list().bank_of(Ifsc("ALLA0000001")) == "ALLA"

    def test_rails_of_the_bank(self) -> None:
        assert offline(HDFC).value.nach_debit is True
        assert (offline(HDFC).value.neft, offline(HDFC).value.city) == (None, "")


class TestService:
    def test_adds_the_address(self) -> None:
        (outcome,), asked = online(Answer.of(TOLD), HDFC)
        branch = outcome.value
        assert (branch.branch, branch.city, branch.state, branch.micr) == (
            "DEMO BRANCH",
            "BANGALORE",
            "KARNATAKA",
            "560000001",
        )
        assert (branch.neft, branch.rtgs, branch.imps, branch.upi) == (True, True, False, True)
        assert (branch.source, asked) == (BranchSource.LIST, 1)

    def test_knows_a_branch_that_is_newer_than_the_list(self) -> None:
        (outcome,), _ = online(Answer.of(TOLD | {"IFSC": "HDFC0888888", "MICR": None}), Ifsc("HDFC0888888"))
        assert (outcome.value.source, outcome.value.micr) == (BranchSource.SERVICE, "")

    @pytest.mark.parametrize(
        "answer",
        [
            Answer.of("Not Found", 404),
            Answer(500),
            Answer(200, b"<html>"),
            Answer.of([]),
            Answer.of(TOLD | {"IFSC": "ICIC0000001"}),
            HANGS_UP,
        ],
    )
    def test_without_an_answer_the_list_decides(self, answer: Answer) -> None:
        (known, unknown), asked = online(answer, HDFC, Ifsc("HDFC0888888"))
        assert isinstance(known, Done)
        assert known.value.branch == ""
        assert isinstance(unknown, NoRecord)
        assert asked == 2

    def test_silence(self) -> None:
        def slowly(_: Any) -> Answer:
            time.sleep(0.4)
            return Answer.of(TOLD)

        assert online(slowly, HDFC, seconds=0.1)[0][0].value.branch == ""
        with wire() as line:
            assert isinstance(IfscBranches(IfscConfig(look_up_url=nobody()), line).lookup(HDFC), Done)

    def test_is_asked_once_a_month_and_not_again_before(self) -> None:
        outcomes, asked = online(Answer.of(TOLD), HDFC, HDFC)
        assert (outcomes[0], asked) == (outcomes[1], 1)
        moment = [0.0]
        with vendor(lambda _: Answer.of(TOLD)) as there, wire() as line:
            branches = IfscBranches(IfscConfig(look_up_url=there.url), line, now=lambda: moment[0])
            for moment[0] in (0.0, 29 * 86400.0, 31 * 86400.0):
                branches.lookup(HDFC)
            assert len(there.asked) == 2


def test_the_address_of_the_service_is_checked() -> None:
    with pytest.raises(SettingProblem, match="look_up_url"):
        IfscConfig(look_up_url="ifsc.example")
