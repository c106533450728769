"""The simulated vendors: one module each with its `VENDOR`, and the list of them."""

from collections.abc import Mapping
from importlib import import_module

from los_http.sandbox.vendor import Vendor

NAMES = ("digitap", "gupshup", "msg91", "sendgrid", "razorpay", "idfc", "signzy", "cart", "equifax")


def every() -> Mapping[str, Vendor]:
    """Return all vendors by name."""
    return {name: import_module(f"{__name__}.{name}").VENDOR for name in NAMES}
