"""Readers of bureau reports: every sample in every shape gives the metrics written down for it, and words on no page are unknown."""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from los_adapters.bureau.cibil_report import block_dpd
from los_adapters.bureau.crif_report import cell_dpd
from los_adapters.bureau.equifax_report import equifax_report, payment_status_dpd
from los_adapters.bureau.shapes import metrics_as_json, read_report
from los_adapters.wire.figures import amount
from los_domain.bureau.model import AccountStatus, AccountType, Bureau, Hit, Ownership, ScoreState
from los_domain.shared.money import Money

VECTORS = Path(__file__).parents[1] / "vectors" / "bureau"
SAMPLES = sorted(path.name for path in VECTORS.glob("*.json") if "expected" not in path.name)


def sample(name: str) -> Any:
    return json.loads((VECTORS / name).read_text())


def expected(name: str) -> dict[str, Any]:
    person, shape = name.removesuffix(".json").split(".")
    figures: dict[str, Any] = sample(f"{person}.expected-metrics.json")
    overrides: dict[str, Any] = figures.pop("provider_overrides").get(shape, {})
    return figures | overrides


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_gives_its_metrics(name: str) -> None:
    assert metrics_as_json((VECTORS / name).read_bytes()) == expected(name)


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_is_read_to_the_last_word(name: str) -> None:
    assert read_report((VECTORS / name).read_bytes()).unread == ()


def test_there_are_all_samples() -> None:
    assert len(SAMPLES) == 13


def test_the_aggregators_copy_is_the_same_report() -> None:
    original = equifax_report(sample("prime.equifax-ccr.json"))
    copied = equifax_report(sample("prime.aggregator-lower-camel.json"))
    assert copied.accounts == original.accounts
    assert copied.subject == original.subject
    assert copied.score == original.score


@pytest.mark.parametrize(
    ("name", "bureau", "control"),
    [
        ("written-off.equifax-ccr.json", Bureau.EQUIFAX, "9000001141"),
        ("written-off.crif-cir-pro-v2.json", Bureau.CRIF, "SBX250630CR000001141"),
        ("written-off.cibil-tuef-json.json", Bureau.CIBIL, "000000001141"),
    ],
)
def test_the_three_shapes_tell_of_one_person(name: str, bureau: Bureau, control: str) -> None:
    report = read_report((VECTORS / name).read_bytes())
    assert (report.bureau, report.control_number, report.reported_on) == (bureau, control, date(2025, 6, 30))
    assert report.subject.name == "MEENA RATHORE"
    assert report.subject.pans == ("ZZZPR0004D",)
    card, settled, running = report.accounts
    assert (card.type, card.status, card.written_off_total) == (
        AccountType.CC,
        AccountStatus.WRITTEN_OFF,
        Money.rupees(48_210),
    )
    assert (settled.type, settled.status, settled.closed) == (
        AccountType.PL,
        AccountStatus.SETTLED,
        date(2022, 8, 19),
    )
    assert (running.type, running.status, running.tenure_months) == (AccountType.CD, AccountStatus.ACTIVE, 12)
    assert {account.id_masked for account in report.accounts} == {"…4001", "…4002", "…4003"}
    assert "RATHORE" not in repr(report)


def test_no_history_is_a_report_and_its_sentinel_no_number() -> None:
    for name, hit in (
        ("thin-file-ntc.equifax-ccr.json", Hit.NO_HIT),
        ("thin-file-ntc.crif-cir-pro-v2.json", Hit.THIN),
        ("thin-file-ntc.cibil-tuef-json.json", Hit.THIN),
    ):
        report = read_report((VECTORS / name).read_bytes())
        assert report.hit is hit
        assert (report.score.value, report.score.state) == (None, ScoreState.NO_HISTORY)


class TestPaymentStatusOfEquifax:
    @pytest.mark.parametrize(
        ("word", "dpd", "bucketed"),
        [
            ("000", 0, False),
            ("01+", 1, True),
            ("31+", 31, True),
            ("61+", 61, True),
            ("91+", 91, True),
            ("121+", 121, True),
            ("181+", 181, True),
            ("361+", 361, True),
            ("*", None, False),
            ("NEW", None, False),
            ("OPEN", None, False),
            ("CLSD", None, False),
            ("SET", None, False),
            ("STD", 0, False),
            ("RES", 0, False),
            ("SUB", 91, False),
            ("DBT", 366, False),
            ("LOS", 900, False),
            ("WOF", 900, False),
        ],
    )
    def test_words(self, word: str, dpd: int | None, bucketed: bool) -> None:
        assert payment_status_dpd(word) == (dpd, bucketed)

    def test_a_new_word_is_unknown_and_listed(self) -> None:
        report = _changed_account("recent-60-dpd.equifax-ccr.json", History48Months=[_month("06-25", "ODD")])
        assert report.accounts[0].history[0].dpd is None
        assert report.unread == ("payment status ODD",)

    @pytest.mark.parametrize(("balance", "dpd"), [("0", 0), ("10", None)])
    def test_closed_is_on_time_only_where_nothing_is_owed(self, balance: str, dpd: int | None) -> None:
        report = _changed_account(
            "recent-60-dpd.equifax-ccr.json", Balance=balance, History48Months=[_month("06-25", "CLSD")]
        )
        assert report.accounts[0].history[0].dpd == dpd

    @pytest.mark.parametrize(
        ("changed", "status"),
        [
            ({}, AccountStatus.ACTIVE),
            ({"Open": "No"}, AccountStatus.ACTIVE),  # the flag alone says nothing
            ({"DateClosed": "2025-01-01"}, AccountStatus.CLOSED),
            ({"WriteOffAmount": "5"}, AccountStatus.WRITTEN_OFF),
            ({"WriteOffAmount": "5", "DateClosed": "2025-01-01"}, AccountStatus.WRITTEN_OFF),
            ({"DateWrittenOff": "2024-01-01"}, AccountStatus.WRITTEN_OFF),
            ({"AccountStatus": "Charge Off/Written Off"}, AccountStatus.WRITTEN_OFF),
            ({"SettlementAmount": "100"}, AccountStatus.SETTLED),
            ({"SettlementAmount": "100", "WriteOffAmount": "5"}, AccountStatus.WO_SETTLED),
            ({"AccountStatus": "Account Sold"}, AccountStatus.SOLD),
            ({"AccountStatus": "Restructured Loan"}, AccountStatus.RESTRUCTURED),
        ],
    )
    def test_the_worst_sign_decides_the_standing(self, changed: dict[str, str], status: AccountStatus) -> None:
        assert _changed_account("recent-60-dpd.equifax-ccr.json", **changed).accounts[0].status is status

    def test_unknown_kind_and_owner_are_listed(self) -> None:
        report = _changed_account("recent-60-dpd.equifax-ccr.json", AccountType="Moon Loan", OwnershipType="Uncle")
        assert report.accounts[0].type is AccountType.OTHER
        assert report.accounts[0].ownership is Ownership.INDIVIDUAL
        assert report.unread == ("account type Moon Loan", "ownership Uncle")


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("065/STD", (65, "STD")),
        ("900/LSS", (900, "LSS")),
        ("XXX/XXX", (None, "")),
        ("030/XXX", (30, "")),
        ("XXX/SUB", (91, "SUB")),
        ("XXX/STD", (0, "STD")),
        ("DDD/STD", None),
    ],
)
def test_cells_of_crif(cell: str, read: Any) -> None:
    assert cell_dpd(cell) == read


@pytest.mark.parametrize(
    ("block", "read"),
    [
        ("000", (0, "")),
        ("065", (65, "")),
        ("XXX", (None, "")),
        ("STD", (0, "STD")),
        ("SMA", (31, "SMA")),
        ("SUB", (91, "SUB")),
        ("DBT", (366, "DBT")),
        ("LSS", (900, "LSS")),
        ("QQQ", None),
    ],
)
def test_blocks_of_cibil(block: str, read: Any) -> None:
    assert block_dpd(block) == read


def test_history_of_cibil_runs_backwards_from_its_start() -> None:
    tree = sample("recent-60-dpd.cibil-tuef-json.json")
    account = tree["consumerCreditData"][0]["accounts"][0]
    account |= {"paymentHistory": "065XXXSMA", "paymentStartDate": "01012025"}
    history = read_report(json.dumps(tree).encode()).accounts[0].history
    assert [(month.month, month.dpd) for month in history] == [
        (date(2025, 1, 1), 65),
        (date(2024, 12, 1), None),
        (date(2024, 11, 1), 31),
    ]


@pytest.mark.parametrize(
    ("facility", "status"),
    [
        ("00", AccountStatus.RESTRUCTURED),
        ("02", AccountStatus.WRITTEN_OFF),
        ("03", AccountStatus.SETTLED),
        ("04", AccountStatus.WO_SETTLED),
        ("05", AccountStatus.SOLD),
        ("06", AccountStatus.WRITTEN_OFF),
        ("08", AccountStatus.WRITTEN_OFF),
        ("09", AccountStatus.SETTLED),
        ("", AccountStatus.ACTIVE),
    ],
)
def test_facility_codes_of_cibil(facility: str, status: AccountStatus) -> None:
    tree = sample("recent-60-dpd.cibil-tuef-json.json")
    tree["consumerCreditData"][0]["accounts"][0]["creditFacilityStatus"] = facility
    assert read_report(json.dumps(tree).encode()).accounts[0].status is status


def test_a_hosted_report_is_found_in_its_wrapping() -> None:
    tree = {"status": "ok", "data": {"CIBILReport": sample("prime.cibil-tuef-json.json"), "CIBILPDF": "url"}}
    assert metrics_as_json(json.dumps(tree).encode()) == expected("prime.cibil-tuef-json.json")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        b"[]",
        b"{}",
        b'{"INProfileResponse": {}}',
        b'{"CCRResponse": {"CIRReportDataLst": []}}',
        b'{"CIR-REPORT-FILE": {"HEADER-SEGMENT": {}}}',
        b'{"consumerCreditData": []}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_report_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError):
        read_report(raw)


@pytest.mark.parametrize(
    ("wire", "paise"),
    [
        ("25,92,764", 259276400),
        ("67110.0", 6711000),
        ("1,23,456.50", 12345650),
        (8.4, 840),
        (3105000, 310500000),
        ("-5", -500),
    ],
)
def test_amounts(wire: Any, paise: int) -> None:
    assert amount(wire) == Money(paise)


@pytest.mark.parametrize("wire", ["", None, "null", " ", "abc", "1.005", True, [], float("nan"), float("inf")])
def test_what_is_no_amount(wire: Any) -> None:
    assert amount(wire) is None


def _month(key: str, status: str) -> dict[str, str]:
    return {"key": key, "PaymentStatus": status, "SuitFiledStatus": "*", "AssetClassificationStatus": "*"}


def _changed_account(name: str, **changed: Any) -> Any:
    tree = copy.deepcopy(sample(name))
    tree["CCRResponse"]["CIRReportDataLst"][0]["CIRReportData"]["RetailAccountDetails"][0] |= changed
    return equifax_report(tree)
