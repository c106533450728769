"""How far a long piece of work has got."""

from collections.abc import Callable

import attrs


@attrs.frozen
class Progress:
    """*done* of *total* (0: nobody knows how many), and a word on what is being done."""

    done: int
    total: int = 0
    note: str = ""


Report = Callable[[Progress], None]
"""Told from time to time by the work itself; being told costs little and never fails the work."""
