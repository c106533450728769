"""Ends of days from the command line, and as business time is moved."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from los_adapters.bootstrap import Application, build
from los_adapters.shared.settings import Settings
from los_cli import clock as clock_commands
from los_cli import day as day_commands
from los_domain.loans.states import LoanStatus
from los_domain.shared.errors import Conflict
from tests.loans.stored import a_disbursed_loan
from tests.services import SettableClock, a_lender_and_brand


class Opened:
    """An installation whose application is the test's."""

    def __init__(self, application: Application) -> None:
        self.held = application

    def application(self) -> "Opened":
        return self

    def __enter__(self) -> Application:
        return self.held

    def __exit__(self, *_: object) -> None:
        """The fixture closes it."""


def said(app: Any, *words: str) -> Any:
    answer = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_a_night_by_hand(application: Application, clock: SettableClock) -> None:
    brand = a_lender_and_brand(application)
    lent = clock.today() - timedelta(days=40)
    a_disbursed_loan(application.core.postgres.begin, brand, lent)
    app = day_commands.app(lambda: Opened(application))  # type: ignore[arg-type, return-value]
    (before,) = said(app, "status")
    assert (before["brand"], before["lastNight"], before["loansDue"]) == (brand.subdomain, None, 1)
    yesterday = clock.today() - timedelta(days=1)
    nights = said(app, "run", str(yesterday))
    assert nights[-1]["day"] == str(yesterday)
    assert sum(night["loans"] for night in nights) > 3
    assert said(app, "run", str(yesterday)) == []
    (after,) = said(app, "status")
    assert (after["lastNight"], after["isUpToDate"]) == (str(yesterday), True)
    with pytest.raises(Conflict):
        said(app, "run", str(clock.today()))
    assert CliRunner().invoke(app, ["run", "yesterday"]).exit_code == 2


def test_each_midnight_that_business_time_passes_closes_its_day(settings: Settings) -> None:
    application = build(settings)
    try:
        brand = a_lender_and_brand(application)
        begin = application.core.postgres.begin
        today = application.core.clock.today()
        loan = a_disbursed_loan(begin, brand, today)
        app = clock_commands.app(lambda: Opened(application))  # type: ignore[arg-type, return-value]
        assert said(app, "advance", "33")["nights"] == 33
        with begin(brand.scope()) as work:
            found = work.loans.get(loan.id)
            assert found.status is LoanStatus.OVERDUE
            assert work.nights.last_done() == today + timedelta(days=32)
        assert application.core.clock.today() == date.fromordinal(today.toordinal() + 33)
    finally:
        application.close()
