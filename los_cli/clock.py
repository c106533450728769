"""``los clock``: business time, which a sandbox may move forward night by night."""

import json
import math
from datetime import UTC, date, datetime, time, timedelta
from time import sleep
from typing import TYPE_CHECKING, Annotated, Any
from urllib.request import Request, urlopen

import typer
from rich.progress import Progress

from los_cli.terminal import AsJson, Open, answer, say
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.dates import IST, india_day

if TYPE_CHECKING:
    from los_adapters.bootstrap import Application

SCOPE = PlatformScope(Actor.system("command line"))


def app(opened: Open) -> typer.Typer:
    """Return the commands."""
    commands = typer.Typer(
        help="Business time. In a sandbox it can be moved: forward, night by night.", no_args_is_help=True
    )

    @commands.command()
    def show(as_json: AsJson = False) -> None:
        """Show business time and the wall clock's."""
        with opened().application() as application:
            answer(_read(application), as_json=as_json)

    @commands.command()
    def advance(
        days: Annotated[int, typer.Argument(help="How many days to move forward.", min=0)] = 0,
        hours: Annotated[int, typer.Option(help="And how many hours.", min=0)] = 0,
        to: Annotated[str, typer.Option(help="Or until noon in India of this date, YYYY-MM-DD.")] = "",
        as_json: AsJson = False,
    ) -> None:
        """Move business time forward for all processes and the sandbox's vendors, and run the night of each day that ends on the way."""
        with opened().application() as application:
            begun = _now(application)
            try:
                noon = datetime.combine(date.fromisoformat(to), time(12), IST).astimezone(UTC) if to else None
            except ValueError:
                raise typer.BadParameter("write the date as YYYY-MM-DD", param_hint="--to") from None
            target = noon or begun + timedelta(days=days, hours=hours)
            if target <= begun:
                raise typer.BadParameter(f"business time is {begun:%Y-%m-%d %H:%M} UTC already: it goes forward only")
            nights = list(midnights(begun, target))
            with Progress(console=say, transient=True) as progress:
                task = progress.add_task("nights", total=len(nights) or 1)
                for day, after in nights:
                    move(application, after)
                    close(application, day, after)
                    progress.advance(task)
                told = move(application, target)
            if not told:
                url = application.core.settings.sandbox_url
                say.print(f"the sandbox at {url} does not run, so it was not told", style="yellow", markup=False)
            answer({**_read(application), "nights": len(nights)}, as_json=as_json)

    return commands


def midnights(begun: datetime, target: datetime) -> list[tuple[date, datetime]]:
    """Return each day that ends on the way from *begun* to *target*, with the instant just after its midnight in India."""
    day, found = begun.astimezone(IST).date(), list[tuple[date, datetime]]()
    while True:
        after = datetime.combine(day + timedelta(days=1), time(0, 0, 1), IST).astimezone(UTC)
        if after > target:
            return found
        if after > begun:
            found.append((day, after))
        day += timedelta(days=1)


def move(application: "Application", target: datetime) -> bool:
    """Move business time to *target* and return whether the sandbox heard of it."""
    seconds = math.ceil((target - _now(application)).total_seconds())
    offset = application.move_clock(SCOPE, seconds=max(0, seconds))
    request = Request(  # noqa: S310 - the sandbox of our own settings
        f"{application.core.settings.sandbox_url}/_sandbox/clock",
        data=json.dumps({"offsetSeconds": offset}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urlopen(request, timeout=10):  # noqa: S310
            return True
    except OSError:
        return False


def close(application: "Application", day: date, after: datetime) -> None:
    """Run the night of *day*, which ended before *after*, as soon as this process has seen that time has moved."""
    while application.core.clock.now() < after:
        sleep(0.05)
    application.close_day(SCOPE, day)


def _now(application: "Application") -> datetime:
    """Return business time by the offset as it is stored now, not as the process last read it."""
    return application.core.wall.now() + timedelta(seconds=application.offset_seconds())


def _read(application: "Application") -> dict[str, Any]:
    now = _now(application)
    return {
        "businessTime": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "businessDate": india_day(now).isoformat(),
        "offsetSeconds": application.offset_seconds(),
    }
