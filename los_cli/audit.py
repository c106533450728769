"""``los audit``: is the trail as it was sealed?"""

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn

from los_cli.terminal import AsJson, Open, answer, say
from los_domain.audit.usecases import Verified
from los_domain.shared.actor import Actor, PlatformScope

SCOPE = PlatformScope(Actor.system("command line"))


def app(opened: Open) -> typer.Typer:
    """Return the commands."""
    commands = typer.Typer(help="The audit trail: who did what, sealed against change.", no_args_is_help=True)

    @commands.command()
    def verify(as_json: AsJson = False) -> None:
        """
        Read the whole trail again and compare it with its seals, and these with the copies kept outside the database.

        Exits 1 if a row was changed, removed, added or moved, or if the end was cut off.
        """
        columns = (SpinnerColumn(), TextColumn("{task.description}"))
        with opened().application() as application, Progress(*columns, console=say, transient=True) as shown:
            task = shown.add_task("reading the audit trail")

            def report(so_far: Verified) -> None:
                shown.update(task, description=f"{so_far.seals} seals, {so_far.rows} rows")

            found = application.audit.verify(SCOPE, report=report)
        facts = {"seals": found.seals, "rows": found.rows, "waiting": found.unsealed, "holds": not found.broken}
        broken = [{"seal": one.number, "what": one.what} for one in found.broken]
        answer({**facts, "broken": broken} if as_json else facts, as_json=as_json, title="audit trail")
        if broken and not as_json:
            for one in found.broken:
                say.print(f"seal {one.number}: {one.what}", style="red")
        raise typer.Exit(1 if broken else 0)

    return commands
