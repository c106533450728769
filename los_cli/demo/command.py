"""The command: sets the ground up, tells the story on the terminal, and ends with its tables and its proof."""

import os
import socket
import sys
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from los_cli.demo.ground import Ground, Los, environment_of, prepare, running
from los_cli.demo.proof import Books, differences
from los_cli.demo.story import Story
from los_cli.demo.wire import Unexpected
from los_cli.processes import Ports

_OUT: Final = Console(highlight=False, width=None if sys.stdout.isatty() else 120)


class Terminal:
    """Tells the story on standard output."""

    def chapter(self, title: str) -> None:
        """Begin a part."""
        _OUT.print(f"\n[bold cyan]{title}[/]")

    def step(self, what: str, came: str = "") -> None:
        """Tell one step."""
        _OUT.print(f"  [green]✓[/] {what}" + (f" [dim]— {came}[/]" if came else ""))


def add(commands: typer.Typer) -> None:
    """Add ``los demo``."""

    @commands.command()
    def demo(
        seed: Annotated[int, typer.Option(envvar="SEED", help="Another person, amount and dates.", min=1)] = 1,
        fault: Annotated[
            str, typer.Option(envvar="FAULT", help="A bad day: gupshup:down, idfc:success_then_timeout.")
        ] = "",
        once: Annotated[bool, typer.Option(envvar="ONCE", help="Stop after the story.")] = False,
        port: Annotated[int, typer.Option(help="Port of the API; 0 takes a free one.")] = 0,
    ) -> None:
        """Live one borrower's loan, from sign-up to the no-dues certificate, against the sandbox of outside systems."""
        if fault and fault.count(":") != 1:
            raise typer.BadParameter("write vendor:kind, such as gupshup:down", param_hint="--fault")
        home = Path(os.environ.get("LOS_HOME", ".los")) / "demo"
        ports = Ports(port or free_port(), free_port())
        los = Los(environment_of(home, ports))
        _clear(los, home)
        stays = sys.stdout.isatty() and not once
        try:
            with running(los, ports, log=home / "run.log") as (api, outside):
                ground = prepare(los, api, outside)
                _OUT.print(f"[bold]{ground.subdomain}[/] lends at {api}, with staff and a provider for every need")
                if fault:
                    vendor, kind = fault.split(":")
                    outside.arm(vendor, kind)
                    _OUT.print(f"[yellow]{vendor} has a bad day: {kind}[/]")
                story = Story.begin(ground, seed, Terminal())
                story.live()
                holds = _prove(story)
                if stays:
                    _stay(ground)
        except Unexpected as problem:
            _OUT.print(f"\n[bold red]The story broke off:[/] {problem}", markup=True)
            raise typer.Exit(1) from None
        if not holds:
            raise typer.Exit(1)


def _prove(story: Story) -> bool:
    """Show the loan's books, hold them against the outside's record, and return whether they agree."""
    books = Books.of(story)
    for title, rows in books.tables():
        if rows:
            table = Table(*rows[0], title=title, title_justify="left")
            for row in rows:
                table.add_row(*(str(value) for value in row.values()))
            _OUT.print()
            _OUT.print(table)
    if "file" in story.facts:
        _OUT.print(f"\nNo-dues certificate: {story.facts['file']}")
    found = list(differences(story, books))
    for difference in found:
        _OUT.print(f"[bold red]differs:[/] {difference}")
    if not found:
        _OUT.print("\n[green]The API's account and the outside's own record agree.[/]")
    return not found


def free_port() -> int:
    """Return a loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _clear(los: Los, home: Path) -> None:
    """Begin anew: the demo's installation holds nothing that anybody wants to keep."""
    key = home / "master.key"
    if key.exists():
        if "LOS_DATABASE_URL" not in los.environment:
            los.run("db", "remove", "--yes")
        return
    home.mkdir(parents=True, exist_ok=True)
    key.touch(0o600)
    key.write_bytes(os.urandom(32))


def _stay(ground: Ground) -> None:
    """Leave everything up until whoever watches presses Enter."""
    admin = ground.staff["ADMIN"]
    _OUT.print(f"\nThe API stays up at {ground.api}, its pages at {ground.api}/docs")
    _OUT.print(f"log in as {admin.email} with the password {admin.password}")
    _OUT.input("Enter stops everything. ")
