"""A drawing of a schedule: principal and interest of each instalment, and the balance above them. Needs the extra ``los[plot]``."""

from pathlib import Path

from los_domain.repayment import Schedule

KINDS = (".png", ".svg")


def draw(made: Schedule, file: Path) -> None:
    """Write *file*, whose name says whether as PNG or SVG. Raises ValueError for another kind, or without the extra installed."""
    if file.suffix not in KINDS:
        raise ValueError(f"{file}: a drawing is {' or '.join(KINDS)}")
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError:
        raise ValueError("drawing needs one more package: pip install 'los[plot]'") from None
    numbers = [row.number for row in made]
    principal = [_rupees(paise) for paise in made.principal]
    interest = [_rupees(paise) for paise in made.interest]
    with rc_context({"svg.hashsalt": "los", "svg.fonttype": "none"}):
        figure = Figure(figsize=(9, 4.5), layout="constrained")
        bars = figure.add_subplot()
        bars.bar(numbers, principal, color="#2a6f97", label="principal")
        bars.bar(numbers, interest, bottom=principal, color="#e07a5f", label="interest")
        bars.set_xlabel("instalment")
        bars.set_ylabel("due, rupees")
        line = bars.twinx()
        line.plot(numbers, [_rupees(paise) for paise in made.balance], color="#3d405b", label="balance after")
        line.set_ylabel("balance, rupees")
        line.set_ylim(bottom=0)
        figure.legend(loc="outside upper center", ncols=3, frameon=False)
        figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)


def _rupees(paise: int) -> float:
    """Return a height on paper; no amount is ever read back from it."""
    return paise / 100
