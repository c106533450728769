"""
The engine against numbers that others published; see README.md beside this file for their sources.

Each case is asked without its answer, through the words that ``los math run`` reads.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from los_cli.math_answers import FIGURES, SCHEDULES
from los_cli.math_check import check

CASES = [case for file in sorted(Path(__file__).parent.glob("*.json")) for case in json.loads(file.read_text())]


def is_schedule(case: Mapping[str, Any]) -> bool:
    return (
        case["kind"] in SCHEDULES
        and "emi_method" in case["input"]
        and "rows" in case["expected"]
        and "as_of" not in case["input"]
    )


def asked(kind: str) -> list[Any]:
    chosen = [
        case
        for case in CASES
        if "reproduced_with" in case and (case["kind"] in FIGURES if kind == "figure" else is_schedule(case))
    ]
    return [pytest.param(case, id=case["id"]) for case in chosen]


@pytest.mark.parametrize("case", asked("schedule"))
def test_schedule(case: Mapping[str, Any]):
    assert check(case) is None


@pytest.mark.parametrize("case", asked("figure"))
def test_figure(case: Mapping[str, Any]):
    assert check(case) is None


def test_none_is_lost():
    assert len(asked("schedule")) + len(asked("figure")) == 83 + 43
