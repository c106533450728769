"""The audit trail in the order of its sealing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.shared.store import Context
from los_adapters.shared.tables import audit_rows, audit_seals
from los_domain.audit.model import Position, Seal, TrailRow

_SEALING: Final = 0x105_0002
_LOCK: Final = sa.text("select pg_try_advisory_xact_lock(:key)")
_COLUMNS: Final = ", ".join(
    "xid::text as xid" if column.name == "xid" else column.name for column in audit_rows.columns
)
# With the table's name: a bare ``xid`` would be the text that is selected, by which 1000 comes before 999.
_ORDER: Final = "order by audit_rows.epoch, audit_rows.xid, audit_rows.id"
_AFTER: Final = "(epoch, xid, id) > (:epoch, cast(:xid as text)::xid8, :id)"
# Below the oldest transaction that still runs nobody can write any more. Rows of an earlier epoch carry numbers of a cluster that is gone.
_UNSEALED: Final = sa.text(
    f"select {_COLUMNS} from audit_rows where {_AFTER} "  # noqa: S608 - names of columns
    "and (xid < pg_snapshot_xmin(pg_current_snapshot()) or epoch < (select audit_epoch from installation)) "
    f"{_ORDER} limit :limit"
)
_BETWEEN: Final = sa.text(
    f"select {_COLUMNS} from audit_rows where {_AFTER} "  # noqa: S608 - names of columns
    f"and (epoch, xid, id) <= (:last_epoch, cast(:last_xid as text)::xid8, :last_id) {_ORDER}"
)
_NEWEST: Final = sa.select(audit_seals).order_by(audit_seals.c.number.desc()).limit(1)
_SEALS: Final = (
    sa.select(audit_seals)
    .where(audit_seals.c.number > sa.bindparam("after"))
    .order_by(audit_seals.c.number)
    .limit(sa.bindparam("most"))
)


def trail_row(row: Any) -> TrailRow:
    """Return a row of the table as it is sealed: every column, each preceded by its length, so that no two rows have one content."""
    parts: list[bytes] = []
    for column in audit_rows.columns:
        value = getattr(row, column.name)
        if value is None:
            parts.append(b"-")
            continue
        if isinstance(value, bytes | memoryview):
            said = bytes(value)
        elif isinstance(value, datetime):
            said = value.astimezone(UTC).isoformat(timespec="microseconds").encode()
        else:
            said = str(value).encode()
        parts.append(f"{len(said)}:".encode() + said)
    return TrailRow(Position(row.epoch, int(row.xid), row.id), b"".join(parts))


def seal_from_row(row: Any) -> Seal:
    """Return the seal that *row* holds."""
    return Seal(
        number=row.number,
        last=Position(row.epoch, int(row.last_xid), row.last_id),
        rows=row.rows,
        previous=bytes(row.previous),
        root=bytes(row.root),
        at=row.at,
    )


def seal_to_row(seal: Seal) -> dict[str, Any]:
    """Return the columns of *seal*."""
    return {
        "number": seal.number,
        "epoch": seal.last.epoch,
        "last_xid": str(seal.last.xid),
        "last_id": seal.last.id,
        "rows": seal.rows,
        "previous": seal.previous,
        "root": seal.root,
        "at": seal.at,
    }


@attrs.frozen
class SqlTrail:
    """The trail, in platform scope."""

    context: Context

    def lock(self) -> bool:
        """Become the one who seals."""
        return bool(self.context.connection.execute(_LOCK, {"key": _SEALING}).scalar_one())

    def unsealed(self, after: Position, *, limit: int) -> Sequence[TrailRow]:
        """Return rows that may be sealed."""
        rows = self.context.connection.execute(_UNSEALED, {**_place(after), "limit": limit})
        return [trail_row(row) for row in rows]

    def between(self, after: Position, last: Position) -> Sequence[TrailRow]:
        """Return rows of one segment."""
        values = {f"last_{name}": value for name, value in _place(last).items()}
        rows = self.context.connection.execute(_BETWEEN, {**_place(after), **values})
        return [trail_row(row) for row in rows]

    def newest_seal(self) -> Seal | None:
        """Return the newest seal."""
        row = self.context.connection.execute(_NEWEST).one_or_none()
        return None if row is None else seal_from_row(row)

    def seals(self, *, after: int, limit: int) -> Sequence[Seal]:
        """Return seals in order."""
        rows = self.context.connection.execute(_SEALS, {"after": after, "most": limit})
        return [seal_from_row(row) for row in rows]

    def add_seal(self, seal: Seal) -> None:
        """Store *seal*."""
        self.context.connection.execute(sa.insert(audit_seals).values(seal_to_row(seal)))


def _place(position: Position) -> dict[str, int | str | UUID]:
    return {"epoch": position.epoch, "xid": str(position.xid), "id": position.id}
