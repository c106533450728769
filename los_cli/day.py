"""``los day``: the ends of days. They run by themselves after midnight in India; these run one by hand, and show how far they got."""

from datetime import date, timedelta
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from los_cli.terminal import AsJson, Open, answers, say
from los_domain.shared.actor import Actor, BrandScope, PlatformScope
from los_domain.shared.progress import Progress as Step

SCOPE = PlatformScope(Actor.system("command line"))


def app(opened: Open) -> typer.Typer:
    """Return the commands."""
    commands = typer.Typer(
        help="The ends of days: dues that fall, loans that fall overdue, penal charges, interest.", no_args_is_help=True
    )

    @commands.command()
    def run(
        day: Annotated[str, typer.Argument(help="The day that ended, YYYY-MM-DD; missed ones before it run first.")],
        as_json: AsJson = False,
    ) -> None:
        """
        Run the night of a day for every brand. A night that is done is not run again; one that was killed goes on.

        A day can be closed once it has ended in India.
        """
        wanted = _date(day)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with opened().application() as application, Progress(*columns, console=say, transient=True) as shown:
            task = shown.add_task("nights", total=None)

            def report(step: Step) -> None:
                shown.update(task, completed=step.done, total=step.total or None, description=step.note or "nights")

            ran = application.close_day(SCOPE, wanted, report=report)
            names = {brand.id: brand.subdomain for brand in application.brands.every()}
        rows = [
            {"brand": names[brand], "day": night.day, "loans": night.loans, "left": night.left}
            for brand, nights in ran.items()
            for night in nights
        ]
        if not rows and not as_json:
            say.print(f"every night up to {wanted} was done before", style="green")
            return
        answers(rows, as_json=as_json, title="nights")

    @commands.command()
    def status(as_json: AsJson = False) -> None:
        """Show for each brand the last night that is done, and what the next one will read."""
        with opened().application() as application:
            yesterday = application.core.clock.today() - timedelta(days=1)
            rows = []
            for brand in application.brands.every():
                found = application.nights.standing(BrandScope(brand.id, SCOPE.actor), yesterday)
                rows.append(
                    {
                        "brand": brand.subdomain,
                        "lastNight": found.last_done,
                        "nextChange": found.first_due,
                        "loansDue": found.loans_due,
                        "isUpToDate": found.loans_due == 0,
                    }
                )
        answers(rows, as_json=as_json, title=f"nights up to {yesterday}")

    @commands.command()
    def prove(as_json: AsJson = False) -> None:
        """
        Prove what is stored of every loan from its transactions: balances, ledger, dues. Exits 1 if anything differs.
        """
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with opened().application() as application, Progress(*columns, console=say, transient=True) as shown:
            task = shown.add_task("loans", total=None)
            rows, proved = [], 0
            for brand in application.brands.every():
                loans, found = application.prove_books(
                    BrandScope(brand.id, SCOPE.actor), report=lambda step: shown.update(task, completed=step.done)
                )
                proved += loans
                rows += [
                    {"brand": brand.subdomain, "loan": one.number, "what": one.what, "stored": one.stored, "follows": one.follows}
                    for one in found
                ]  # fmt: skip
        answers(rows, as_json=as_json, title="what does not follow")
        if not as_json:
            say.print(f"{proved} loans were proved", style="red" if rows else "green")
        raise typer.Exit(1 if rows else 0)

    return commands


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write the date as YYYY-MM-DD", param_hint="DAY") from None
