"""Canaries: whatever is hers alone appears in no log, no metric and no process argument, at DEBUG, on a day with faults."""

import re
from collections.abc import Iterator
from pathlib import Path

from los_cli.demo.ground import Ground
from los_cli.demo.story import Story
from los_cli.demo.wire import Line
from tests.journeys.told import Kept

SEED = 77


def canaries(story: Story) -> dict[str, str]:
    """Return what must not be found, by what it is."""
    knows = story.borrower.persona
    found = {
        name: str(knows[name])
        for name in ("name", "firstName", "phone", "pan", "aadhaar", "email", "addressLine", "accountNumber", "uan")
        if knows.get(name)
    }
    found["token"] = story.borrower.line.headers["Authorization"].removeprefix("Bearer ")
    for number, text in enumerate(story.ground.outside.sms(story.borrower.phone)):
        for code in re.findall(r"\b\d{6}\b", str(text["text"])):
            found[f"code {number}"] = code
    return found


def places(ground: Ground) -> Iterator[tuple[str, str]]:
    """Yield (where, what is there) of everything that is kept or shown beside the database."""
    home = Path(ground.los.environment["LOS_HOME"])
    for log in [*(home / "log").glob("*.log"), home / "run.log"]:
        if log.stem != "sandbox":  # plays the vendors: what it is told is its own
            yield log.name, log.read_text(errors="replace")
    yield "metrics", Line.to(ground.api).fetch("/metrics").decode()
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = arguments.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if "los_" in words:
            yield f"arguments of {arguments.parent.name}", words


def test_nothing_of_hers_is_seen_outside_the_database(ground: Ground) -> None:
    for vendor, kind in (("gupshup", "server_error"), ("msg91", "success_then_timeout")):
        ground.outside.arm(vendor, kind, seconds=1)
    story = Story.begin(ground, SEED, Kept())
    story.live()
    story.borrower.line.ask(
        "POST", "/api/v1/web/auth/verify-otp", {"brand": story.borrower.persona["name"]}, expect=(400,)
    )
    story.borrower.line.ask(
        "GET", f"/api/v1/web/{story.borrower.persona['pan']}?phone={story.borrower.phone}", expect=(404,)
    )
    sought = {
        what: re.compile(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])") for what, word in canaries(story).items()
    }
    found = [
        f"{what} in {where}" for where, text in places(ground) for what, canary in sought.items() if canary.search(text)
    ]
    assert not found
    (api,) = (text for where, text in places(ground) if where == "api.log")
    assert '"event": "request"' in api, "the log that was searched is not the one that is written"
