"""How the trail is sealed and how it is checked. Pure: rows and seals come in, roots and findings go out."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

import attrs

from los_domain.audit.model import START, Broken, Position, Seal, TrailRow

GENESIS = bytes(32)
"""The root before the first seal."""

MOST_ROWS = 5_000
"""Rows of one seal at most: small enough to be read again at once."""


def root_over(rows: Iterable[TrailRow], *, key: bytes, number: int, previous: bytes) -> bytes:
    """
    Return the root of a segment: HMAC-SHA256 under *key* over number, previous root and the hash of each row in order.

    The key lies outside the database, so whoever can write every table of it still cannot make a root.
    """
    made = hmac.new(key, b"los audit 1" + number.to_bytes(8) + previous, hashlib.sha256)
    for row in rows:
        place = f"{row.position.epoch}:{row.position.xid}:{row.position.id}:".encode()
        made.update(hashlib.sha256(place + row.content).digest())
    return made.digest()


def sealed(rows: Sequence[TrailRow], after: Seal | None, *, key: bytes, at: datetime) -> Seal:
    """Return the seal over *rows*, which follow *after* and are in order. Raises ValueError for none, or others than that."""
    number = after.number + 1 if after else 1
    positions = [after.last if after else START, *(row.position for row in rows)]
    if not rows or any(first >= second for first, second in pairwise(positions)):
        raise ValueError("rows are sealed in order, after all that was sealed before")
    previous = after.root if after else GENESIS
    root = root_over(rows, key=key, number=number, previous=previous)
    return Seal(number, rows[-1].position, len(rows), previous, root, at)


@attrs.define
class Check:
    """Goes through the trail, seal by seal, and tells what does not hold. *published* are roots by number that were kept elsewhere."""

    key: bytes = attrs.field(repr=False)
    published: Mapping[int, bytes] = attrs.field(factory=dict)
    number: int = 0
    root: bytes = GENESIS
    last: Position = START

    def seal(self, seal: Seal, rows: Iterable[TrailRow]) -> Iterator[Broken]:
        """Check *seal* against *rows*, all that stand between the seal before it and itself."""
        if seal.number != self.number + 1:
            yield Broken(self.number + 1, f"seals up to {seal.number - 1} are missing")
        if seal.previous != self.root:
            yield Broken(seal.number, "it does not follow the seal before it")
        found = sorted(rows, key=lambda row: row.position)
        if len(found) != seal.rows:
            yield Broken(seal.number, f"it has {len(found)} rows, {seal.rows} were sealed")
        if not hmac.compare_digest(
            root_over(found, key=self.key, number=seal.number, previous=seal.previous), seal.root
        ):
            yield Broken(seal.number, "rows were changed, removed, added or moved, or the seal was")
        if seal.last <= self.last:
            yield Broken(seal.number, "it ends before the seal before it")
        known = self.published.get(seal.number)
        if known is not None and known != seal.root:
            yield Broken(seal.number, "its root is not the one that was published")
        self.number, self.root, self.last = seal.number, seal.root, seal.last

    def end(self) -> Iterator[Broken]:
        """Check that nothing was cut off at the end."""
        for number in sorted(self.published):
            if number > self.number:
                yield Broken(number, "it was published and is gone")
