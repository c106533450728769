"""Terms and fees as JSON, exactly: what was agreed is read back as the same value, years later."""

from datetime import date
from typing import Any

from cattrs import Converter
from cattrs.preconf.json import make_converter

from los_domain.loans.rules import Fee
from los_domain.repayment import AccountTerms


def _converter() -> Converter:
    converter = make_converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(date, lambda value: value.isoformat())
    converter.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    return converter


_CONVERTER = _converter()


def terms_to_json(terms: AccountTerms) -> dict[str, Any]:
    """Return *terms* as JSON values, every convention written out: a default that changes later changes no contract."""
    written: dict[str, Any] = _CONVERTER.unstructure(terms)
    return written


def terms_from_json(written: dict[str, Any]) -> AccountTerms:
    """Return the terms that *written* holds."""
    return _CONVERTER.structure(written, AccountTerms)


def fee_to_json(fee: Fee) -> dict[str, Any]:
    """Return *fee* as JSON values."""
    written: dict[str, Any] = _CONVERTER.unstructure(fee)
    return written


def fee_from_json(written: dict[str, Any]) -> Fee:
    """Return the fee that *written* holds."""
    return _CONVERTER.structure(written, Fee)
