"""Sealing the trail, copying what was sealed, and checking that it still is as it was."""

from collections.abc import Callable

import attrs

from los_domain.audit.events import TrailSealed
from los_domain.audit.model import START, Broken
from los_domain.audit.policy import MOST_ROWS, Check, sealed
from los_domain.audit.ports import AuditWork, Copies
from los_domain.shared.actor import PlatformScope
from los_domain.shared.clocks import WallClock
from los_domain.shared.errors import NotFound
from los_domain.shared.work import Begin


@attrs.frozen
class SealTrail:
    """Seal the next segment. Any number of sealers may call; one works."""

    begin: Begin[PlatformScope, AuditWork]
    wall: WallClock
    key: bytes = attrs.field(repr=False)
    most_rows: int = MOST_ROWS

    def __call__(self, scope: PlatformScope) -> int:
        """Return how many rows were sealed."""
        with self.begin(scope) as work:
            if not work.trail.lock():
                return 0
            newest = work.trail.newest_seal()
            rows = work.trail.unsealed(newest.last if newest else START, limit=self.most_rows)
            if not rows:
                return 0
            seal = sealed(rows, newest, key=self.key, at=self.wall.now())
            work.trail.add_seal(seal)
            work.outbox.add(TrailSealed(seal.number))
            return work.finish(seal.rows)


@attrs.frozen
class CopySegment:
    """Keep one sealed segment where the database's owner cannot reach it."""

    begin: Begin[PlatformScope, AuditWork]
    copies: Copies

    def __call__(self, scope: PlatformScope, number: int) -> None:
        """Raises NotFound for a seal that is not there, ProviderUnavailable where the copy cannot be kept now."""
        with self.begin(scope.undelivered) as work:
            seal = next(iter(work.trail.seals(after=number - 1, limit=1)), None)
            before = next(iter(work.trail.seals(after=number - 2, limit=1)), None)
            if seal is None or seal.number != number:
                raise NotFound(f"the audit trail has no seal {number}")
            rows = work.trail.between(before.last if before and before.number < number else START, seal.last)
        self.copies.keep(seal, rows)
        with self.begin(scope) as work:
            work.finish(None)


@attrs.frozen
class Verified:
    """How far a check has come, and what it found so far that does not hold."""

    seals: int
    rows: int
    unsealed: int
    broken: tuple[Broken, ...]


@attrs.frozen
class VerifyTrail:
    """Read the whole trail again and tell whether it is as it was sealed."""

    begin: Begin[PlatformScope, AuditWork]
    copies: Copies
    key: bytes = attrs.field(repr=False)

    def __call__(self, scope: PlatformScope, *, report: Callable[[Verified], None] = lambda _: None) -> Verified:
        """Return what was found, against the copies too: they tell whether the end was cut off. *report* hears how far it is."""
        check = Check(self.key, self.copies.roots())
        so_far = Verified(0, 0, 0, ())
        while True:
            with self.begin(scope) as work:
                page = work.trail.seals(after=check.number, limit=50)
                for seal in page:
                    rows = work.trail.between(check.last, seal.last)
                    found = tuple(check.seal(seal, rows))
                    so_far = attrs.evolve(
                        so_far, seals=so_far.seals + 1, rows=so_far.rows + len(rows), broken=so_far.broken + found
                    )
            if not page:
                break
            report(so_far)
        with self.begin(scope) as work:
            waiting = len(work.trail.unsealed(check.last, limit=MOST_ROWS))
        return attrs.evolve(so_far, unsealed=waiting, broken=so_far.broken + tuple(check.end()))
