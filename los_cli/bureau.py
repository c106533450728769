"""``los bureau``: what a raw credit report says, without database or network."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from los_cli.figures import show

Read = Callable[[bytes, date | None], Mapping[str, Any]]
"""Gives a raw report's derived facts by name on a date (None: the report's own). Raises ValueError, fit to be shown."""


def app(read: Read) -> typer.Typer:
    """Return the commands, reading reports by *read*."""
    commands = typer.Typer(help="Credit reports of any bureau, as facts that rules read.", no_args_is_help=True)

    @commands.callback()
    def group() -> None:
        """Credit reports of any bureau, as facts that rules read."""

    @commands.command()
    def metrics(
        file: Annotated[
            Path,
            typer.Argument(help="A raw report as JSON: Equifax, CRIF or CIBIL, wrapped or not; - for standard input."),
        ],
        as_of: Annotated[
            str, typer.Option(help="Count windows back from this date, YYYY-MM-DD; default: the report's date.")
        ] = "",
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON alone.")] = False,
    ) -> None:
        """Print score, accounts, lateness, enquiries and obligations. The bureau is told from the file's shape."""
        show(read, file, as_of=as_of, as_json=as_json)

    return commands
