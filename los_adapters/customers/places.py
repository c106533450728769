"""
Pincode to city and state. Port: Places.  Data: India Post's directory of 2025-10-03, data.gov.in (Government Open Data License – India).

    pincodes.tsv      state <tab> district <tab> pincodes with blanks between; an empty district: its post offices serve several

19,450 pincodes of 36 states. Pincodes that lie in two states are left out. A refresh writes the same three columns anew.
"""

from array import array
from bisect import bisect_left
from functools import cache
from importlib.resources import files

import attrs

from los_domain.customers.model import Place
from los_domain.shared.identifiers import Pincode


@attrs.frozen
class ListedPlaces:
    """The directory that ships with the system."""

    def find(self, pincode: Pincode) -> Place | None:
        """Return where it lies, or None."""
        pincodes, rows, places = _directory()
        wanted = int(pincode.value)
        at = bisect_left(pincodes, wanted)
        return places[rows[at]] if at < len(pincodes) and pincodes[at] == wanted else None


@cache
def _directory() -> tuple["array[int]", "array[int]", tuple[Place, ...]]:
    """Return the pincodes in order, for each its place's number, and the places: 120 KB, read once."""
    places: list[Place] = []
    found: list[tuple[int, int]] = []
    for line in (files("los_adapters") / "customers" / "pincodes.tsv").read_text(encoding="utf-8").splitlines():
        state, district, pincodes = line.split("\t")
        found += [(int(pincode), len(places)) for pincode in pincodes.split()]
        places.append(Place(city=district, state=state))
    found.sort()
    return array("L", (pincode for pincode, _ in found)), array("H", (row for _, row in found)), tuple(places)
