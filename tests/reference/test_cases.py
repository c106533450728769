"""
The engine against numbers that others published; see README.md beside this file for their sources.

Each case is asked without its answer, through the words that ``los math run`` reads. Cases of no machine shape are tests by hand in
test_by_hand.py.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from los_cli.math_answers import FIGURES, SCHEDULES
from los_cli.math_check import check

CASES = [case for file in sorted(Path(__file__).parent.glob("*.json")) for case in json.loads(file.read_text())]


def is_asked(case: Mapping[str, Any]) -> bool:
    given, expected = case["input"], case["expected"]
    is_schedule = case["kind"] in SCHEDULES and "emi_method" in given and "rows" in expected
    return is_schedule or ("events" in given and "checkpoints" in expected) or case["kind"] in FIGURES


ASKED = [case for case in CASES if "reproduced_with" in case and is_asked(case)]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in ASKED])
def test_published_figures(case: Mapping[str, Any]):
    assert check(case) is None


def test_none_is_lost():
    assert len(ASKED) == 222
