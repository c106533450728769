"""The settings page of a brand's texts and senders."""

from typing import ClassVar

import attrs

from los_domain.messaging.model import Channel, Occasion, Registration
from los_domain.messaging.templates import DEFAULTS, PLACEHOLDERS, Text, problems
from los_domain.shared.errors import FieldProblem

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
class Spoken:
    """A text that is sent on an occasion, as it stands."""

    occasion: Occasion
    channel: Channel
    text: Text
    is_own: bool
    placeholders: tuple[str, ...]
    registration: Registration


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

    def spoken(self) -> tuple[Spoken, ...]:
        """Return every text that there is, by occasion and channel."""
        keys = {*DEFAULTS, *((one.occasion, one.channel) for one in self.texts)}
        return tuple(
            Spoken(
                occasion,
                channel,
                self.wording(occasion, channel) or DEFAULTS[occasion, channel],
                self.own(occasion, channel) is not None,
                tuple(sorted(PLACEHOLDERS[occasion])),
                self.registration(occasion, channel),
            )
            for occasion, channel in sorted(keys, key=lambda key: (key[0].value, key[1].value))
        )

    def problems(self) -> tuple[FieldProblem, ...]:
        """Return what is wrong with the brand's own texts, each named by its place in the list."""
        found: list[FieldProblem] = []
        seen: set[tuple[Occasion, Channel]] = set()
        for place, one in enumerate(self.texts):
            if (one.occasion, one.channel) in seen:
                found.append(FieldProblem(f"texts[{place}]", "is there twice", "leave one of them"))
            seen.add((one.occasion, one.channel))
            found += (
                attrs.evolve(problem, field=f"texts[{place}].{problem.field}")
                for problem in problems(one.occasion, Text(one.body, one.subject))
            )
            if one.channel is Channel.EMAIL and not one.subject.strip():
                found.append(FieldProblem(f"texts[{place}].subject", "is missing", "a mail has a subject"))
        return tuple(found)

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
