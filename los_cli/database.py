"""``los migrate`` and ``los db``: the database as its owner sees it."""

import os
import shutil
from typing import Annotated

import typer

from los_cli.terminal import AsJson, Open, answer


def add(commands: typer.Typer, opened: Open) -> None:
    """Add ``los migrate``."""

    @commands.command()
    def migrate(as_json: AsJson = False) -> None:
        """Bring the database to this version's schema: roles, tables, walls, grants. Run before the processes start."""
        installation = opened()
        with installation.database() as owner_url:
            answer({"revision": installation.migrate(owner_url)}, as_json=as_json)


def app(opened: Open) -> typer.Typer:
    """Return ``los db``."""
    commands = typer.Typer(help="The database, as its owner sees it.", no_args_is_help=True)

    @commands.command()
    def url() -> None:
        """Print the owner's URL of a database that runs."""
        with opened().database() as owner_url:
            typer.echo(owner_url)

    @commands.command()
    def shell() -> None:
        """Open psql as the owner. Row-level security lets the owner see every brand: mind what you do."""
        psql = shutil.which("psql")
        if psql is None:
            raise typer.BadParameter("psql is not on PATH: install PostgreSQL's client")
        with opened().database() as owner_url:
            raise typer.Exit(os.spawnv(os.P_WAIT, psql, [psql, owner_url]))  # noqa: S606 - found on PATH, no shell

    @commands.command()
    def remove(
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    ) -> None:
        """Delete the embedded database and the files beside it, for good. The master key stays."""
        installation = opened()
        if not installation.is_embedded:
            raise typer.BadParameter("LOS_DATABASE_URL names a database that is not ours to remove")
        if not yes:
            typer.confirm(f"Delete every loan in {installation.home.absolute()}?", abort=True)
        installation.remove()

    return commands
