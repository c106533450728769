"""
How an SMS travels: its alphabet, and how many parts it costs.

Source: 3GPP TS 23.038 (GSM 03.38), default alphabet and its extension table. A single character outside it turns the whole message
into UCS-2, at less than half the room; the rupee sign does that, so templates write ``Rs.``.
"""

_DEFAULT = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")  # each takes two places


def is_gsm(text: str) -> bool:
    """Return whether *text* fits the default alphabet of GSM with its extension."""
    return all(letter in _DEFAULT or letter in _EXTENDED for letter in text)


def segments(text: str) -> int:
    """
    Return how many parts *text* is sent and billed as.

    GSM: 160 places in a single part, 153 in each of several. UCS-2: 70 and 67, a letter beyond the basic plane takes two places.
    """
    if is_gsm(text):
        places, alone, among = sum(2 if letter in _EXTENDED else 1 for letter in text), 160, 153
    else:
        places, alone, among = sum(2 if ord(letter) > 0xFFFF else 1 for letter in text), 70, 67
    return 1 if places <= alone else -(-places // among)
