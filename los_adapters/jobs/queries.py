"""Reads of runs, dead letters and of how much waits."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.jobs.store import letter_from_row, run_from_row
from los_adapters.jobs.tables import job_runs
from los_adapters.shared.database import Database, Read
from los_adapters.shared.tables import dead_letters
from los_domain.jobs.model import DeadLetter, JobRun
from los_domain.jobs.views import QueueLength, Waiting
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.errors import NotFound
from los_domain.shared.paging import EXACT_UP_TO, Page, PageRequest

_SCOPE: Final = PlatformScope(Actor.system("queries"))


def _where_job() -> sa.ColumnElement[bool]:
    return sa.or_(sa.bindparam("job") == "", job_runs.c.job == sa.bindparam("job"))


_RUNS: Final = Read.of(
    sa.select(job_runs)
    .where(_where_job())
    .order_by(job_runs.c.claimed_at.desc(), job_runs.c.id.desc())
    .limit(sa.bindparam("rows"))
    .offset(sa.bindparam("skipped"))
)
_RUNS_COUNTED: Final = Read.of(
    sa.select(sa.func.count()).select_from(
        sa.select(job_runs.c.id).where(_where_job()).limit(EXACT_UP_TO + 1).subquery()
    )
)
_LETTERS: Final = Read.of(
    sa.select(dead_letters)
    .where(
        sa.or_(sa.bindparam("consumer") == "", dead_letters.c.consumer == sa.bindparam("consumer")),
        sa.or_(sa.bindparam("replayed", type_=sa.Boolean), dead_letters.c.replayed_at.is_(None)),
    )
    .order_by(dead_letters.c.at.desc(), dead_letters.c.id.desc())
    .limit(sa.bindparam("rows"))
)
_LETTER: Final = Read.of(
    sa.select(dead_letters).where(dead_letters.c.id == sa.bindparam("letter", type_=dead_letters.c.id.type))
)
_WAITING: Final = Read(
    """select
    (select count(*) from outbox where sent_at is null),
    (select coalesce(now() - min(recorded_at), interval '0') from outbox where sent_at is null),
    (select count(*) from dead_letters where replayed_at is null),
    (select count(*) from inbox where handled_at is null),
    (select coalesce(now() - min(received_at), interval '0') from inbox where handled_at is null),
    (select count(*) from audit_rows where (epoch, xid, id) > (coalesce(s.epoch, 0), coalesce(s.last_xid, '0')::xid8, s.last_id)),
    (select coalesce(now() - min(at), interval '0') from audit_rows
        where (epoch, xid, id) > (coalesce(s.epoch, 0), coalesce(s.last_xid, '0')::xid8, s.last_id))
    from (select epoch, last_xid, coalesce(last_id, '00000000-0000-0000-0000-000000000000') as last_id
          from (values (1)) as one left join lateral (select * from audit_seals order by number desc limit 1) a on true) s""",
    {},
)
_QUEUES: Final = Read(
    "select queue, count(*), coalesce(now() - min(owed_since), interval '0'), count(*) filter (where running_until > now()) "
    "from deliveries group by queue",
    {},
)


@attrs.frozen
class JobQueries:
    """Reads for staff, alarms and the command line."""

    database: Database

    def runs(self, request: PageRequest, *, job: str = "") -> Page[JobRun]:
        """Return runs, newest first, of one job or of all."""
        rows = self._mapped(_RUNS, job_runs, {"job": job, "rows": request.limit, "skipped": request.offset})
        counted = self.database.read_one(_SCOPE, _RUNS_COUNTED, {"job": job})
        total = int(counted[0]) if counted else 0
        items = [run_from_row(row) for row in rows]
        return Page(items, request.page, request.limit, min(total, EXACT_UP_TO), total > EXACT_UP_TO)

    def dead_letters(self, *, consumer: str = "", replayed: bool = False, limit: int = 100) -> Sequence[DeadLetter]:
        """Return dead letters, newest first; those replayed too if *replayed*."""
        rows = self._mapped(_LETTERS, dead_letters, {"consumer": consumer, "replayed": replayed, "rows": limit})
        return [letter_from_row(row) for row in rows]

    def dead_letter(self, letter_id: UUID) -> DeadLetter:
        """Return one. Raises NotFound."""
        rows = self._mapped(_LETTER, dead_letters, {"letter": letter_id})
        if not rows:
            raise NotFound("no such dead letter")
        return letter_from_row(rows[0])

    def waiting(self) -> Waiting:
        """Return how much waits where."""
        row = self.database.read_one(_SCOPE, _WAITING)
        if row is None:
            raise AssertionError("a row of counts is always there")
        queues = {
            name: QueueLength(owed, oldest, running)
            for name, owed, oldest, running in self.database.read(_SCOPE, _QUEUES)
        }
        return Waiting(row[0], row[1], row[2], row[3], row[4], row[5], row[6], queues)

    def _mapped(self, read: Read, table: sa.Table, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        names = [column.name for column in table.columns]
        return [dict(zip(names, row, strict=True)) for row in self.database.read(_SCOPE, read, values)]
