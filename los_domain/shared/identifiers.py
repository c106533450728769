"""
Indian identifiers, validated on construction: phone, PAN, Aadhaar, IFSC, UAN, pincode, bank account, e-mail.

Each raises ValueError with a message that says the right form and never repeats the value: values are personal data. ``str()`` and
``repr()`` are masked; the value itself is read from ``.value``.
"""

import re
from typing import Self

import attrs

_MULTIPLY = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_PERMUTE = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)


def verhoeff_holds(digits: str) -> bool:
    """Return whether the last digit of *digits* is its Verhoeff check digit (dihedral group D5)."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _MULTIPLY[check][_PERMUTE[place % 8][int(digit)]]
    return check == 0


def _matches(pattern: str, message: str):  # type: ignore[no-untyped-def]
    compiled = re.compile(pattern, re.ASCII)

    def validate(_instance: object, _attribute: object, value: object) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError(message)

    return validate


@attrs.frozen(repr=False)
class _Identifier:
    value: str

    def __str__(self) -> str:
        return f"…{self.value[-4:]}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"


@attrs.frozen(repr=False)
class Phone(_Identifier):
    """A mobile number in India: ten digits, beginning 6 to 9, without the country code."""

    value: str = attrs.field(
        validator=_matches(r"[6-9]\d{9}", "a mobile number has ten digits and begins with 6, 7, 8 or 9")
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what people type: spaces, dashes, a leading 0, 91 or +91 are dropped."""
        digits = re.sub(r"[\s\-().]", "", text)
        for prefix in ("+91", "0091", "91", "0"):
            if digits.startswith(prefix) and len(digits) == 10 + len(prefix):
                digits = digits.removeprefix(prefix)
                break
        return cls(digits)

    @property
    def e164(self) -> str:
        """The international form, ``+919876543210``."""
        return f"+91{self.value}"


@attrs.frozen(repr=False)
class Pan(_Identifier):
    """A permanent account number: five letters, four digits, a letter; the fourth letter names the kind of holder."""

    value: str = attrs.field(
        validator=_matches(
            r"[A-Z]{3}[ABCFGHLJPTE][A-Z]\d{4}[A-Z]",
            "a PAN has the form AAAPA1234A, with P as fourth letter for a person",
        )
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what people type: blanks dropped, letters raised."""
        return cls("".join(text.split()).upper())

    @property
    def is_individual(self) -> bool:
        """Whether it is a natural person's."""
        return self.value[3] == "P"

    def __str__(self) -> str:
        return f"{self.value[:2]}XXX{self.value[5:7]}XX{self.value[-1]}"


@attrs.frozen(repr=False)
class Aadhaar(_Identifier):
    """
    A full Aadhaar number: twelve digits, not beginning 0 or 1, not one digit twelve times, with a Verhoeff check digit.

    Never stored, never logged.
    """

    value: str = attrs.field(
        validator=_matches(r"[2-9]\d{11}", "an Aadhaar number has twelve digits and begins with 2 to 9")
    )

    def __attrs_post_init__(self) -> None:
        if len(set(self.value)) == 1:  # 333333333333 would hold
            raise ValueError("an Aadhaar number is not one digit twelve times")
        if not verhoeff_holds(self.value):
            raise ValueError("the Aadhaar number's check digit does not hold: look for a mistyped digit")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what people type: blanks and dashes dropped."""
        return cls(re.sub(r"[\s\-]", "", text))

    @property
    def masked(self) -> str:
        """The only form that may be kept: ``XXXXXXXX1234``."""
        return f"XXXXXXXX{self.value[-4:]}"


@attrs.frozen(repr=False)
class Ifsc(_Identifier):
    """A bank branch: four letters, a zero, six letters or digits. Not personal, so printed whole."""

    value: str = attrs.field(
        validator=_matches(r"[A-Z]{4}0[A-Z0-9]{6}", "an IFSC has the form ABCD0123456, with a zero in fifth place")
    )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what people type: blanks dropped, letters raised."""
        return cls("".join(text.split()).upper())

    @property
    def bank_code(self) -> str:
        """The first four letters."""
        return self.value[:4]

    def __str__(self) -> str:
        return self.value


@attrs.frozen(repr=False)
class Uan(_Identifier):
    """A provident-fund member's universal account number: twelve digits."""

    value: str = attrs.field(validator=_matches(r"\d{12}", "a UAN has twelve digits"))


@attrs.frozen(repr=False)
class AccountNumber(_Identifier):
    """A bank account number: 6 to 18 digits or letters, as banks in India use."""

    value: str = attrs.field(
        validator=_matches(r"[A-Z0-9]{6,18}", "an account number has 6 to 18 digits or capital letters")
    )


@attrs.frozen(repr=False)
class Pincode(_Identifier):
    """A postal code of India: six digits, not beginning with 0. Not personal alone, so printed whole."""

    value: str = attrs.field(validator=_matches(r"[1-9]\d{5}", "a pincode has six digits and does not begin with 0"))

    def __str__(self) -> str:
        return self.value


def _lowered(text: str) -> str:
    return text.strip().lower()


@attrs.frozen(repr=False)
class Email(_Identifier):
    """A mail address; compared by its lower-cased form."""

    value: str = attrs.field(
        converter=_lowered,
        validator=_matches(
            r"[^@\s]{1,64}@[a-z0-9](?:[a-z0-9.\-]{0,250})\.[a-z]{2,24}",
            "an e-mail address has the form name@example.in",
        ),
    )

    def __str__(self) -> str:
        name, _, host = self.value.partition("@")
        return f"{name[:1]}…@{host}"
