"""``los math``: tables, JSON, drawings, and what is said when something is wrong. The figures are tested in tests/reference."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from los_cli import math

LOAN = {
    "emi_method": "annuity_nominal",
    "annual_rate_percent": "12",
    "interest_calculation": "same_as_repayment_period",
    "days_in_year": "360",
    "days_in_month": "30",
    "repay_every": 1,
    "repay_unit": "months",
    "number_of_repayments": 3,
    "installment_rounded_to_multiple_of": "1",
    "disbursements": [{"date": "2026-01-31", "amount": "900"}],
}


@pytest.fixture
def commands() -> typer.Typer:
    main = typer.Typer()
    main.add_typer(math.app(), name="math")
    return main


def run(commands: typer.Typer, *words: str, stdin: str | None = None) -> Any:
    return CliRunner().invoke(commands, ["math", *words], input=stdin)


def test_a_schedule_as_a_table(commands: typer.Typer):
    ran = run(commands, "schedule", "20000", "15", "24", "--on", "2026-01-31")
    assert ran.exit_code == 0
    assert "2026-02-28" in ran.stdout
    assert "₹970.00" in ran.stdout


def test_a_schedule_as_json(commands: typer.Typer):
    ran = run(commands, "schedule", "280000", "8.4", "20", "--on", "2026-01-31", "--preset", "frappe", "--json")
    assert json.loads(ran.stdout)["rows"][0]["due"] == "15052.00"


def test_a_loan_in_words(commands: typer.Typer):
    ran = run(commands, "schedule", "-", "--json", stdin=json.dumps(LOAN))
    assert [row["due"] for row in json.loads(ran.stdout)["rows"]] == ["306.00", "306.00", "306.06"]


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_drawing(commands: typer.Typer, tmp_path: Path, kind: str):
    file = tmp_path / f"schedule.{kind}"
    assert run(commands, "schedule", "20000", "15", "24", "--on", "2026-01-31", "--plot", str(file)).exit_code == 0
    assert file.read_bytes().startswith(b"\x89PNG" if kind == "png" else b"<?xml")


def test_the_rate_with_charges(commands: typer.Typer):
    ran = run(commands, "apr", "20000", "15", "24", "--on", "2026-01-15", "--charge", "240", "--charge", "160")
    assert ran.stdout == "17.07 % a year\n"


LIFE = {
    "loan": {key: value for key, value in LOAN.items() if key != "disbursements"},
    "allocation": {"walk": "instalment_by_instalment", "order": ["penalties", "fees", "interest", "principal"]},
    "events": [
        {"event": "disburse", "date": "2026-01-31", "amount": "900"},
        {"event": "repayment", "date": "2026-02-28", "amount": "300"},
        {"event": "business_date", "date": "2026-03-02"},
    ],
}


def test_where_a_loan_stands(commands: typer.Typer):
    ran = run(commands, "fold", "-", "--json", stdin=json.dumps(LIFE))
    found = json.loads(ran.stdout)
    assert (found["arrears"], found["days_past_due"], found["status"]) == ("6.00", 2, "active")
    assert found["rows"][0]["outstanding"] == "6.00"
    table = run(commands, "fold", "-", "--as-of", "2026-02-28", stdin=json.dumps(LIFE)).stdout
    assert "days past due: 0" in table


def test_what_closes_a_loan(commands: typer.Typer):
    ran = run(commands, "payoff", "-", "--on", "2026-02-28", "--json", stdin=json.dumps(LIFE))
    assert json.loads(ran.stdout)["total"] == "609.00"
    assert "609.00" in run(commands, "payoff", "-", "--on", "2026-02-28", stdin=json.dumps(LIFE)).stdout


def test_questions_are_answered_one_by_one(commands: typer.Typer):
    questions = [
        {"id": "good", "kind": "schedule", "input": LOAN},
        {"id": "impossible", "kind": "schedule", "input": LOAN | {"number_of_repayments": 0}},
        {"id": "unknown", "kind": "horoscope", "input": {}},
        {"id": "lacking", "kind": "emi", "input": {}},
    ]
    ran = run(commands, "run", "-", "--json", stdin=json.dumps(questions))
    answers = json.loads(ran.stdout)["answers"]
    assert len(answers["good"]["rows"]) == 3
    assert answers["impossible"]["error"].startswith("instalments: 0 breaks the rule")
    assert answers["unknown"]["error"].startswith("kind: 'horoscope' is not understood")
    assert answers["lacking"] == {"error": "principal: is missing"}


def test_check_tells_what_differs(commands: typer.Typer, tmp_path: Path):
    given = {"principal": "20000", "annual_rate_percent": "15", "number_of_instalments": 24, "frequency": "monthly"}
    case = {"id": "rbi", "kind": "emi", "input": given, "expected": {"emi": "970"}, "reproduced_with": "annuity"}
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([case]))
    assert run(commands, "check", str(file)).stdout == "1 agree, 0 do not\n"
    file.write_text(json.dumps([case | {"expected": {"emi": "971"}}]))
    ran = run(commands, "check", str(file))
    assert ran.exit_code == 1
    assert "rbi: emi: wanted 971, got 970.00" in ran.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("schedule", "no-such-file"), 2),
        (("schedule", "20000", "15", "24", "--on", "yesterday"), 1),
        (("schedule", "20000", "15", "24", "--on", "2026-01-31", "--plot", "drawing.txt"), 1),
        (("schedule", "0", "15", "24", "--on", "2026-01-31"), 1),
        (("check", __file__), 1),
    ],
)
def test_what_is_wrong_is_said(commands: typer.Typer, words: tuple[str, ...], code: int):
    ran = run(commands, *words)
    assert (ran.exit_code, ran.stdout) == (code, "")
    assert ran.stderr


def test_words_are_mapped_and_nothing_is_computed():
    """Arithmetic on loans belongs to los_domain; a sum or a product here would be a second engine."""
    allowed = {"math_check.py", "math_plot.py"}  # compares figures; scales a drawing
    for file in Path(math.__file__).parent.glob("math*.py"):
        if file.name not in allowed:
            tree = ast.parse(file.read_text())
            found = [
                node.lineno
                for node in ast.walk(tree)
                if isinstance(node, ast.BinOp)
                and isinstance(node.op, (ast.Mult, ast.Div, ast.FloorDiv, ast.Sub, ast.Mod, ast.Pow))
            ]
            assert not found, f"{file.name}: computes in lines {found}"
