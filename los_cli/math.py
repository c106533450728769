"""``los math``: the loan mathematics without database or network, as tables for people or JSON for programs."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import attrs
import typer
from rich.console import Console
from rich.table import Table

from los_cli.math_answers import answer, shown
from los_cli.math_check import check as difference
from los_cli.math_plot import draw
from los_cli.math_replay import standing, state
from los_cli.math_terms import money, terms_of
from los_domain.repayment import Terms, apr, fineract_progressive, frappe, indian, payoff, schedule
from los_domain.repayment.apr import disclosed
from los_domain.shared.errors import LosError
from los_domain.shared.money import Money
from los_domain.shared.rates import Rate


class Preset(Enum):
    """Whose conventions a loan follows."""

    INDIAN = "indian"
    FINERACT = "fineract-progressive"
    FRAPPE = "frappe"


PRESETS: Mapping[Preset, Callable[..., Terms]] = {
    Preset.INDIAN: indian,
    Preset.FINERACT: fineract_progressive,
    Preset.FRAPPE: frappe,
}

Amount = Annotated[str, typer.Argument(help="Rupees lent, such as 250000 or 250000.50.")]
Percent = Annotated[str, typer.Argument(help="Rate a year, per cent, such as 18.5.")]
Number = Annotated[int, typer.Argument(help="Monthly instalments.")]
On = Annotated[str, typer.Option("--on", help="Date of disbursement, YYYY-MM-DD.")]
By = Annotated[Preset, typer.Option("--preset", help="Whose conventions.")]
FirstDue = Annotated[str, typer.Option(help="First due date, where it is not a month later.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON alone.")]
Words = Annotated[Path, typer.Argument(help="Questions as JSON; - for standard input.")]
Life = Annotated[
    Path, typer.Argument(help="A loan, its order of allocation and its events in words, as JSON; - for standard input.")
]


def app() -> typer.Typer:
    """Return the commands."""
    commands = typer.Typer(help="The loan mathematics, offline.", no_args_is_help=True)
    for command in (_schedule, _apr, _payoff, _fold, _run, _check):
        commands.command(command.__name__.strip("_"))(command)
    return commands


def _schedule(
    amount: Annotated[
        str, typer.Argument(help="Rupees lent; or a file with a loan in words (JSON), - for standard input.")
    ],
    percent: Annotated[str, typer.Argument(help="Rate a year, per cent.")] = "",
    instalments: Annotated[int, typer.Argument(help="Monthly instalments.")] = 0,
    on: On = "",
    preset: By = Preset.INDIAN,
    first_due_on: FirstDue = "",
    as_json: AsJson = False,
    plot: Annotated[Path | None, typer.Option(help="Also draw it, to FILE.png or FILE.svg.")] = None,
) -> None:
    """Print what falls due when, and of it what is principal and interest."""
    with _Told():
        terms = (
            _terms(amount, percent, instalments, on, preset, first_due_on) if percent else terms_of(_read(Path(amount)))
        )
        made = schedule(terms)
        if plot is not None:
            draw(made, plot)
    if as_json:
        _print_json(shown(made))
        return
    table = _table("no.", "due on", "principal", "interest", "instalment", "balance after", text=2)
    for row in made:
        figures = row.principal, row.interest, row.due, row.balance_after
        table.add_row(str(row.number), str(row.due_on), *(each.grouped() for each in figures))
    totals = made.total_principal, made.total_interest, made.total_due
    table.add_section()
    table.add_row("", "total", *(each.grouped() for each in totals), "")
    Console().print(table)


def _apr(
    amount: Amount,
    percent: Percent,
    instalments: Number,
    on: On,
    charge: Annotated[
        list[str] | None, typer.Option(help="An upfront charge in rupees, tax included; again for more.")
    ] = None,
    preset: By = Preset.INDIAN,
    first_due_on: FirstDue = "",
    as_json: AsJson = False,
) -> None:
    """Print the annual percentage rate by the regulator's method, charges included."""
    with _Told():
        terms = _terms(amount, percent, instalments, on, preset, first_due_on)
        charges = [money(each) for each in charge or ()]
        rate = apr(terms, sum(charges, Money(0)))
    if as_json:
        _print_json({"apr_percent": str(disclosed(rate)), "apr_percent_unrounded": str(rate)})
    else:
        typer.echo(f"{disclosed(rate)} % a year")


def _payoff(
    file: Life, on: Annotated[str, typer.Option("--on", help="The day, YYYY-MM-DD.")], as_json: AsJson = False
) -> None:
    """Print what closes a loan on a day, with its break-up."""
    with _Told():
        day = date.fromisoformat(on)
        quote = payoff(standing(_read(file), day), day)
    figures = {name: str(each) for name, each in attrs.asdict(quote, recurse=False).items()}
    if as_json:
        _print_json(figures)
        return
    table = _table("on " + figures.pop("on"), "rupees", text=1)
    for name, figure in figures.items():
        table.add_row(name.replace("_", " "), figure)
    Console().print(table)


def _fold(
    file: Life,
    as_of: Annotated[str, typer.Option(help="The day, YYYY-MM-DD; default: where the events end.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print where a loan stands after its events: each instalment, arrears, days past due, class."""
    with _Told():
        found = state(standing(_read(file), date.fromisoformat(as_of) if as_of else None))
    if as_json:
        _print_json(found)
        return
    names = "number", "due_date", "due", "paid", "outstanding", "fully_paid_on"
    table = _table("no.", "due on", "due", "paid", "outstanding", "paid on", text=2)
    for row in found["rows"]:
        table.add_row(*(str(row[name] or "") for name in names))
    Console().print(table)
    for name, value in found.items():
        if name != "rows":
            typer.echo(f"{name.replace('_', ' ')}: {value}")


def _run(file: Words, as_json: AsJson = False) -> None:
    """Answer a file of questions, each `{"id", "kind", "input", "ask"}`; see docs/engine.md for the words."""
    with _Told():
        questions = _read(file)
        answers = {each["id"]: answer(each) for each in questions}
    if as_json:
        _print_json({"answers": answers})
        return
    table = _table("question", "answer", text=2)
    for name, found in answers.items():
        table.add_row(name, json.dumps(found)[:200])
    Console().print(table)


def _check(
    files: Annotated[list[Path], typer.Argument(help="Cases as JSON: questions with the answers expected.")],
) -> None:
    """Ask cases without their answers and compare. Exits 1 if a case that was reproduced before is not now."""
    failed, passed = 0, 0
    for file in files:
        with _Told():
            cases: Sequence[Mapping[str, Any]] = _read(file)
        for case in cases:
            found = difference(case)
            passed += found is None
            if found is not None and "reproduced_with" in case:
                failed += 1
                typer.echo(f"{case['id']}: {found}")
    typer.echo(f"{passed} agree, {failed} do not")
    if failed:
        raise typer.Exit(1)


class _Told:
    """Turns what went wrong into one line on standard error: exit 1 for a loan that cannot be, 2 for a file that cannot be read."""

    def __enter__(self) -> None:
        """Watch."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Tell."""
        if isinstance(error, OSError):
            raise typer.BadParameter(f"{error.filename}: {error.strerror}", param_hint="FILE") from None
        if isinstance(error, (LosError, ValueError)):
            typer.echo(f"los: {error}", err=True)
            raise typer.Exit(1) from None
        if isinstance(error, KeyError):
            typer.echo(f"los: {error.args[0]}: is missing", err=True)
            raise typer.Exit(1) from None


def _terms(amount: str, percent: str, instalments: int, on: str, preset: Preset, first_due_on: str) -> Terms:
    conventions = {"first_due_on": date.fromisoformat(first_due_on)} if first_due_on else {}
    return PRESETS[preset](money(amount), Rate.yearly(percent), instalments, date.fromisoformat(on), **conventions)


def _read(file: Path) -> Any:
    return json.loads(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=1))


def _table(*headings: str, text: int) -> Table:
    table = Table(*headings)
    for column in table.columns[text:]:
        column.justify = "right"
    return table
