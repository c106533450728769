"""What a customer's profile needs of outside systems."""

from datetime import date
from typing import Protocol

import attrs

from los_domain.shared.identifiers import Pan, Phone, Uan
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Outcome


@attrs.frozen
class Employment:
    """One entry of a provident-fund history."""

    employer: str
    member_id: str = ""
    joined_on: date | None = None
    left_on: date | None = None


@attrs.frozen
class EmploymentRecord:
    """What the provident-fund office knows of one person, most recent employment first."""

    uan: Uan | None
    name: str
    date_of_birth: date | None
    history: tuple[Employment, ...]
    employer_confirmed: bool | None = None  # whether the vendor's own match of the stated employer held


class EmploymentVerifier(Protocol):
    """Finds a person's provident-fund history."""

    def find(
        self,
        *,
        phone: Phone | None,
        pan: Pan | None,
        uan: Uan | None,
        employer: str,
        ref: VendorRef,
        name: str = "",
        born_on: date | None = None,
    ) -> Outcome[EmploymentRecord]:
        """
        Look one person up by UAN, or by PAN, phone or both; *name* with *born_on* narrows it, and lets the vendor match *employer*.

        Done: found. NoRecord: no provident-fund account, or too many to tell (common, proves nothing). Refused(INVALID_INPUT): nothing
        to look up by. A look-up free of effect.
        """
        ...
