"""``los dead``: deliveries that failed for good, and their second chance."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import typer

from los_cli.terminal import AsJson, Open, answer, answers, say
from los_domain.jobs.model import DeadLetter
from los_domain.shared.actor import Actor, PlatformScope

SCOPE = PlatformScope(Actor.system("command line"))
Consumer = Annotated[str, typer.Option(help="Of this consumer only: payments.webhook.")]


def app(opened: Open) -> typer.Typer:
    """Return the commands."""
    commands = typer.Typer(help="Dead letters: work that failed for good and waits for a person.", no_args_is_help=True)

    @commands.command(name="list")
    def list_(
        consumer: Consumer = "",
        everything: Annotated[bool, typer.Option("--all", help="Those that were replayed, too.")] = False,
        limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
        as_json: AsJson = False,
    ) -> None:
        """Show them, newest first."""
        with opened().application() as application:
            found = application.jobs.queries.dead_letters(consumer=consumer, replayed=everything, limit=limit)
        answers((_row(letter) for letter in found), as_json=as_json)

    @commands.command()
    def show(letter: Annotated[UUID, typer.Argument(help="Its id.")], as_json: AsJson = False) -> None:
        """Show one whole."""
        with opened().application() as application:
            found = application.jobs.queries.dead_letter(letter)
        facts = {
            **_row(found),
            "queue": found.queue,
            "brand": found.brand,
            "event": found.event_id,
            "replayedAt": found.replayed_at,
        }
        answer(facts, as_json=as_json)

    @commands.command()
    def replay(
        letter: Annotated[UUID | None, typer.Argument(help="Its id.")] = None,
        consumer: Consumer = "",
        as_json: AsJson = False,
    ) -> None:
        """
        Try one again, or all of one consumer, because what stood in the way was mended.

        Safe to do twice: an effect that was had is not had again.
        """
        if (letter is None) == (not consumer):
            raise typer.BadParameter("name one dead letter, or one consumer with --consumer")
        with opened().application() as application:
            waiting = application.jobs.queries.dead_letters(consumer=consumer, limit=10_000) if consumer else ()
            chosen = [letter] if letter else [one.id for one in waiting]
            replayed = [application.jobs.replay(SCOPE, one) for one in chosen]
        answers((_row(one) for one in replayed), as_json=as_json)
        if not as_json:
            say.print(f"{len(replayed)} will be tried again")

    return commands


def _row(letter: DeadLetter) -> Mapping[str, Any]:
    return {
        "id": letter.id,
        "at": letter.at.isoformat(timespec="seconds"),
        "consumer": letter.consumer,
        "topic": letter.topic,
        "why": letter.why.value,
        "error": letter.error,
        "tries": letter.tries,
    }
