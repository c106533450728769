"""Wire forms of a brand's messages."""

from typing import Annotated

import msgspec

from los_domain.messaging.config import NOBODYS_ENTITY, NOBODYS_FLOW, NOBODYS_TEMPLATE, MessageTemplates, OwnText
from los_domain.messaging.model import Channel, Occasion
from los_domain.settings.model import Page
from los_http.shared.wire import In, Out

Nineteen = Annotated[str, msgspec.Meta(pattern=r"^\d{19}$", description="As registered with the operators.")]
Address = Annotated[str, msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]


class TextIn(In):
    """A text as the brand registered it, with the ids that it was registered under. Placeholders are ``{name}``."""

    occasion: Occasion
    channel: Channel
    body: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
    subject: Annotated[str, msgspec.Meta(max_length=200)] = ""
    dlt_template_id: Nineteen = NOBODYS_TEMPLATE
    provider_template_id: Annotated[str, msgspec.Meta(max_length=64)] = NOBODYS_FLOW


class TemplatesIn(In):
    """How the brand speaks: what is left out takes its default."""

    version: Annotated[int, msgspec.Meta(ge=0, description="As it was read; 409 if somebody wrote meanwhile.")]
    texts: Annotated[list[TextIn], msgspec.Meta(max_length=60)] = msgspec.field(default_factory=list)
    sender_header: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z]{6}$", examples=["AARMBH"])] = "LOSLOS"
    dlt_entity_id: Nineteen = NOBODYS_ENTITY
    mail_from: Address = "no-reply@lender.example"
    mail_from_name: Annotated[str, msgspec.Meta(max_length=80)] = ""
    remind_days_before: Annotated[int, msgspec.Meta(ge=1, le=15)] = 3

    def page(self) -> MessageTemplates:
        """Return the page that is meant."""
        return MessageTemplates(
            texts=tuple(
                OwnText(one.occasion, one.channel, one.body, one.subject, one.dlt_template_id, one.provider_template_id)
                for one in self.texts
            ),
            sender_header=self.sender_header,
            dlt_entity_id=self.dlt_entity_id,
            mail_from=self.mail_from,
            mail_from_name=self.mail_from_name,
            remind_days_before=self.remind_days_before,
        )


class TextOut(Out):
    """A text that is sent on an occasion: the brand's own, or the platform's."""

    occasion: Occasion
    channel: Channel
    body: str
    subject: str
    is_own: bool
    placeholders: list[str]
    dlt_template_id: str
    provider_template_id: str


class TemplatesOut(Out):
    """How the brand speaks, every occasion and channel that it has a text for."""

    version: int
    texts: list[TextOut]
    sender_header: str
    dlt_entity_id: str
    mail_from: str
    mail_from_name: str
    remind_days_before: int

    @classmethod
    def of(cls, page: Page[MessageTemplates]) -> "TemplatesOut":
        body = page.body
        return cls(
            version=page.version,
            texts=[
                TextOut(
                    occasion=said.occasion,
                    channel=said.channel,
                    body=said.text.body,
                    subject=said.text.subject,
                    is_own=said.is_own,
                    placeholders=list(said.placeholders),
                    dlt_template_id=said.registration.dlt_template_id,
                    provider_template_id=said.registration.provider_template_id,
                )
                for said in body.spoken()
            ],
            sender_header=body.sender_header,
            dlt_entity_id=body.dlt_entity_id,
            mail_from=body.mail_from,
            mail_from_name=body.mail_from_name,
            remind_days_before=body.remind_days_before,
        )
