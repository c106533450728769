"""Which analyser's shape a raw statement report has, by its keys, and the report read from it."""

import json
from datetime import date
from enum import Enum
from typing import Any

import attrs

from los_adapters.banking.aa_report import aa_report, accounts_in
from los_adapters.banking.cart_report import cart_report, is_cart
from los_adapters.banking.finbox_report import finbox_report, is_finbox
from los_adapters.wire import figures
from los_domain.banking.metrics import StatementRules, metrics_of
from los_domain.banking.model import BankStatementReport


def read_statement(raw: bytes) -> BankStatementReport:
    """Return the report in *raw*. Raises ValueError, without a word of its content, for an unknown shape or an unreadable line."""
    try:
        tree = json.loads(raw)
    except (ValueError, RecursionError):
        raise ValueError("the statement is no JSON") from None
    if is_finbox(tree):
        return finbox_report(tree)
    if is_cart(tree):
        return cart_report(tree)
    if any(True for _ in accounts_in(tree)):
        return aa_report(tree)
    raise ValueError(
        "the statement has no known shape: CART report, FinBox insights or account-aggregator deposit data"
    )


def metrics_as_json(raw: bytes, *, as_of: date | None = None, rules: StatementRules | None = None) -> dict[str, Any]:
    """Return the derived facts of a raw statement as plain JSON values, amounts in rupees. Raises ValueError where it is unreadable."""
    metrics = metrics_of(read_statement(raw), as_of=as_of, rules=rules)
    values = {field.name: getattr(metrics, field.name) for field in attrs.fields(type(metrics))}
    return {name: figures.plain(value.value if isinstance(value, Enum) else value) for name, value in values.items()}
