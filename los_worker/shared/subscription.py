"""What a capability does about an event, as a value: ``los_worker/<capability>/actors.py`` holds a tuple of these."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import attrs

from los_adapters.bootstrap import Application
from los_domain.shared.actor import BrandScope, PlatformScope
from los_domain.shared.events import Event

E = TypeVar("E", bound=Event)


@attrs.frozen
class Subscription(Generic[E]):
    """
    One consumer of one event of a brand.

    *run* gets the scope of the event's brand, which carries the delivery: its use case marks it handled by ``work.finish``. It may be
    given the same event twice and events in any order. *consumer* is stored and therefore never changes. *only* narrows the event by
    its fields (``{"vendor": "RAZORPAY"}``).
    """

    event: type[E]
    consumer: str
    queue: str
    run: Callable[[Application, BrandScope, E], object]
    only: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class PlatformSubscription(Generic[E]):
    """One consumer of one event that belongs to no brand."""

    event: type[E]
    consumer: str
    queue: str
    run: Callable[[Application, PlatformScope, E], object]
    only: Mapping[str, str] = attrs.field(factory=dict)


AnySubscription = Subscription[Any] | PlatformSubscription[Any]
