"""``los bureau metrics`` and ``los statement metrics`` on the samples."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from los_adapters.banking import shapes as statements
from los_adapters.bureau import shapes as reports
from los_cli import bureau, statement

VECTORS = Path(__file__).parents[1] / "vectors"
REPORT = VECTORS / "bureau" / "recent-60-dpd.crif-cir-pro-v2.json"
STATEMENT = VECTORS / "bank-statement" / "gig-income.aa-deposit.json"


def of(read: Callable[..., Any]) -> Callable[[bytes, date | None], Any]:
    return lambda raw, as_of: read(raw, as_of=as_of)


@pytest.fixture
def commands() -> typer.Typer:
    main = typer.Typer()
    main.add_typer(bureau.app(of(reports.metrics_as_json)), name="bureau")
    main.add_typer(statement.app(of(statements.metrics_as_json)), name="statement")
    return main


def run(commands: typer.Typer, *words: str, stdin: bytes | None = None) -> Any:
    return CliRunner().invoke(commands, list(words), input=stdin)


@pytest.mark.parametrize(
    ("group", "file", "figures"),
    [
        ("bureau", REPORT, VECTORS / "bureau" / "recent-60-dpd.expected-metrics.json"),
        ("statement", STATEMENT, VECTORS / "bank-statement" / "gig-income.expected-metrics.json"),
    ],
)
def test_json_is_the_metrics_alone(commands: typer.Typer, group: str, file: Path, figures: Path) -> None:
    ran = run(commands, group, "metrics", str(file), "--json")
    expected = json.loads(figures.read_text())
    expected.pop("provider_overrides", None)
    assert (ran.exit_code, json.loads(ran.stdout)) == (0, expected)


def test_a_table_for_people(commands: typer.Typer) -> None:
    ran = run(commands, "bureau", "metrics", str(REPORT))
    assert ran.exit_code == 0
    assert "max_dpd_3m" in ran.stdout
    assert "65" in ran.stdout


def test_another_day(commands: typer.Typer) -> None:
    ran = run(commands, "bureau", "metrics", str(REPORT), "--as-of", "2025-05-31", "--json")
    assert json.loads(ran.stdout)["max_dpd_3m"] == 35


def test_standard_input(commands: typer.Typer) -> None:
    ran = run(commands, "statement", "metrics", "-", "--json", stdin=STATEMENT.read_bytes())
    assert json.loads(ran.stdout)["income_type"] == "GIG"


@pytest.mark.parametrize(
    ("words", "code"),
    [(("no-such-file",), 2), ((str(REPORT), "--as-of", "yesterday"), 2), ((str(STATEMENT),), 1), ((__file__,), 1)],
)
def test_what_cannot_be_read_says_so(commands: typer.Typer, words: tuple[str, ...], code: int) -> None:
    ran = run(commands, "bureau", "metrics", *words)
    assert ran.exit_code == code
    assert ran.stdout == ""
    assert ran.stderr
