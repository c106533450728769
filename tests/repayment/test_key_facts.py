"""The key facts statement: what it says, that it is whole, and that its digest stands for all of it."""

import itertools
import json
from datetime import date

import attrs
import pytest

from los_domain.repayment import ImpossibleTerms, UpfrontCharge, indian, quote
from los_domain.repayment.key_facts import (
    Contingency,
    ContingentCharge,
    FloatingRate,
    Head,
    Impact,
    KeyFacts,
    LenderFacts,
    Payee,
    RecurringCharge,
    valid_until,
)
from los_domain.shared.dates import Holidays
from los_domain.shared.errors import Rejected
from los_domain.shared.money import ZERO, Money
from los_domain.shared.rates import Quoted, Rate

LENDER = LenderFacts(
    name="Example Finance",
    recovery_clause="14",
    grievance_clause="21",
    officer="A. Officer",
    phone="+911234567890",
    email="officer@example.test",
    recovery_agents=("Example Recovery",),
)
FEE = UpfrontCharge("Processing fee", Money(24_000), ZERO, Payee.LENDER, Head.PROCESSING)
COVER = UpfrontCharge("Credit cover", Money(16_000), ZERO, Payee.THIRD_PARTY, Head.INSURANCE)
TERMS = indian(Money.rupees(20_000), Rate.yearly("15"), 24, date(2026, 1, 15))


def facts(*charges: UpfrontCharge, **more: object) -> KeyFacts:
    chosen = {
        "proposal": "P-1",
        "loan_type": "personal loan",
        "on": date(2026, 1, 12),
        "lender": LENDER,
        "cooling_off_days": 3,
        "contingent": (ContingentCharge(Contingency.PENAL, "a year on the amount overdue", percent=Quoted(24)),),
    } | more
    return quote(more.get("terms", TERMS), charges, **{k: v for k, v in chosen.items() if k != "terms"})  # type: ignore[arg-type]


def test_the_illustration_of_the_reserve_bank():
    kfs = facts(FEE, COVER)
    assert str(kfs.apr) == "17.07"
    assert kfs.net_disbursed == Money.rupees(19_600)
    assert (kfs.payable_to_lender, kfs.payable_to_third_parties) == (Money.rupees(240), Money.rupees(160))
    assert kfs.epi == Money.rupees(970)
    assert kfs.total_payable - kfs.total_interest == kfs.sanctioned == Money.rupees(20_000)
    assert kfs.commences_on == date(2026, 2, 15)


def test_tax_on_charges_is_part_of_their_cost():
    taxed = attrs.evolve(FEE, gst=Money(4_320))
    assert facts(taxed).net_disbursed == Money.rupees(20_000) - Money(28_320)
    assert float(str(facts(taxed).apr)) > float(str(facts(FEE).apr))


def test_charges_with_every_instalment_raise_the_rate():
    monthly = RecurringCharge("Alerts", Money(1_000), Money(180), Payee.LENDER)
    assert float(str(facts(recurring=(monthly,)).apr)) > 15


def test_the_content_is_json_and_its_digest_stands_for_it():
    kfs = facts(FEE, COVER)
    assert json.loads(json.dumps(kfs.content())) == kfs.content()
    assert kfs.digest() == facts(FEE, COVER).digest()
    changed = [
        facts(FEE),
        facts(FEE, COVER, proposal="P-2"),
        facts(FEE, COVER, on=date(2026, 1, 13)),
        facts(FEE, COVER, cooling_off_days=4),
        facts(FEE, COVER, contingent=()),
        facts(FEE, COVER, lender=attrs.evolve(LENDER, phone="+911234567891")),
        facts(FEE, COVER, terms=attrs.evolve(TERMS, instalments=23)),
    ]
    assert len({kfs.digest(), *(each.digest() for each in changed)}) == 1 + len(changed)


def test_the_digest_does_not_depend_on_the_run():
    assert facts(FEE, COVER).digest() == "d813b003461fd007b97388f572ab2426cce3deb642da81a5881b11e8ed1f2336"


def test_annex_c_adds_up():
    rows = facts(FEE).amortisation()
    assert rows[0].outstanding == Money.rupees(20_000)
    assert all(row.principal + row.interest == row.instalment for row in rows)
    assert all(one.outstanding - one.principal == other.outstanding for one, other in itertools.pairwise(rows))


def test_leaving_within_the_cooling_off_period_costs_the_proportionate_rate():
    kfs = facts(FEE, COVER)
    assert kfs.exit_amount(date(2026, 1, 15)) == kfs.net_disbursed
    # 19,600 x 17.07 % x 3/365 = 27.499
    assert kfs.exit_amount(date(2026, 1, 18)) == Money(19_600_00 + 27_50)
    with pytest.raises(Rejected, match="2026-01-18"):
        kfs.exit_amount(date(2026, 1, 19))


def test_a_processing_fee_disclosed_as_kept_is_kept():
    kfs = facts(attrs.evolve(FEE, kept_on_exit=True), COVER)
    assert kfs.exit_amount(date(2026, 1, 15)) == kfs.net_disbursed + Money.rupees(240)


def test_a_floating_rate_says_what_a_quarter_point_does():
    floating = FloatingRate("Repo", Quoted(650, 2), Quoted(85, 1), 3, 36)
    kfs = facts(floating=floating)
    # 20,000 at 15.25 % in 24 months is 972.09; 970 a month at 15.25 % takes 24.06 months
    assert kfs.impact == Impact(Money.rupees(972), 25)
    with pytest.raises(ImpossibleTerms, match="floating"):
        facts(floating=attrs.evolve(floating, spread=Quoted(9)))


@pytest.mark.parametrize(
    ("days", "closed", "until"),
    [
        (30, {5, 6}, date(2026, 10, 7)),  # issued on Friday 2 October 2026
        (30, {6}, date(2026, 10, 6)),
        (6, {5, 6}, date(2026, 10, 5)),
        (7, set(), date(2026, 10, 5)),
    ],
)
def test_validity_counts_working_days(days: int, closed: set[int], until: date):
    assert valid_until(date(2026, 10, 2), days, Holidays.of((), weekdays=closed)) == until


@pytest.mark.parametrize(
    "wrong",
    [
        {"cooling_off_days": 0},
        {"contingent": (ContingentCharge(Contingency.OTHER, "neither"),)},
        {"recurring": (RecurringCharge("x", Money(1), ZERO, Payee.LENDER, every=0),)},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]):
    with pytest.raises(ImpossibleTerms):
        facts(**wrong)


def test_a_charge_is_not_negative():
    with pytest.raises(ImpossibleTerms, match=r"charges\.amount"):
        facts(attrs.evolve(FEE, amount=Money(-1)))
