"""The regulator's rules of lateness: dates, classes by borrower, income in suspense, provisions."""

from datetime import date

import pytest

from los_domain.repayment import TransactionKind, fold
from los_domain.repayment import borrower as borrowers
from los_domain.repayment.dpd import (
    INDIAN_BUCKETS,
    AssetClass,
    bucket_of,
    class_changes,
    days_past_due,
    npa_class,
    npa_day,
    sma_dates,
    standard_class,
)
from los_domain.repayment.regulation import NBFC_BASE_LAYER, NBFC_MIDDLE_LAYER, in_force
from los_domain.repayment.servicing import OverdueFrom
from los_domain.shared.money import Money
from tests.repayment.builders import History, day, money, terms

K = TransactionKind


@pytest.mark.parametrize(
    ("due", "sma_1", "sma_2", "npa"),
    [
        ("2021-03-31", "2021-04-30", "2021-05-30", "2021-06-29"),
        ("2021-12-01", "2021-12-31", "2022-01-30", "2022-03-01"),
        ("2024-02-29", "2024-03-30", "2024-04-29", "2024-05-29"),
        ("2023-11-30", "2023-12-30", "2024-01-29", "2024-02-28"),
    ],
)
def test_the_regulator_s_dates(due: str, sma_1: str, sma_2: str, npa: str):
    assert [str(each) for each in sma_dates(day(due), NBFC_MIDDLE_LAYER)] == [sma_1, sma_2, npa]


@pytest.mark.parametrize(
    ("dpd", "found"),
    [(0, "standard"), (1, "sma_0"), (30, "sma_0"), (31, "sma_1"), (60, "sma_1"), (61, "sma_2"), (90, "sma_2")],
)
def test_special_mention(dpd: int, found: str):
    assert standard_class(dpd, NBFC_MIDDLE_LAYER[0]).value == found


@pytest.mark.parametrize(
    ("dpd", "bucket"), [(0, None), (1, "SMA-0"), (30, "SMA-0"), (31, "SMA-1"), (91, "NPA"), (900, "NPA")]
)
def test_buckets(dpd: int, bucket: str | None):
    found = bucket_of(INDIAN_BUCKETS, dpd)
    assert (found.name if found else None) == bucket


def test_both_counts_of_days():
    assert days_past_due(day("2023-01-31"), day("2023-02-02"), OverdueFrom.NEXT_DAY) == 2
    assert days_past_due(day("2024-10-10"), day("2024-10-15"), OverdueFrom.DAY_END) == 6
    assert days_past_due(day("2024-10-10"), day("2024-10-10"), OverdueFrom.NEXT_DAY) == 0
    assert days_past_due(day("2024-10-10"), day("2024-10-09"), OverdueFrom.DAY_END) == 0


@pytest.mark.parametrize(
    ("on", "found"),
    [
        ("2023-07-05", AssetClass.SUBSTANDARD),
        ("2024-05-01", AssetClass.SUBSTANDARD),
        ("2024-05-02", AssetClass.DOUBTFUL_1),
        ("2025-05-02", AssetClass.DOUBTFUL_2),
        ("2027-05-02", AssetClass.DOUBTFUL_3),
    ],
)
def test_a_non_performing_account_grows_worse_with_age(on: str, found: AssetClass):
    norms = NBFC_MIDDLE_LAYER[0]
    assert npa_class(day("2023-05-02"), day(on), norms) is found
    assert class_changes(day("2023-05-02"), norms) == (day("2024-05-02"), day("2025-05-02"), day("2027-05-02"))


@pytest.mark.parametrize(
    ("due", "npa"), [("2022-01-01", 180), ("2024-01-15", 150), ("2025-02-01", 120), ("2026-06-01", 90)]
)
def test_a_small_company_s_days_were_more_in_earlier_years(due: str, npa: int):
    falls = date.fromordinal(npa_day(NBFC_BASE_LAYER, day(due).toordinal(), OverdueFrom.DAY_END))
    assert days_past_due(day(due), falls, OverdueFrom.DAY_END) == npa + 1 or falls in {
        each.effective_from for each in NBFC_BASE_LAYER
    }
    assert in_force(NBFC_BASE_LAYER, falls).npa_after == npa


def lent(*paid: tuple[str, str], marked: tuple[str, bool] | None = None) -> History:
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000")
    for on, amount in paid:
        history.add(K.PAYMENT, on, amount)
    if marked:
        history.add(K.CLASSIFICATION, marked[0], npa=marked[1])
    return history


ON_TIME = (("2026-02-05", "9456"), ("2026-03-05", "9456"), ("2026-04-05", "9456"), ("2026-05-05", "9456"))


def test_one_loan_that_does_not_perform_takes_all_loans_of_its_borrower_with_it():
    on = day("2026-05-06")
    bad, good = fold(terms(), lent().entered, on), fold(terms(), lent(*ON_TIME).entered, on)
    assert (bad.asset_class, good.asset_class) == (AssetClass.SUBSTANDARD, AssetClass.STANDARD)
    assert borrowers.marks({"bad": bad, "good": good}) == {"bad": True, "good": True}
    marked = fold(terms(), lent(*ON_TIME, marked=("2026-05-06", True)).entered, on)
    assert marked.asset_class is AssetClass.SUBSTANDARD
    assert borrowers.asset_class([bad, good]) is AssetClass.SUBSTANDARD


def test_none_is_upgraded_before_the_arrears_of_all_are_paid():
    on = day("2026-05-10")
    paid_up = lent(marked=("2026-05-06", True))
    paid_up.add(K.PAYMENT, "2026-05-10", "37824")
    late = lent(*ON_TIME[:3], marked=("2026-05-06", True))
    both = {"paid up": fold(terms(), paid_up.entered, on), "late": fold(terms(), late.entered, on)}
    assert both["paid up"].dpd == 0
    assert both["paid up"].asset_class is AssetClass.SUBSTANDARD
    assert borrowers.marks(both) == {}
    late.add(K.PAYMENT, "2026-05-11", "9456")
    then = {key: fold(terms(), each.entered, day("2026-05-11")) for key, each in (("paid up", paid_up), ("late", late))}
    assert borrowers.marks(then) == {"paid up": False, "late": False}
    for history in (paid_up, late):
        history.add(K.CLASSIFICATION, "2026-05-11", npa=False)
        assert fold(terms(), history.entered, day("2026-05-11")).asset_class is AssetClass.STANDARD


def test_provisions_follow_the_class():
    def account(on: str) -> object:
        return fold(terms(), lent().entered, day(on))

    standard, substandard, doubtful = account("2026-01-05"), account("2026-06-30"), account("2027-07-01")
    assert borrowers.provision(standard) == money("400")  # type: ignore[arg-type]
    assert borrowers.provision(substandard) == money("10000")  # type: ignore[arg-type]
    assert borrowers.provision(doubtful) == money("100000")  # type: ignore[arg-type]
    assert borrowers.provision(doubtful, secured=money("60000")) == money("52000")  # type: ignore[arg-type]
    history = lent()
    history.add(K.CHARGE_OFF, "2026-08-01")
    lost = fold(terms(), history.entered, day("2026-08-01"))
    assert (lost.asset_class, borrowers.provision(lost)) == (AssetClass.LOSS, money("100000"))
    history.add(K.WRITE_OFF, "2026-08-02")
    assert borrowers.provision(fold(terms(), history.entered, day("2026-08-02"))) == Money(0)
