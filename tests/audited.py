"""
Watches every call that tests make: what it changed stands in the audit trail once, with before and after.

Stands around the API of the fixtures, so whoever tests a new route tests this with it. A call that changed nothing may leave nothing;
a route of which no call in the whole session left anything is told at the end, and fails under ``CI=true``.
"""

import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs
import sqlalchemy as sa
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from los_adapters.bootstrap import Application
from los_adapters.shared.tables import audit_rows
from los_domain.shared.actor import Actor, PlatformScope

CHANGING: Final = {"POST", "PUT", "PATCH", "DELETE"}
NOTES: Final = "LOS_TEST_AUDIT_NOTES"

LEAVES_NOTHING: Final[Mapping[str, str]] = {
    "POST /api/v1/web/auth/refresh-token": "rotates a token of a session; using one twice is audited",
    "POST /api/v1/partner/auth/refresh-token": "rotates a token of a session; using one twice is audited",
    "PUT /api/v1/files/{token}": "bytes of a document that was asked for; taking it as uploaded is audited",
}
"""Changing methods that leave nothing in the trail, and why they may."""


def _leaves_nothing(route: str) -> bool:
    # A webhook keeps what a vendor said; what follows from it is audited where it is done.
    return route in LEAVES_NOTHING or "/webhook/" in route


@attrs.define
class Watched:
    """The API, with an eye on its audit rows."""

    app: ASGIApp
    application: Application
    wrong: list[str] = attrs.field(factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await self.app(scope, receive, sending)
        if scope["type"] == "http" and scope["method"] in CHANGING and 200 <= status < 300:
            self._look(f"{scope['method']} {scope.get('path_template')}", str(scope["state"]["request_id"]))

    def _look(self, route: str, request_id: str) -> None:
        with self.application.core.postgres.begin(PlatformScope(Actor.system("test"))) as work:
            rows = work.context.connection.execute(
                sa.select(audit_rows.c.action, audit_rows.c.object_id, audit_rows.c.details).where(
                    audit_rows.c.request_id == request_id, audit_rows.c.kind == "change"
                )
            ).all()
        _note(route, len(rows))
        for (action, _), times in Counter((row.action, row.object_id) for row in rows).items():
            if times > 1:
                self.wrong.append(f"{route} left {action} of one object {times} times")
        self.wrong += [f"{route} left {row.action} without before and after" for row in rows if row.details is None]
        if rows and _leaves_nothing(route):
            self.wrong.append(f"{route} left {rows[0].action}: it is no longer one that leaves nothing")


@contextmanager
def watched(app: ASGIApp, application: Application) -> Iterator[Watched]:
    """Yield *app* watched; at the end of the block what it changed was audited once, or the test fails."""
    watching = Watched(app, application)
    yield watching
    assert not watching.wrong, f"a change stands in the audit trail once, with before and after: {watching.wrong}"


def begin_notes() -> None:
    """Begin the notes of a session, which all its processes share."""
    if NOTES not in os.environ:
        os.environ[NOTES] = tempfile.mkstemp(prefix="los-audit-notes-")[1]


def _note(route: str, rows: int) -> None:
    with Path(os.environ[NOTES]).open("a") as notes:
        notes.write(f"{rows}\t{route}\n")


def silent_routes() -> list[str]:
    """Return the routes that were called, and never left a row though they should. Ends the notes."""
    path = Path(os.environ.pop(NOTES))
    left: dict[str, int] = defaultdict(int)
    for line in path.read_text().splitlines():
        rows, route = line.split("\t")
        left[route] += int(rows)
    path.unlink()
    return sorted(route for route, rows in left.items() if not rows and not _leaves_nothing(route))


def trail_of(application: Application, **where: Any) -> list[Any]:
    """Return rows of the trail, oldest first, those being written included."""
    application.audit.accesses.flush()
    found = sa.select(audit_rows).order_by(audit_rows.c.at, audit_rows.c.id)
    for name, value in where.items():
        found = found.where(audit_rows.c[name] == value)
    with application.core.postgres.begin(PlatformScope(Actor.system("test"))) as work:
        return list(work.context.connection.execute(found))
