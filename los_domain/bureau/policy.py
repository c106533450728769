"""When a report may be relied upon: whether it is about the person who was asked about, and whether it is recent enough."""

from datetime import date
from enum import Enum

from los_domain.bureau.model import BureauSubject, CreditReport, Hit
from los_domain.kyc.policy import NameBands, NameVerdict, match_names


class Doubt(Enum):
    """What about a report does not fit the person asked about. Bureaus merge files wrongly: each sends the case to a person."""

    NAME = "name"
    DATE_OF_BIRTH = "date_of_birth"
    PAN = "pan"
    REPEATED_ACCOUNT = "repeated_account"


def doubts_about(report: CreditReport, subject: BureauSubject, *, bands: NameBands | None = None) -> tuple[Doubt, ...]:
    """
    Return every doubt, in the order of ``Doubt``; none for a person the bureau does not know.

    What the report does not say is no doubt. A name counts as different only where it does not match by itself under *bands*.
    """
    if report.hit is Hit.NO_HIT:
        return ()
    about, found = report.subject, []
    if about.name:
        verdict = (bands or NameBands()).verdict(match_names(about.name, subject.name).score)
        found += [Doubt.NAME] if verdict is not NameVerdict.MATCH else []
    if about.date_of_birth not in (None, subject.date_of_birth):
        found.append(Doubt.DATE_OF_BIRTH)
    if about.pans and subject.pan.value not in {pan.upper() for pan in about.pans}:
        found.append(Doubt.PAN)
    keys = [(a.lender.casefold(), a.id_masked, a.opened) for a in report.accounts if a.id_masked and a.opened]
    if len(set(keys)) != len(keys):
        found.append(Doubt.REPEATED_ACCOUNT)
    return tuple(found)


def is_fresh(report: CreditReport, *, on: date, days: int) -> bool:
    """Return whether *report* is at most *days* old on *on* (both days included); one dated later is not."""
    return 0 <= (on - report.reported_on).days <= days
