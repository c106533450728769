"""
India's registration of commercial SMS (DLT): the form of its ids, whether a text is the registered one, what its refusals mean.

The operators compare the sent text with the registered template after a provider has taken it: a text that does not match is billed
and lost. Source: TRAI TCCCPR 2018 and the operators' code lists; codes 640 to 669 are inferred from their neighbours.
"""

import re

from los_domain.messaging.receipts import DeliveryFault

ENTITY_ID = re.compile(r"1[1-9]01\d{15}", re.ASCII)
"""A principal entity: 19 digits, the second names the operator it registered with."""

TEMPLATE_ID = re.compile(r"1[1-9]07\d{15}", re.ASCII)
"""A content template: 19 digits."""

HEADER = re.compile(r"[A-Za-z]{6}", re.ASCII)
"""A sender header for service and transactional messages; case counts."""

VARIABLE = "{#var#}"

LONGEST_VARIABLE = 30
"""Characters that operators take for one variable, unless the template was registered with more."""

_FAULTS = {
    **dict.fromkeys(range(600, 605), DeliveryFault.ACCOUNT),  # entity unknown, inactive, blacklisted
    **dict.fromkeys(range(610, 613), DeliveryFault.ACCOUNT),  # telemarketer: another provider may do
    **dict.fromkeys(range(620, 624), DeliveryFault.TEMPLATE),  # header unknown, or another entity's
    **dict.fromkeys(range(630, 635), DeliveryFault.TEMPLATE),  # template unknown, text or header does not match
    635: DeliveryFault.CONTENT,  # a variable is too long
    636: DeliveryFault.TEMPLATE,
    637: DeliveryFault.TEMPLATE,
    **dict.fromkeys(range(640, 670), DeliveryFault.PREFERENCE),  # consent, preference, time band
    670: DeliveryFault.TEMPORARY,  # the comparison itself failed
}


def scrub_fault(code: str) -> DeliveryFault | None:
    """Return what an operator's scrubbing code means, or None if *code* is none of them."""
    return _FAULTS.get(int(code)) if code.isascii() and code.isdigit() and len(code) == 3 else None


def fits(template: str, text: str, *, longest: int = LONGEST_VARIABLE) -> bool:
    """
    Return whether *text* is *template* with each ``{#var#}`` replaced by at most *longest* characters.

    Everything else has to be equal to the letter: blanks, punctuation, line breaks.
    """
    literal = (re.escape(part) for part in template.split(VARIABLE))
    return VARIABLE not in text and re.fullmatch(f".{{0,{longest}}}".join(literal), text, re.DOTALL) is not None
