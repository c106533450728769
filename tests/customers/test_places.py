"""The directory of pincodes that ships with the system."""

import pytest

from los_adapters.customers.places import ListedPlaces
from los_domain.customers.model import Place
from los_domain.shared.identifiers import Pincode


@pytest.mark.parametrize(
    ("pincode", "place"),
    [
        ("110001", Place("New Delhi", "Delhi")),
        ("411045", Place("Pune", "Maharashtra")),
        ("682020", Place("Ernakulam", "Kerala")),
        ("834001", Place("Ranchi", "Jharkhand")),
        ("999999", None),
        ("110025", None),  # in two states by the directory
        ("855456", None),
    ],
)
def test_where_a_pincode_lies(pincode: str, place: Place | None) -> None:
    assert ListedPlaces().find(Pincode(pincode)) == place
