"""What identity checks tell others."""

from typing import ClassVar
from uuid import UUID

import attrs

from los_domain.shared.events import Event
from los_domain.shared.ids import CustomerId


@attrs.frozen
class KycCheckPending(Event):
    """No authority answered about a PAN in time; somebody has to ask again."""

    topic: ClassVar[str] = "kyc.check-pending"
    check_id: UUID


@attrs.frozen
class IdentityProved(Event):
    """Something about who a customer is was proved. *kind* is the word of ``FactKind``."""

    topic: ClassVar[str] = "kyc.identity-proved"
    customer_id: CustomerId
    kind: str
