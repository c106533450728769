"""
Regulatory numbers of asset classification, as dated parameters with their source.

Nothing here is a literal elsewhere: the fold, the classes and provisions read the `Norms` in force on a day.
"""

from collections.abc import Sequence
from datetime import date

import attrs


@attrs.frozen(kw_only=True)
class Norms:
    """
    The norms of income recognition, asset classification and provisioning that are in force from a day on.

    sma_1_after, sma_2_after, npa_after: days past due beyond which an account is SMA-1, SMA-2, non-performing.
    substandard_months: how long a non-performing account is sub-standard; then it is doubtful.
    doubtful_months: ends of the first and second part of doubtful, in months since it became doubtful.
    The provisions are parts of ten thousand of what is outstanding: `standard`, `substandard`, `doubtful_unsecured` and, for
        the secured part, `doubtful_secured` by part; `loss`.
    """

    effective_from: date
    source: str
    sma_1_after: int = 30
    sma_2_after: int = 60
    npa_after: int = 90
    substandard_months: int = 12
    doubtful_months: tuple[int, int] = (12, 36)
    standard: int
    substandard: int = 1_000
    doubtful_unsecured: int = 10_000
    doubtful_secured: tuple[int, int, int] = (2_000, 3_000, 5_000)
    loss: int = 10_000


_IRACP = "RBI/2021-22/125 DOR.STR.REC.68 of 12 Nov 2021; NBFC prudential norms on provisioning"

NBFC_BASE_LAYER: tuple[Norms, ...] = (
    Norms(
        effective_from=date(1, 1, 1),
        source=f"{_IRACP}; base layer, before the glide path",
        npa_after=180,
        substandard_months=18,
        standard=25,
    ),
    Norms(
        effective_from=date(2024, 3, 31),
        source=f"{_IRACP}; base layer, glide path 2024",
        npa_after=150,
        standard=25,
    ),
    Norms(
        effective_from=date(2025, 3, 31),
        source=f"{_IRACP}; base layer, glide path 2025",
        npa_after=120,
        standard=25,
    ),
    Norms(effective_from=date(2026, 3, 31), source=f"{_IRACP}; base layer, glide path ended", standard=25),
)
"""A small non-banking company: 90 days since 31 March 2026, more before."""

NBFC_MIDDLE_LAYER: tuple[Norms, ...] = (
    Norms(effective_from=date(1, 1, 1), source=f"{_IRACP}; middle and upper layer", standard=40),
)
"""A larger non-banking company: 90 days throughout."""


def in_force(norms: Sequence[Norms], on: date) -> Norms:
    """Return the norms in force on *on*; *norms* are in date order and the first holds for all days before too."""
    found = norms[0]
    for each in norms[1:]:
        if each.effective_from <= on:
            found = each
    return found
