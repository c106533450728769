"""
The platform's own texts, one for each occasion and channel; a brand replaces them on its settings page of message templates.

Under DLT rules the words of an SMS are registered with the operators: a brand's registered wording, sender header and template id go
together. Placeholders are ``{name}``; a missing or unknown one is an error when a template is saved, never when it is sent.
"""

import string
from collections.abc import Mapping

import attrs

from los_domain.messaging.model import Channel, Occasion
from los_domain.shared.errors import FieldProblem, Invalid

PLACEHOLDERS: Mapping[Occasion, frozenset[str]] = {
    Occasion.OTP: frozenset({"code", "minutes"}),
    Occasion.DISBURSED: frozenset({"brand", "amount", "loan", "on"}),
    Occasion.RECEIPT: frozenset({"brand", "amount", "loan", "on"}),
    Occasion.DUE_SOON: frozenset({"brand", "amount", "loan", "on"}),
    Occasion.OVERDUE: frozenset({"brand", "amount", "loan", "on", "days"}),
    Occasion.FOLLOW_UP: frozenset({"brand", "amount", "loan"}),
    Occasion.STATUS: frozenset({"brand", "loan", "status"}),
    Occasion.DOCUMENT_REQUEST: frozenset({"brand", "document"}),
    Occasion.SIGN_AGREEMENT: frozenset({"brand", "loan", "link", "days"}),
    Occasion.AGREEMENT_COPY: frozenset({"brand", "loan"}),
    Occasion.RELOAN: frozenset({"brand"}),
    Occasion.NDC: frozenset({"brand", "loan", "on", "hash"}),
    Occasion.STAFF: frozenset({"title", "text"}),
}


@attrs.frozen
class Text:
    """A template: subject (mail only) and body with placeholders."""

    body: str
    subject: str = ""


DEFAULTS: Mapping[tuple[Occasion, Channel], Text] = {
    (Occasion.OTP, Channel.SMS): Text(
        "{code} is your one-time password. It is valid for {minutes} minutes. Do not share it with anyone."
    ),
    (Occasion.DISBURSED, Channel.SMS): Text(
        "{brand}: Rs.{amount} for loan {loan} was paid into your bank account on {on}."
    ),
    (Occasion.RECEIPT, Channel.SMS): Text("{brand}: we received Rs.{amount} for loan {loan} on {on}. Thank you."),
    (Occasion.DUE_SOON, Channel.SMS): Text("{brand}: Rs.{amount} for loan {loan} is due on {on}."),
    (Occasion.OVERDUE, Channel.SMS): Text(
        "{brand}: Rs.{amount} for loan {loan}, due on {on}, is {days} days overdue. Please pay."
    ),
    (Occasion.SIGN_AGREEMENT, Channel.SMS): Text(
        "{brand}: sign your agreement for loan {loan} within {days} days: {link}"
    ),
    (Occasion.SIGN_AGREEMENT, Channel.EMAIL): Text(
        "Dear customer,\n\nyour agreement for loan {loan} is ready. Please sign it within {days} days:\n\n{link}\n\n{brand}",
        "Please sign your agreement, loan {loan}",
    ),
    (Occasion.STAFF, Channel.EMAIL): Text("{text}", "{title}"),
    (Occasion.STATUS, Channel.SMS): Text("{brand}: loan {loan} is now {status}."),
    (Occasion.AGREEMENT_COPY, Channel.EMAIL): Text(
        "Dear customer,\n\nthe signed agreement of loan {loan} is attached. Please keep it.\n\n{brand}",
        "Your signed agreement, loan {loan}",
    ),
    (Occasion.NDC, Channel.EMAIL): Text(
        "Dear customer,\n\nloan {loan} was closed on {on} and nothing is due. Your no-dues certificate is attached; "
        "its SHA-256 is {hash}.\n\n{brand}",
        "No-dues certificate, loan {loan}",
    ),
}


def problems(occasion: Occasion, text: Text) -> tuple[FieldProblem, ...]:
    """Return what is wrong with a template: an unknown placeholder, or braces that do not close."""
    allowed = PLACEHOLDERS[occasion]
    found: list[FieldProblem] = []
    for field, value in (("body", text.body), ("subject", text.subject)):
        try:
            names = {name for _, name, _, _ in string.Formatter().parse(value) if name is not None}
        except ValueError:
            found.append(FieldProblem(field, "a brace is not closed", "write placeholders as {name}"))
            continue
        unknown = sorted(names - allowed)
        if unknown:
            known = ", ".join(f"{{{name}}}" for name in sorted(allowed))
            found.append(FieldProblem(field, f"{{{unknown[0]}}} is not known for {occasion.value}", f"use {known}"))
    return tuple(found)


def rendered(occasion: Occasion, channel: Channel, values: Mapping[str, str], *, own: Text | None = None) -> Text:
    """Return the brand's *own* template, or the platform's, filled with *values*. Raises Invalid if there is no text for the channel."""
    text = own or DEFAULTS.get((occasion, channel))
    if text is None:
        raise Invalid(
            FieldProblem(
                "template", f"there is no {channel.value} text for {occasion.value}", "add one on the templates page"
            )
        )
    return Text(text.body.format_map(values), text.subject.format_map(values))


_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def html_of(body: str) -> str:
    """Return the HTML form of a mail's text: a paragraph for each, lines kept, everything escaped."""
    paragraphs = [part.strip("\n") for part in body.split("\n\n") if part.strip()]
    return "".join(f"<p>{part.translate(_ESCAPES).replace(chr(10), '<br>')}</p>" for part in paragraphs)
