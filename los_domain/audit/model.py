"""The audit trail as it is sealed: rows in one order, in segments, each segment's root in the next one's."""

from datetime import datetime
from uuid import UUID

import attrs


@attrs.frozen(order=True)
class Position:
    """
    Where a row stands in the trail: epoch of the installation, transaction, id.

    A transaction's number is given when it first writes, so no row can come to stand before rows of transactions that have all ended.
    A restored database counts transactions anew and therefore begins a new epoch.
    """

    epoch: int
    xid: int
    id: UUID


START = Position(0, 0, UUID(int=0))
"""Before every row."""


@attrs.frozen
class TrailRow:
    """One row of the trail, as bytes: values of persons stay sealed, and sealing them for ever (erasure) changes no hash."""

    position: Position
    content: bytes = attrs.field(repr=False)


@attrs.frozen
class Seal:
    """One segment of the trail: all rows after the seal before it up to *last*, with the root over them and over that seal's root."""

    number: int
    last: Position
    rows: int
    previous: bytes
    root: bytes
    at: datetime


@attrs.frozen
class Broken:
    """Something that does not hold. *number* is the seal's."""

    number: int
    what: str
