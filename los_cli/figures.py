"""How commands read one file and show named figures: a table for people, or JSON alone for programs."""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from los_cli.terminal import shown


def show(read: Callable[[bytes, date | None], Mapping[str, Any]], file: Path, *, as_of: str, as_json: bool) -> None:
    """Print what *read* finds in *file* (``-``: standard input). Exits 2 for a bad argument, 1 for a file that cannot be read."""
    try:
        day = date.fromisoformat(as_of) if as_of else None
    except ValueError:
        raise typer.BadParameter("write the date as YYYY-MM-DD", param_hint="--as-of") from None
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}", param_hint="FILE") from None
    try:
        figures = read(raw, day)
    except ValueError as error:
        typer.echo(f"los: {error}", err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(dict(figures), indent=1, ensure_ascii=False))
        return
    table = Table("fact", "value")
    table.columns[1].justify = "right"
    for name, value in figures.items():
        table.add_row(name, shown(value))
    Console().print(table)
