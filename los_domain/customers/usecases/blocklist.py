"""Keep identifiers from borrowing, and let them in again; each with a reason."""

from collections.abc import Sequence
from uuid import UUID

import attrs

from los_domain.customers import policy
from los_domain.customers.model import Block, BlockedBy
from los_domain.customers.ports import BlockWork
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock
from los_domain.shared.identifiers import Aadhaar, Pan, Phone
from los_domain.shared.ids import Ids
from los_domain.shared.work import Begin

Blockable = Pan | Aadhaar | Phone


def kind_of(identifier: Blockable) -> tuple[BlockedBy, str]:
    """Return by what *identifier* blocks, and what may be seen of it."""
    match identifier:
        case Pan():
            return BlockedBy.PAN, str(identifier)
        case Aadhaar():
            return BlockedBy.AADHAAR, identifier.masked
        case Phone():
            return BlockedBy.PHONE, str(identifier)


@attrs.frozen
class BlockIdentifier:
    """Put an identifier on the brand's blocklist: applications of whoever has it are declined."""

    begin: Begin[BrandScope, BlockWork]
    ids: Ids
    clock: Clock

    def __call__(self, scope: BrandScope, identifier: Blockable, *, reason: str) -> Block:
        """Raises Invalid without a reason, Conflict where a block stands already."""
        by, masked = kind_of(identifier)
        block = Block(self.ids.new(), by, masked, policy.reasoned(reason), self.clock.now(), added_by=scope.actor.id)
        with self.begin(scope) as work:
            work.blocklist.add(block, identifier.value)
            after = {"by": by.value, "identifier": masked}
            work.audit.add(AuditEvent("customers.block", "block", block.id, after=after, reason=block.reason))
            return work.finish(block)


@attrs.frozen
class LiftBlock:
    """Take an identifier off the blocklist; that it stood there stays known."""

    begin: Begin[BrandScope, BlockWork]
    clock: Clock

    def __call__(self, scope: BrandScope, block_id: UUID, *, reason: str) -> Block:
        """Raises NotFound, Conflict where it was lifted before, Invalid without a reason."""
        with self.begin(scope) as work:
            block = policy.lifted(work.blocklist.get(block_id), reason=reason, at=self.clock.now())
            work.blocklist.save(block)
            before = {"by": block.by.value, "identifier": block.masked}
            work.audit.add(AuditEvent("customers.lift-block", "block", block.id, before, reason=block.lifted_reason))
            return work.finish(block)


@attrs.frozen
class ListBlocks:
    """Show the blocks that stand."""

    begin: Begin[BrandScope, BlockWork]

    def __call__(self, scope: BrandScope) -> Sequence[Block]:
        """Return them, newest first."""
        with self.begin(scope) as work:
            return work.blocklist.standing()
