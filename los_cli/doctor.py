"""``los doctor``: what is wrong with the installation, and what to do."""

from collections.abc import Callable, Iterable
from typing import Any

import attrs
import typer
from rich.console import Console

from los_cli.terminal import AsJson, answers

_COLOURS = {"ok": "green", "warns": "yellow", "fails": "red"}


def add(commands: typer.Typer, examined: Callable[[], Iterable[Any]]) -> None:
    """Add the command, over findings with ``check``, ``state``, ``found`` and ``do``."""

    @commands.command()
    def doctor(as_json: AsJson = False) -> None:
        """Check settings, keys, database, walls, durability, queues and clocks; say what to do. Exit code 1 if anything fails."""
        out, findings = Console(highlight=False), []
        for finding in examined():
            findings.append(finding)
            if as_json:
                continue
            state = finding.state.value
            out.print(f"[{_COLOURS[state]}]{state:>5}[/]  [bold]{finding.check}[/]  ", end="")
            out.print(finding.found, markup=False)
            if finding.do:
                out.print(f"       → {finding.do}", markup=False)
        if as_json:
            answers(({**attrs.asdict(one), "state": one.state.value} for one in findings), as_json=True)
        if any(one.state.value == "fails" for one in findings):
            raise typer.Exit(1)
