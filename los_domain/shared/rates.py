"""Rates as they are quoted: an exact integer over a power of ten, with the period it is quoted for."""

from enum import Enum
from typing import Self

import attrs


@attrs.frozen
class Quoted:
    """A percentage exactly as printed: ``Quoted(1850, 2)`` is 18.50 %. Trailing zeros do not matter for equality of value."""

    units: int = attrs.field(validator=attrs.validators.instance_of(int))
    scale: int = attrs.field(default=0, validator=[attrs.validators.instance_of(int), attrs.validators.in_(range(13))])

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a decimal string such as ``"18.5"``. Raises ValueError for anything else."""
        sign, body = (-1, text[1:]) if text.startswith("-") else (1, text)
        whole, _, places = body.partition(".")
        if not (whole.isascii() and whole.isdigit()) or (places and not (places.isascii() and places.isdigit())):
            raise ValueError(f"{text!r} is not a percentage: write it as a decimal number, such as 18.5")
        if len(places) > 12:
            raise ValueError(f"{text!r} has more than 12 decimal places")
        return cls(sign * int(whole + places), len(places))

    def __str__(self) -> str:
        digits = str(abs(self.units)).rjust(self.scale + 1, "0")
        text = f"{digits[: len(digits) - self.scale]}.{digits[len(digits) - self.scale :]}" if self.scale else digits
        return f"-{text}" if self.units < 0 else text

    @property
    def ratio(self) -> tuple[int, int]:
        """The percentage as a ratio of ints: 18.5 % is (185, 1000)."""
        return self.units, 100 * 10**self.scale


class Per(Enum):
    """The period a rate is quoted for."""

    YEAR = "year"
    MONTH = "month"
    WHOLE_TERM = "whole_term"


_YEAR = Per.YEAR  # looked up in every schedule; through the class it costs 80 ns


@attrs.frozen
class Rate:
    """A rate of interest as quoted; ``Rate(Quoted(24), Per.YEAR)`` is 24 % a year."""

    quoted: Quoted
    per: Per = Per.YEAR

    @classmethod
    def yearly(cls, percent: str) -> Self:
        """Return a yearly rate from its printed percentage, ``Rate.yearly("18.5")``."""
        return cls(Quoted.parse(percent))

    def yearly_ratio(self) -> tuple[int, int]:
        """Return the rate a year as (num, den). A rate quoted for the whole term has none: raises ValueError."""
        num, den = self.quoted.ratio
        if self.per is _YEAR:
            return num, den
        if self.per is Per.MONTH:
            return num * 12, den
        raise ValueError("a rate quoted for the whole term has no yearly ratio without the term")

    def factor(self, *, months: int) -> tuple[int, int]:
        """Return the nominal factor of *months* months as (num, den): R/12 for one month of a yearly rate."""
        num, den = self.yearly_ratio()
        return num * months, den * 12

    def __str__(self) -> str:
        return f"{self.quoted} % a {self.per.value.replace('_', ' ')}"
