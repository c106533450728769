"""``los statement``: what a raw bank-statement analysis says, without database or network."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from los_cli.figures import show

Read = Callable[[bytes, date | None], Mapping[str, Any]]
"""Gives a raw statement's derived facts by name, up to a date (None: its end). Raises ValueError, fit to be shown."""


def app(read: Read) -> typer.Typer:
    """Return the commands, reading statements by *read*."""
    commands = typer.Typer(help="Bank statements of any analyser, as facts that rules read.", no_args_is_help=True)

    @commands.callback()
    def group() -> None:
        """Bank statements of any analyser, as facts that rules read."""

    @commands.command()
    def metrics(
        file: Annotated[
            Path,
            typer.Argument(help="A raw analysis as JSON: CART, FinBox or account aggregator; - for standard input."),
        ],
        as_of: Annotated[
            str, typer.Option(help="Look at lines up to this date, YYYY-MM-DD; default: the statement's end.")
        ] = "",
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON alone.")] = False,
    ) -> None:
        """Print income, instalments, bounces and balances. The analyser is told from the file's shape."""
        show(read, file, as_of=as_of, as_json=as_json)

    return commands
