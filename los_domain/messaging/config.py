"""The settings page of a brand's texts and senders."""

from typing import ClassVar

import attrs

from los_domain.messaging.model import Channel, Occasion, Registration
from los_domain.messaging.templates import DEFAULTS, Text

NOBODYS_ENTITY = "1000000000000000000"
NOBODYS_TEMPLATE = "1007000000000000000"
NOBODYS_FLOW = "000000000000000000000000"


@attrs.frozen
class OwnText:
    """One text as a brand registered it, with the ids that it was registered under."""

    occasion: Occasion
    channel: Channel
    body: str
    subject: str = ""
    dlt_template_id: str = NOBODYS_TEMPLATE
    provider_template_id: str = NOBODYS_FLOW


@attrs.frozen
class MessageTemplates:
    """
    How a brand speaks: its own texts, its sender header and DLT entity, and whom its mail comes from.

    The ids that are there from the start have the right form and are nobody's: the sandbox takes them, an operator refuses them.
    """

    PAGE: ClassVar[str] = "message-templates"

    texts: tuple[OwnText, ...] = ()
    sender_header: str = "LOSLOS"
    dlt_entity_id: str = NOBODYS_ENTITY
    mail_from: str = "no-reply@lender.example"
    mail_from_name: str = ""  # empty: the brand's name
    remind_days_before: int = attrs.field(default=3, validator=[attrs.validators.ge(1), attrs.validators.le(15)])

    def own(self, occasion: Occasion, channel: Channel) -> OwnText | None:
        """Return the brand's own text for an occasion on a channel, or None."""
        return next((one for one in self.texts if (one.occasion, one.channel) == (occasion, channel)), None)

    def wording(self, occasion: Occasion, channel: Channel) -> Text | None:
        """Return the wording of the brand's own text, or None: then the platform's is said."""
        own = self.own(occasion, channel)
        return None if own is None else Text(own.body, own.subject)

    def speaks(self, occasion: Occasion, channel: Channel) -> bool:
        """Return whether there is a text for an occasion on a channel."""
        return self.own(occasion, channel) is not None or (occasion, channel) in DEFAULTS

    def registration(self, occasion: Occasion, channel: Channel) -> Registration:
        """Return what a message is sent under; mail needs no registration."""
        if channel is not Channel.SMS:
            return Registration()
        own = self.own(occasion, channel)
        return Registration(
            sender_header=self.sender_header,
            dlt_entity_id=self.dlt_entity_id,
            dlt_template_id=own.dlt_template_id if own else NOBODYS_TEMPLATE,
            provider_template_id=own.provider_template_id if own else NOBODYS_FLOW,
        )
