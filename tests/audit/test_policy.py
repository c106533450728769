"""A sealed trail tells every change: each tampering with rows or seals breaks a root, a count, an order or a publication."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import attrs
import pytest

from los_domain.audit.model import START, Position, Seal, TrailRow
from los_domain.audit.policy import Check, sealed

KEY = b"k" * 32
AT = datetime(2026, 11, 25, tzinfo=UTC)


def rows(count: int, *, seed: int = 1) -> list[TrailRow]:
    chance = random.Random(seed)
    made = [
        TrailRow(Position(1, chance.randrange(1, 500), UUID(int=chance.getrandbits(128))), chance.randbytes(40))
        for _ in range(count)
    ]
    return sorted(made, key=lambda row: row.position)


def seals(trail: Sequence[TrailRow], size: int = 7) -> list[Seal]:
    made: list[Seal] = []
    for start in range(0, len(trail), size):
        made.append(sealed(trail[start : start + size], made[-1] if made else None, key=KEY, at=AT))
    return made


def broken(trail: Sequence[TrailRow], chain: Sequence[Seal], *, published: dict[int, bytes] | None = None) -> list[str]:
    check = Check(KEY, published or {})
    found = []
    for seal in chain:
        between = [row for row in trail if check.last < row.position <= seal.last]
        found += [one.what for one in check.seal(seal, between)]
    return found + [one.what for one in check.end()]


def test_an_untouched_trail_holds() -> None:
    trail = rows(50)
    chain = seals(trail)
    assert [seal.rows for seal in chain] == [7] * 7 + [1]
    assert broken(trail, chain, published={seal.number: seal.root for seal in chain}) == []


def test_rows_are_sealed_in_order_only() -> None:
    trail = rows(10)
    first = sealed(trail[:5], None, key=KEY, at=AT)
    assert first.last == trail[4].position
    for wrong in ([], trail[3:6], [trail[6], trail[5]], [trail[5], trail[5]]):
        with pytest.raises(ValueError, match="in order"):
            sealed(wrong, first, key=KEY, at=AT)


def test_another_key_makes_other_roots() -> None:
    trail = rows(5)
    assert sealed(trail, None, key=KEY, at=AT).root != sealed(trail, None, key=b"x" * 32, at=AT).root


@pytest.mark.parametrize("seed", range(200))
def test_every_tampering_is_seen(seed: int) -> None:
    """Flip, delete, add, move, swap, cut off: at random places, with the seals left alone or rewritten by who lacks the key."""
    chance = random.Random(seed)
    trail = rows(60, seed=seed)
    chain = seals(trail)
    published = {seal.number: seal.root for seal in chain}
    at = chance.randrange(len(trail))
    row = trail[at]
    match chance.choice(["flip", "delete", "add", "move", "swap", "cut", "reseal", "drop seal", "swap seals"]):
        case "flip":
            byte = chance.randrange(len(row.content))
            content = bytearray(row.content)
            content[byte] ^= 1 << chance.randrange(8)
            trail[at] = attrs.evolve(row, content=bytes(content))
        case "delete":
            del trail[at]
        case "add":
            trail.append(TrailRow(attrs.evolve(row.position, id=UUID(int=row.position.id.int - 1)), b"forged"))
        case "move":
            trail[at] = attrs.evolve(row, position=attrs.evolve(row.position, xid=row.position.xid - 1))
        case "swap":
            other = (at + 1) % len(trail)
            trail[at], trail[other] = (
                attrs.evolve(row, content=trail[other].content),
                attrs.evolve(trail[other], content=row.content),
            )
        case "cut":
            keep = chance.randrange(len(chain))
            chain = chain[:keep]
            last = chain[-1].last if chain else START
            trail = [one for one in trail if one.position <= last]
        case "reseal":  # somebody who owns the database and lacks the key writes the whole chain anew
            trail[at] = attrs.evolve(row, content=b"other")
            made: list[Seal] = []
            for start in range(0, len(trail), 7):
                made.append(sealed(trail[start : start + 7], made[-1] if made else None, key=b"guess" * 7, at=AT))
            chain = made
        case "drop seal":
            del chain[chance.randrange(len(chain) - 1)]
        case "swap seals":
            number = chance.randrange(len(chain) - 1)
            chain[number], chain[number + 1] = chain[number + 1], chain[number]
    assert broken(trail, chain, published=published)
