"""Indian rupees as whole paise, and the rounding that a contract names."""

import re
from collections.abc import Sequence
from enum import Enum
from typing import Self

import attrs

_WIRE = re.compile(r"(-?)([0-9]{1,16})\.([0-9]{2})")


class Rounding(Enum):
    """How an exact ratio becomes a whole number. Halves matter: a contract says which way they go."""

    HALF_UP = "half_up"  # halves away from zero
    HALF_EVEN = "half_even"
    HALF_DOWN = "half_down"  # halves towards zero
    UP = "up"  # away from zero
    DOWN = "down"  # towards zero
    CEILING = "ceiling"
    FLOOR = "floor"

    def divide(self, num: int, den: int) -> int:
        """Return num / den as a whole number under this rule. Raises ZeroDivisionError when *den* is 0."""
        if den < 0:
            num, den = -num, -den
        quotient, rest = divmod(num, den)  # floor; 0 <= rest < den
        if rest == 0:
            return quotient
        twice = 2 * rest
        if self is _HALF_UP:
            return quotient + (twice > den or (twice == den and num > 0))
        if self is _HALF_EVEN:
            return quotient + (twice > den or (twice == den and quotient & 1))
        if self is Rounding.HALF_DOWN:
            return quotient + (twice > den or (twice == den and num < 0))
        if self is Rounding.CEILING:
            return quotient + 1
        if self is Rounding.UP:
            return quotient + (num > 0)
        if self is Rounding.DOWN:
            return quotient + (num < 0)
        return quotient

    def to_multiple(self, paise: int, multiple: int) -> int:
        """Return *paise* as the multiple of *multiple* that this rule names; ``multiple`` 100 means whole rupees."""
        return self.divide(paise, multiple) * multiple


_HALF_UP, _HALF_EVEN = (
    Rounding.HALF_UP,
    Rounding.HALF_EVEN,
)  # looked up in every schedule; through the class it costs 80 ns


@attrs.frozen(order=True)
class Money:
    """Rupees, held as whole paise (1 rupee = 100 paise). Negative means the other way round. Raises TypeError for a non-int."""

    paise: int = attrs.field(validator=attrs.validators.instance_of(int))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the wire form: rupees with exactly two places, ``"12500.00"``. Raises ValueError that says so."""
        found = _WIRE.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is not an amount: write rupees with two places, such as 12500.00")
        sign, rupees, paise = found.groups()
        value = int(rupees) * 100 + int(paise)
        return cls(-value if sign else value)

    @classmethod
    def rupees(cls, whole: int) -> Self:
        """Return *whole* rupees."""
        return cls(whole * 100)

    def __str__(self) -> str:
        """Return the wire form, ``12500.00``."""
        rupees, paise = divmod(abs(self.paise), 100)
        return f"{'-' if self.paise < 0 else ''}{rupees}.{paise:02d}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.paise + other.paise)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.paise - other.paise)

    def __neg__(self) -> "Money":
        return Money(-self.paise)

    def __bool__(self) -> bool:
        return self.paise != 0

    def times(self, num: int, den: int = 1, *, rounding: Rounding) -> "Money":
        """Scale by the exact ratio num/den. The caller names the rounding, because the contract does."""
        return Money(rounding.divide(self.paise * num, den))

    def split(self, weights: Sequence[int]) -> "tuple[Money, ...]":
        """
        Share out in proportion to *weights* (whole, not negative, not all zero) so that the parts add up to the whole.

        Each part is floored; paise left over go one each to the largest remainders, earlier first.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must be whole numbers, none negative, at least one positive")
        sign = -1 if self.paise < 0 else 1
        shares = [divmod(abs(self.paise) * weight, total) for weight in weights]
        left = abs(self.paise) - sum(quotient for quotient, _ in shares)
        favoured = set(sorted(range(len(weights)), key=lambda i: (-shares[i][1], i))[:left])
        return tuple(Money(sign * (quotient + (i in favoured))) for i, (quotient, _) in enumerate(shares))

    def in_words(self) -> str:
        """Return Indian words as agreements print them: ``Rupees One Lakh Twenty Thousand and Fifty Paise Only``."""
        rupees, paise = divmod(abs(self.paise), 100)
        words = f"Rupees {_words(rupees)}" + (f" and {_words(paise)} Paise" if paise else "") + " Only"
        return f"Minus {words}" if self.paise < 0 else words

    def grouped(self) -> str:
        """Return the Indian reading form, ``₹1,20,000.50``."""
        rupees, paise = divmod(abs(self.paise), 100)
        head, tail = str(rupees)[:-3], str(rupees)[-3:]
        while head:
            head, tail = head[:-2], f"{head[-2:]},{tail}"
        return f"{'-' if self.paise < 0 else ''}₹{tail}.{paise:02d}"


ZERO = Money(0)

_ONES = [
    "Zero",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
]
_TENS = ["-", "-", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"]


def _words(number: int) -> str:
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f" {_ONES[ones]}" if ones else "")
    for size, name in ((10_000_000, "Crore"), (100_000, "Lakh"), (1_000, "Thousand"), (100, "Hundred")):
        if number >= size:
            count, rest = divmod(number, size)
            return f"{_words(count)} {name}" + (f" {_words(rest)}" if rest else "")
    raise AssertionError(number)
