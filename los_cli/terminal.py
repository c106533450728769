"""How commands answer: tables for people, JSON alone on standard output for programs, and refusals in plain words."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from los_adapters.operations import Installation

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON alone, for programs.")]
"""The option that every command with an answer has."""

say = Console(stderr=True, highlight=False)
"""For whatever is no answer: progress, advice, refusals."""


class Open(Protocol):
    """Finds the installation when a command needs it, not before: ``los --help`` opens nothing."""

    def __call__(self) -> "Installation":
        """Return it."""
        ...


def answer(facts: Mapping[str, Any], *, as_json: bool, title: str = "") -> None:
    """Print one thing: a line for each fact."""
    if as_json:
        typer.echo(json.dumps(dict(facts), indent=1, ensure_ascii=False, default=str))
        return
    table = Table(title=title or None, show_header=False, title_justify="left")
    for name, value in facts.items():
        table.add_row(name, shown(value))
    Console().print(table)


def answers(rows: Iterable[Mapping[str, Any]], *, as_json: bool, title: str = "") -> None:
    """Print a list of like things: a row for each."""
    rows = [dict(row) for row in rows]
    if as_json:
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False, default=str))
        return
    if not rows:
        say.print("[dim]none[/]")
        return
    table = Table(*rows[0], title=title or None, title_justify="left")
    for row in rows:
        table.add_row(*(shown(value) for value in row.values()))
    Console().print(table)


def shown(value: Any) -> str:
    """Return *value* as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
