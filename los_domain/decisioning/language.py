"""
The language in which a brand writes conditions, checked against the fact catalogue and compiled to functions. Nothing of it is executed
as Python.

    bureau.score >= threshold
    bureau.max_dpd_12m < 30 and not bureau.written_off_last_36m
    application.amount between 10000 and 5 * applicant.monthly_salary
    employment.verdict in ('verified', 'no_record') or bureau.score > 750
    bureau.card_utilisation_pct is known

Numbers compared with amounts are rupees. A date is written 2026-11-30; dates subtract to days. A fact that is missing makes whatever needs
it unknown, and so does a division by zero; ``and`` and ``or`` decide without it where they can.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

import attrs

from los_domain.decisioning.catalogue import CATALOGUE, Kind, Value, whole

LANGUAGE_VERSION: Final = 1
LONGEST = 2_000
DEEPEST = 40

Facts = Mapping[str, Value]
Run = Callable[[Facts], Value]


class BadCondition(ValueError):
    """A condition that cannot be understood, or compares what cannot be compared. The message says what would be right."""


@attrs.frozen
class Condition:
    """A checked condition: which facts it reads, and a function that says whether it holds; None where that cannot be known."""

    facts: frozenset[str]
    run: Callable[[Facts], bool | None]


@attrs.frozen
class _Node:
    kind: Kind
    run: Run
    facts: frozenset[str] = frozenset()
    is_literal: bool = False


_TOKEN = re.compile(
    r"\s*(?:(?P<date>\d{4}-\d{2}-\d{2})|(?P<number>\d+(?:\.\d+)?)|(?P<text>'[^']*')"
    r"|(?P<name>[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)|(?P<mark><=|>=|!=|==|[<>+\-*/(),]))"
)
_WORDS = frozenset("and or not between in is known true false threshold".split())
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
_ORDERED = (Kind.NUMBER, Kind.MONEY, Kind.DATE)


def compiled(text: str, *, threshold: str = "") -> Condition:
    """
    Return the condition that *text* writes; the word ``threshold`` in it stands for the literal *threshold*.

    Raises BadCondition.
    """
    if len(text) > LONGEST:
        raise BadCondition(f"is longer than {LONGEST} characters")
    node = _Parser(_tokens(text), threshold).whole()
    if node.kind is not Kind.TRUTH:
        raise BadCondition(f"says {_a(node.kind)}, not whether something holds: compare it with something")
    run = node.run

    def holds(facts: Facts) -> bool | None:
        found = run(facts)
        return None if found is None else bool(found)

    return Condition(node.facts, holds)


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise BadCondition(f"cannot be read from {text[place : place + 20].strip()!r} on")
        found.append((match.lastgroup or "", match.group(match.lastgroup or 0)))
        place = match.end()
    return found


def _a(kind: Kind) -> str:
    return {
        Kind.NUMBER: "a number",
        Kind.MONEY: "an amount",
        Kind.TRUTH: "a truth",
        Kind.TEXT: "a text",
        Kind.DATE: "a date",
    }[kind]


@attrs.define
class _Parser:
    """Recursive descent over tokens; every method returns a checked node."""

    tokens: list[tuple[str, str]]
    threshold: str
    place: int = 0
    depth: int = 0

    def whole(self) -> _Node:
        node = self._or()
        if self.place < len(self.tokens):
            raise BadCondition(f"is not expected: {self.tokens[self.place][1]!r}")
        return node

    def _next_is(self, *words: str) -> str:
        """Take the next token if it is one of *words*, and return it; else nothing."""
        if self.place < len(self.tokens) and self.tokens[self.place][0] in ("name", "mark"):
            word = self.tokens[self.place][1]
            if word in words:
                self.place += 1
                return word
        return ""

    def _demand(self, word: str) -> None:
        if not self._next_is(word):
            raise BadCondition(f"lacks {word!r}")

    def _or(self) -> _Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadCondition("is nested too deeply")
        node = self._and()
        while self._next_is("or"):
            node = _either(_truth(node, "or"), _truth(self._and(), "or"))
        self.depth -= 1
        return node

    def _and(self) -> _Node:
        node = self._not()
        while self._next_is("and"):
            node = _both(_truth(node, "and"), _truth(self._not(), "and"))
        return node

    def _not(self) -> _Node:
        if not self._next_is("not"):
            return self._comparison()
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadCondition("is nested too deeply")
        node = _truth(self._not(), "not")
        self.depth -= 1
        run = node.run
        return _Node(Kind.TRUTH, lambda facts: None if (v := run(facts)) is None else not v, node.facts)

    def _comparison(self) -> _Node:
        left = self._sum()
        mark = self._next_is(*_COMPARE)
        if mark:
            return _compared(mark, left, self._sum())
        if self._next_is("between"):
            low = self._sum()
            self._demand("and")
            return _both(_compared(">=", left, low), _compared("<=", left, self._sum()))
        if self._next_is("in"):
            self._demand("(")
            node = _compared("==", left, self._sum())
            while self._next_is(","):
                node = _either(node, _compared("==", left, self._sum()))
            self._demand(")")
            return node
        if self._next_is("is"):
            negated = bool(self._next_is("not"))
            self._demand("known")
            run = left.run
            return _Node(Kind.TRUTH, lambda facts: (run(facts) is None) is negated, left.facts)
        return left

    def _sum(self) -> _Node:
        node = self._product()
        while mark := self._next_is("+", "-"):
            node = _added(mark, node, self._product())
        return node

    def _product(self) -> _Node:
        node = self._factor()
        while mark := self._next_is("*", "/"):
            node = _scaled(mark, node, self._factor())
        return node

    def _factor(self) -> _Node:
        if self._next_is("("):
            node = self._or()
            self._demand(")")
            return node
        if self._next_is("-"):
            self.depth += 1
            if self.depth > DEEPEST:
                raise BadCondition("is nested too deeply")
            node = self._factor()
            self.depth -= 1
            return _added("-", _Node(Kind.NUMBER, lambda _: 0, is_literal=True), node)
        if self.place >= len(self.tokens):
            raise BadCondition("ends too early")
        group, word = self.tokens[self.place]
        self.place += 1
        if group == "name" and word == "threshold":
            return self._threshold()
        return _read(group, word)

    def _threshold(self) -> _Node:
        match _tokens(self.threshold):
            case []:
                raise BadCondition("names a threshold, and has none")
            case [("mark", "-"), ("number", word)]:
                number = -whole(Fraction(word))
                return _Node(Kind.NUMBER, lambda _: number, is_literal=True)
            case [("number" | "text" | "date" as group, word)] | [("name" as group, "true" | "false" as word)]:
                return _read(group, word)
        raise BadCondition("has a threshold that is not one number, date, truth, or text in quotes")


def _read(group: str, word: str) -> _Node:
    match group:
        case "number":
            number = whole(Fraction(word))
            return _Node(Kind.NUMBER, lambda _: number, is_literal=True)
        case "text":
            text = word[1:-1]
            return _Node(Kind.TEXT, lambda _: text, is_literal=True)
        case "date":
            try:
                day = date.fromisoformat(word)
            except ValueError:
                raise BadCondition(f"holds {word}, which is no day") from None
            return _Node(Kind.DATE, lambda _: day, is_literal=True)
        case "name" if word in ("true", "false"):
            is_true = word == "true"
            return _Node(Kind.TRUTH, lambda _: is_true, is_literal=True)
        case "name" if word not in _WORDS:
            fact = CATALOGUE.get(word)
            if fact is None:
                raise BadCondition(f"reads {word}, which is no fact of the catalogue")
            return _Node(fact.kind, lambda facts: facts.get(word), frozenset({word}))
    raise BadCondition(f"is not expected: {word!r}")


def _truth(node: _Node, word: str) -> _Node:
    if node.kind is not Kind.TRUTH:
        raise BadCondition(f"joins {_a(node.kind)} by {word!r}: compare it with something first")
    return node


def _both(left: _Node, right: _Node) -> _Node:
    first, second = left.run, right.run

    def run(facts: Facts) -> Value:
        one, other = first(facts), second(facts)
        if one is False or other is False:
            return False
        return None if one is None or other is None else True

    return _Node(Kind.TRUTH, run, left.facts | right.facts)


def _either(left: _Node, right: _Node) -> _Node:
    first, second = left.run, right.run

    def run(facts: Facts) -> Value:
        one, other = first(facts), second(facts)
        if one is True or other is True:
            return True
        return None if one is None or other is None else False

    return _Node(Kind.TRUTH, run, left.facts | right.facts)


def _fitted(left: _Node, right: _Node) -> tuple[_Node, _Node]:
    """Return both sides, a bare number read as rupees where the other one is an amount."""
    if left.kind is Kind.MONEY and right.kind is Kind.NUMBER and not right.facts:
        return left, _in_paise(right)
    if right.kind is Kind.MONEY and left.kind is Kind.NUMBER and not left.facts:
        return _in_paise(left), right
    return left, right


def _in_paise(node: _Node) -> _Node:
    run = node.run

    def paise(facts: Facts) -> Value:
        found: Any = run(facts)
        return None if found is None else whole(found * 100)

    return _Node(Kind.MONEY, paise, node.facts, is_literal=node.is_literal)


def _compared(mark: str, left: _Node, right: _Node) -> _Node:
    left, right = _fitted(left, right)
    if left.kind is not right.kind:
        raise BadCondition(f"compares {_a(left.kind)} with {_a(right.kind)}")
    if mark not in ("==", "!=") and left.kind not in _ORDERED:
        raise BadCondition(f"asks which of two is larger, of {_a(left.kind)}: only == and != compare those")
    first, second, holds = left.run, right.run, _COMPARE[mark]

    def run(facts: Facts) -> Value:
        one, other = first(facts), second(facts)
        return None if one is None or other is None else holds(one, other)

    return _Node(Kind.TRUTH, run, left.facts | right.facts)


def _added(mark: str, left: _Node, right: _Node) -> _Node:
    left, right = _fitted(left, right)
    kinds, sign = (left.kind, right.kind), -1 if mark == "-" else 1
    first, second = left.run, right.run

    def numbers(one: Any, other: Any) -> Value:
        return whole(one + sign * other)

    def days_between(one: Any, other: Any) -> Value:
        return int((one - other).days)

    def day_after(one: Any, other: Any) -> Value:
        try:
            return date.fromordinal(one.toordinal()) + timedelta(days=int(sign * other))
        except (OverflowError, ValueError):
            return None

    if kinds in ((Kind.NUMBER, Kind.NUMBER), (Kind.MONEY, Kind.MONEY)):
        kind, act = left.kind, numbers
    elif kinds == (Kind.DATE, Kind.DATE) and sign == -1:
        kind, act = Kind.NUMBER, days_between
    elif kinds == (Kind.DATE, Kind.NUMBER):
        kind, act = Kind.DATE, day_after
    else:
        raise BadCondition(f"cannot work out {_a(left.kind)} {mark} {_a(right.kind)}")
    return _known(kind, act, first, second, left.facts | right.facts)


def _scaled(mark: str, left: _Node, right: _Node) -> _Node:
    kinds = (left.kind, right.kind)

    def times(one: Any, other: Any) -> Value:
        return whole(one * other)

    def over(one: Any, other: Any) -> Value:
        divisor = Fraction(other)
        return None if other == 0 else whole(one * Fraction(divisor.denominator, divisor.numerator))

    if mark == "*" and kinds in ((Kind.NUMBER, Kind.NUMBER), (Kind.MONEY, Kind.NUMBER), (Kind.NUMBER, Kind.MONEY)):
        kind = Kind.MONEY if Kind.MONEY in kinds else Kind.NUMBER
        return _known(kind, times, left.run, right.run, left.facts | right.facts)
    if mark == "/" and right.kind in (Kind.NUMBER, Kind.MONEY) and left.kind in (Kind.NUMBER, Kind.MONEY):
        if right.is_literal and right.run({}) == 0:
            raise BadCondition("divides by zero")
        if kinds == (Kind.NUMBER, Kind.MONEY):
            raise BadCondition("divides a number by an amount")
        kind = left.kind if right.kind is Kind.NUMBER else Kind.NUMBER
        return _known(kind, over, left.run, right.run, left.facts | right.facts)
    raise BadCondition(f"cannot work out {_a(left.kind)} {mark} {_a(right.kind)}")


def _known(kind: Kind, act: Callable[[Any, Any], Value], first: Run, second: Run, facts: frozenset[str]) -> _Node:
    def run(known: Facts) -> Value:
        one, other = first(known), second(known)
        return None if one is None or other is None else act(one, other)

    return _Node(kind, run, facts)


LANGUAGES: Final[Mapping[int, Callable[..., Condition]]] = {1: compiled}
"""Every version of the language that a kept decision may have been made in."""
