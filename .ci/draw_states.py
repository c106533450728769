"""Draws the loan's table of states into docs/loan-states.md; ``--check`` says whether the drawing is of the present table."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from los_domain.loans.states import MAY_FIRE, TRANSITIONS, LoanStatus  # noqa: E402

PAGE = ROOT / "docs" / "loan-states.md"
HEAD = """# The states of a loan

Drawn from the table in [los_domain/loans/states.py](../los_domain/loans/states.py) by `make states`; a test keeps the two alike. The table
changes the status and nothing else: dues, ledger entries and notices are written by the use case that fires the event, in the same
transaction. What is not in the table is refused, never ignored.

"""


def page() -> str:
    """Return the page."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {LoanStatus.APPLIED.value}"]
    lines += [f"    {here.value} --> {there.value}: {event.value}" for (here, event), there in TRANSITIONS.items()]
    lines += [f"    {status.value} --> [*]" for status in LoanStatus if status.is_terminal]
    lines += ["```", "", "| from | event | to | who may fire it |", "|---|---|---|---|"]
    for (here, event), there in TRANSITIONS.items():
        who = ", ".join(sorted(kind.value for kind in MAY_FIRE[event]))
        lines.append(f"| {here.value} | {event.value} | {there.value} | {who} |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.exists() and PAGE.read_text() == page() else "docs/loan-states.md is old: make states")
    PAGE.write_text(page())
