"""Hearing a signing service: its call is kept if it is not forged, and only means that somebody should look."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Protocol

import attrs

from los_domain.agreements.ports import ForgedCallback
from los_domain.brands.ports import Providers
from los_domain.shared.actor import BrandScope, PlatformScope
from los_domain.shared.belonging import Belonging
from los_domain.shared.errors import FieldProblem, Invalid, NotFound, Unauthenticated
from los_domain.shared.inbox import ReceiveWebhook, Webhook


class NamedIn(Protocol):
    """Reads which envelope a call speaks of, before anybody is believed."""

    def __call__(self, body: bytes, /) -> str:
        """Return its id. Raises ValueError."""
        ...


@attrs.frozen
class ReceiveCallback:
    """
    Keep a signing service's call.

    The envelope that it names tells which brand sent it and by which account; the word that was agreed with that account tells whether
    the service is calling. One that is ahead of our own note of the sending is refused, and comes again.
    """

    belonging: Belonging
    providers: Providers
    receive: ReceiveWebhook
    named_in: NamedIn
    vendors: Sequence[str]

    def __call__(self, scope: PlatformScope, body: bytes, headers: Mapping[str, str]) -> None:
        """Raises Invalid for what cannot be read, NotFound for an unknown envelope, Unauthenticated for a forged call."""
        try:
            envelope = self.named_in(body)
        except ValueError:
            raise Invalid(FieldProblem("body", "names no contract")) from None
        candidates = [(vendor, one) for vendor in self.vendors for one in self.belonging.candidates(vendor, envelope)]
        if not candidates:
            raise NotFound("no agreement of ours is this contract")
        for vendor, candidate in candidates:
            if candidate.provider is None:
                continue
            inside = BrandScope(candidate.brand, scope.actor, scope.request_id, scope.address)
            try:
                self.providers.reader(inside, candidate.provider).read_callback(body, headers)
            except ForgedCallback:
                continue
            webhook = Webhook(
                vendor=vendor,
                vendor_event_id=hashlib.sha256(body).hexdigest(),
                event="look",
                brand=candidate.brand,
                provider=candidate.provider,
                body=body,  # without its headers: the agreed word is in them, and it did its work
            )
            self.receive(scope, webhook)
            return
        raise Unauthenticated("the call does not carry the word that was agreed")
