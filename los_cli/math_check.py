"""
Run and compare: cases that know their answers, asked without them.

A case is `{"id", "kind", "input", "expected"}`. A figure agrees when it rounds (half-up) to what the case prints; figures that a
search finds agree within the closeness their sources state. Keys a case does not print are not looked at.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from los_cli.math_answers import answer

CLOSE = {
    "xirr": Decimal("0.000001"),
    "rate_per_period": Decimal("0.0000001"),
    "payment": Decimal("0.00000001"),
    "interest_part": Decimal("0.00000001"),
    "principal_part": Decimal("0.00000001"),
}
LABELS = {"after_n_events", "as_of", "check", "decimals_checked"}
_DIGITS = Context(prec=60)


def question(case: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what is asked: the case without its answer."""
    expected = case["expected"]
    if "checkpoints" not in expected:
        ask: Sequence[Any] = sorted(set(expected) - LABELS)
    else:
        ask = [
            {
                "after_n_events": each["after_n_events"],
                "as_of": each["as_of"],
                "want": each.get("check") or min(set(each) - LABELS),
            }
            for each in expected["checkpoints"]
        ]
        ask = [*ask, *(["foreclosure"] if "foreclosure" in expected else [])]
    return {"id": case["id"], "kind": case["kind"], "input": case["input"], "ask": ask}


def check(case: Mapping[str, Any]) -> str | None:
    """Return how the answer to *case* differs from what is expected, or None."""
    found = answer(question(case))
    return str(found["error"]) if "error" in found else _difference(case["expected"], found, "", "")


def _difference(want: Any, got: Any, key: str, where: str) -> str | None:
    if isinstance(want, Mapping):
        if not isinstance(got, Mapping):
            return f"{where}: wanted an object, got {got!r}"
        parts = [
            _difference(value, got.get(name), name, f"{where}.{name}".lstrip("."))
            for name, value in want.items()
            if name not in LABELS
        ]
        return next((part for part in parts if part), None)
    if isinstance(want, list):
        if not isinstance(got, Sequence) or len(want) != len(got):
            return f"{where}: wanted {len(want)} rows, got {len(got) if isinstance(got, Sequence) else got!r}"
        pairs = enumerate(zip(want, got, strict=True))
        parts = [_difference(one, other, key, f"{where}[{row}]") for row, (one, other) in pairs]
        return next((part for part in parts if part), None)
    return None if _agree(want, got, key) else f"{where}: wanted {want}, got {got}"


def _agree(want: Any, got: Any, key: str) -> bool:
    printed, figure = _number(want), _number(got)
    if not isinstance(want, str) or printed is None:
        return bool(want == got)
    if figure is None:
        return False
    if key in CLOSE:
        return abs(_DIGITS.subtract(printed, figure)) <= CLOSE[key]
    return figure.quantize(printed, rounding=ROUND_HALF_UP) == printed


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
