"""
How a speed is measured: as the ratio of two calls in one process, never as a time.

Subject and limit run in turn, S L S L …; the first pair is dropped, the ratio is the median over pairs. A run whose ratios spread too
far (p90/p10 above 1.5) is no measurement and is repeated. Garbage collection is off while a pair runs. What is counted is the
processor's time of this process, so that neighbours on the machine matter less.
"""

import gc
from collections.abc import Callable
from statistics import median, quantiles
from time import process_time_ns

import attrs

PAIRS = 9
MOST_SPREAD = 1.5
TRIES = 4


@attrs.frozen
class Ratio:
    """*subject* over *limit*: median of pairs, least and most; *hint_ns* is what the subject took, for people only."""

    name: str
    bar: float | None
    median: float
    least: float
    most: float
    spread: float
    hint_ns: float

    @property
    def holds(self) -> bool:
        """Whether the bar, if there is one, is kept by a run that counts."""
        return self.bar is None or (self.median <= self.bar and self.spread <= MOST_SPREAD)

    def __str__(self) -> str:
        bar = "      –" if self.bar is None else f"≤ {self.bar:5.3f}"
        verdict = "" if self.bar is None else "ok" if self.holds else "MISSED"
        return (
            f"{self.name:58} {self.median:7.3f}  ({self.least:6.3f} – {self.most:6.3f})  {bar}  "
            f"{self.hint_ns / 1000:11.1f} µs  {verdict}"
        )


def ratio(name: str, subject: Callable[[], object], limit: Callable[[], object], *, bar: float | None) -> Ratio:
    """Measure *subject* against *limit*."""
    found = _once(name, subject, limit, bar)
    for _ in range(TRIES - 1):
        if found.spread <= MOST_SPREAD:
            break
        found = _once(name, subject, limit, bar)
    return found


def _once(name: str, subject: Callable[[], object], limit: Callable[[], object], bar: float | None) -> Ratio:
    gc.collect()
    gc.disable()
    try:
        pairs = [(_time(subject), _time(limit)) for _ in range(PAIRS + 1)]
    finally:
        gc.enable()
    ratios = [one / other for one, other in pairs[1:]]
    tenths = quantiles(ratios, n=10, method="inclusive")
    took = median(one for one, _ in pairs[1:])
    return Ratio(name, bar, median(ratios), min(ratios), max(ratios), tenths[-1] / tenths[0], took)


def _time(call: Callable[[], object]) -> int:
    begin = process_time_ns()
    call()
    return process_time_ns() - begin
