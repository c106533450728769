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


@attrs.frozen
class ProfileChanged(Event):
    """What is known of a customer changed: her name, address or another of her details."""

    topic: ClassVar[str] = "customers.profile-changed"
    customer_id: CustomerId


@attrs.frozen
class CustomerStatusChanged(Event):
    """A customer was closed for applications, or opened again."""

    topic: ClassVar[str] = "customers.status-changed"
    customer_id: CustomerId
    is_active: bool


@attrs.frozen
class EmploymentCheckPending(Event):
    """No vendor answered about a customer's employment in time; somebody has to ask again."""

    topic: ClassVar[str] = "customers.employment-check-pending"
    customer_id: CustomerId


@attrs.frozen
class EmploymentChecked(Event):
    """A customer's employment was looked up. *verdict* is the word of ``EmploymentVerdict``."""

    topic: ClassVar[str] = "customers.employment-checked"
    customer_id: CustomerId
    verdict: str
