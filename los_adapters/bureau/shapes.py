"""
Which bureau's shape a raw report has, by its keys and never by the product's name, and the report read from it.

Aggregators re-serve one bureau's report under another's label, so the label is not asked.
"""

import json
from datetime import date
from typing import Any

import attrs

from los_adapters.bureau import cibil_report, crif_report, equifax_report
from los_adapters.wire import figures
from los_domain.bureau.metrics import MetricRules, metrics_of
from los_domain.bureau.model import CreditReport


def read_report(raw: bytes) -> CreditReport:
    """Return the report in *raw*. Raises ValueError, without a word of its content, where no known shape is in it."""
    try:
        tree = json.loads(raw)
    except (ValueError, RecursionError):
        raise ValueError("the report is no JSON") from None
    if equifax_report.response_in(equifax_report.lowered(tree)) is not None:
        return equifax_report.equifax_report(tree)
    if crif_report.report_in(tree) is not None:
        return crif_report.crif_report(tree)
    if cibil_report.credit_data_in(tree) is not None:
        return cibil_report.cibil_report(tree)
    raise ValueError(
        "the report has no known shape: Equifax CCRResponse, CRIF CIR-REPORT-FILE or CIBIL consumerCreditData"
    )


def metrics_as_json(raw: bytes, *, as_of: date | None = None, rules: MetricRules | None = None) -> dict[str, Any]:
    """
    Return the derived facts of a raw report as plain JSON values: amounts in rupees, dates as ISO, no score as -1.

    Rules read ``score_available`` before ``score``. Raises ValueError where the report cannot be read.
    """
    metrics = metrics_of(read_report(raw), as_of=as_of, rules=rules)
    plain = {field.name: figures.plain(getattr(metrics, field.name)) for field in attrs.fields(type(metrics))}
    return plain | {"score": -1 if metrics.score is None else metrics.score}
