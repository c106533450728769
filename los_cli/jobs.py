"""``los jobs``: what ran by the clock, and what waits behind the API."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from los_cli.terminal import AsJson, Open, answers, say
from los_domain.shared.paging import PageRequest


def app(opened: Open) -> typer.Typer:
    """Return the commands."""
    commands = typer.Typer(help="Jobs and queues: what ran by the clock, and what waits.", no_args_is_help=True)

    @commands.command()
    def runs(
        job: Annotated[str, typer.Option(help="Of this job only.")] = "",
        page: Annotated[int, typer.Option(min=1)] = 1,
        as_json: AsJson = False,
    ) -> None:
        """Show runs of jobs, newest first."""
        with opened().application() as application:
            found = application.jobs.queries.runs(PageRequest(page=page, limit=50), job=job)
        answers(
            (
                {
                    "job": run.job,
                    "slot": run.slot.isoformat(timespec="minutes"),
                    "state": run.state.value,
                    "done": run.progress.done,
                    "total": run.progress.total or None,
                    "result": run.result,
                    "error": run.error,
                    "finishedAt": run.finished_at.isoformat(timespec="seconds") if run.finished_at else None,
                    "id": run.id,
                }
                for run in found.items
            ),
            as_json=as_json,
        )

    @commands.command()
    def waiting(as_json: AsJson = False) -> None:
        """Show how much waits where, and for how long. Exits 1 if something waits that should not."""
        with opened().application() as application:
            found = application.jobs.queries.waiting()
        rows: list[Mapping[str, Any]] = [
            {"where": "outbox", "waiting": found.outbox, "oldestSeconds": int(found.outbox_oldest.total_seconds())},
            {"where": "inbox", "waiting": found.inbox, "oldestSeconds": int(found.inbox_oldest.total_seconds())},
            {
                "where": "unsealed",
                "waiting": found.unsealed,
                "oldestSeconds": int(found.unsealed_oldest.total_seconds()),
            },
            {"where": "dead letters", "waiting": found.dead_letters, "oldestSeconds": None},
            *(
                {"where": f"queue {name}", "waiting": queue.owed, "oldestSeconds": int(queue.oldest.total_seconds())}
                for name, queue in sorted(found.queues.items())
            ),
        ]
        answers(rows, as_json=as_json)
        alarms = found.alarms()
        for alarm in alarms:
            say.print(alarm, style="red")
        raise typer.Exit(1 if alarms else 0)

    return commands
