"""
Days past due, buckets and asset classes.

Reserve Bank of India, 12 November 2021: a due is overdue when it is unpaid at the day-end of its due date, so that day counts as
day 1; special mention SMA-0 to day 30, SMA-1 to day 60, SMA-2 to day 90, non-performing from day 91; an account goes back to
standard only when all arrears of principal and interest of the borrower are paid.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import Enum

import attrs

from los_domain.repayment.regulation import Norms, in_force
from los_domain.repayment.servicing import OverdueFrom
from los_domain.shared.dates import add_months


class AssetClass(Enum):
    """How sound an account is, from best to worst; the order of the members is that order."""

    STANDARD = "standard"
    SMA_0 = "sma_0"
    SMA_1 = "sma_1"
    SMA_2 = "sma_2"
    SUBSTANDARD = "substandard"
    DOUBTFUL_1 = "doubtful_1"
    DOUBTFUL_2 = "doubtful_2"
    DOUBTFUL_3 = "doubtful_3"
    LOSS = "loss"

    @property
    def is_npa(self) -> bool:
        """Whether it is non-performing."""
        return _ORDER[self] >= _ORDER[AssetClass.SUBSTANDARD]

    def worse_than(self, other: "AssetClass") -> bool:
        """Return whether this class is worse than *other*."""
        return _ORDER[self] > _ORDER[other]


_ORDER = {each: place for place, each in enumerate(AssetClass)}


def days_past_due(due_on: date, on: date, rule: OverdueFrom) -> int:
    """Return the days past due at the end of *on* of a due of *due_on* that is unpaid; 0 while it is not overdue."""
    return max(0, on.toordinal() - due_on.toordinal() + (rule is OverdueFrom.DAY_END))


def reaches(due: int, days: int, rule: OverdueFrom) -> int:
    """Return the day (ordinal) on which a due of ordinal *due* is *days* days past due."""
    return due + days - (rule is OverdueFrom.DAY_END)


def npa_day(norms: Sequence[Norms], due: int, rule: OverdueFrom) -> int:
    """Return the day (ordinal) at whose end a due of ordinal *due*, unpaid since, makes the account non-performing."""
    for at, each in enumerate(norms):
        first = each.effective_from.toordinal() if at else due
        day = max(first, reaches(due, each.npa_after + 1, rule))
        if at + 1 == len(norms) or day < norms[at + 1].effective_from.toordinal():
            return day
    raise AssertionError("norms are never empty")


def standard_class(dpd: int, norms: Norms) -> AssetClass:
    """Return the class of an account that is not non-performing."""
    if dpd <= 0:
        return AssetClass.STANDARD
    if dpd <= norms.sma_1_after:
        return AssetClass.SMA_0
    return AssetClass.SMA_1 if dpd <= norms.sma_2_after else AssetClass.SMA_2


def npa_class(npa_since: date, on: date, norms: Norms) -> AssetClass:
    """Return the class on *on* of an account that is non-performing since *npa_since*."""
    doubtful = add_months(npa_since, norms.substandard_months)
    if on < doubtful:
        return AssetClass.SUBSTANDARD
    one, two = norms.doubtful_months
    if on < add_months(doubtful, one):
        return AssetClass.DOUBTFUL_1
    return AssetClass.DOUBTFUL_2 if on < add_months(doubtful, two) else AssetClass.DOUBTFUL_3


def class_changes(npa_since: date, norms: Norms) -> tuple[date, ...]:
    """Return the days on which an account that is non-performing since *npa_since* moves to the next class."""
    doubtful = add_months(npa_since, norms.substandard_months)
    return doubtful, *(add_months(doubtful, months) for months in norms.doubtful_months)


@attrs.frozen
class Bucket:
    """A range of days past due under a name; `to_days` None is without end."""

    name: str
    from_days: int
    to_days: int | None = None

    def __contains__(self, days: object) -> bool:
        return isinstance(days, int) and self.from_days <= days and (self.to_days is None or days <= self.to_days)


INDIAN_BUCKETS = (Bucket("SMA-0", 1, 30), Bucket("SMA-1", 31, 60), Bucket("SMA-2", 61, 90), Bucket("NPA", 91))


def bucket_of(buckets: Sequence[Bucket], days: int) -> Bucket | None:
    """Return the bucket that holds *days*, or None."""
    return next((bucket for bucket in buckets if days in bucket), None)


def sma_dates(due_on: date, norms: Sequence[Norms], rule: OverdueFrom = OverdueFrom.DAY_END) -> tuple[date, date, date]:
    """Return when a due of *due_on* that stays unpaid makes its account SMA-1, SMA-2 and non-performing."""
    due = due_on.toordinal()
    standing = in_force(norms, due_on)
    one = reaches(due, standing.sma_1_after + 1, rule)
    two = reaches(due, standing.sma_2_after + 1, rule)
    return date.fromordinal(one), date.fromordinal(two), date.fromordinal(npa_day(norms, due, rule))


def worst(classes: Iterable[AssetClass]) -> AssetClass:
    """Return the worst of *classes*; STANDARD when there are none."""
    return max(classes, key=_ORDER.__getitem__, default=AssetClass.STANDARD)
