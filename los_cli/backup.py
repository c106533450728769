"""``los backup`` and ``los restore``."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import attrs
import typer

from los_cli.terminal import AsJson, Open, answer, say

Act = Callable[[Any, Path], Any]
"""Takes the installation and a folder, returns a manifest."""


def add(commands: typer.Typer, opened: Open, back_up: Act, restore: Act) -> None:
    """Add both commands."""

    @commands.command()
    def backup(
        folder: Annotated[Path, typer.Argument(help="Where to: a folder that does not exist yet.")],
        as_json: AsJson = False,
    ) -> None:
        """Back the database up while the service runs. The master key is not in it: keep a copy elsewhere."""
        _show(back_up(opened(), folder), as_json=as_json)

    @commands.command(name="restore")
    def restore_(
        folder: Annotated[Path, typer.Argument(help="A backup, as `los backup` wrote it.")],
        as_json: AsJson = False,
    ) -> None:
        """Restore a backup into an empty database, prove its counts, and begin a new epoch of the audit trail."""
        _show(restore(opened(), folder), as_json=as_json)
        say.print("restored; start the processes, then `los audit verify`")


def _show(manifest: Any, *, as_json: bool) -> None:
    facts = attrs.asdict(manifest)
    rows = facts.pop("rows")
    if as_json:
        answer({**facts, "rows": rows}, as_json=True)
        return
    answer({**facts, "rows": f"{sum(rows.values())} in {len(rows)} tables"}, as_json=False)
