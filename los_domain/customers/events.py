"""What customers tell others."""

from typing import ClassVar

import attrs

from los_domain.shared.events import Event
from los_domain.shared.ids import CustomerId


@attrs.frozen
class CustomerSignedUp(Event):
    """A phone was proved for the first time at this brand."""

    topic: ClassVar[str] = "customers.signed-up"
    customer_id: CustomerId
