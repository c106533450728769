from datetime import date

from los_domain.repayment import indian, schedule
from los_domain.shared.money import Money
from los_domain.shared.rates import Rate


def test_an_indian_personal_loan():
    rows = schedule(indian(Money.rupees(20_000), Rate.yearly("15"), 24, date(2026, 1, 31)))
    assert [str(row.due_on) for row in rows][:3] == ["2026-02-28", "2026-03-31", "2026-04-30"]
    assert rows[0].due == Money.rupees(970)
    assert rows[0].interest == Money.rupees(250)
    assert rows.total_principal == Money.rupees(20_000)
    assert rows[-1].balance_after == Money(0)
