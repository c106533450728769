"""Status reasons of a brand: words that staff choose from when they change a loan, and where one is asked for. Pure."""

import re
from collections.abc import Iterable, Sequence
from uuid import UUID

import attrs

from los_domain.loans.states import LoanStatus
from los_domain.shared.errors import FieldProblem, Invalid

_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}")


@attrs.frozen
class StatusReason:
    """One reason: *code* for programs, *label* for people, and the statuses that it can be given for."""

    id: UUID
    code: str
    label: str
    statuses: frozenset[LoanStatus]
    is_active: bool = True
    version: int = 1


def checked(reason: StatusReason) -> StatusReason:
    """Return *reason*. Raises Invalid with every field at fault."""
    problems = []
    if not _CODE.fullmatch(reason.code):
        problems.append(
            FieldProblem("code", "should be capitals, digits and underscores", "for example INCOME_TOO_LOW")
        )
    if not 1 <= len(reason.label.strip()) <= 200:
        problems.append(FieldProblem("label", "should have 1 to 200 characters"))
    if not reason.statuses:
        problems.append(FieldProblem("statuses", "should name a status", ", ".join(s.value for s in LoanStatus)))
    if problems:
        raise Invalid(*problems)
    return reason


def given(reasons: Iterable[StatusReason], status: LoanStatus, codes: Sequence[str], *, comment: str = "") -> str:
    """
    Return the words that a loan's history keeps of *codes*, given for *status*, and of *comment*.

    Where the brand has reasons for a status one of them has to be given, and no other. Raises Invalid.
    """
    known = {each.code: each.label for each in reasons if each.is_active and status in each.statuses}
    strange = [code for code in codes if code not in known]
    if known and (strange or not codes):
        message = f"{', '.join(strange)}: no such reason" if strange else "is asked for"
        raise Invalid(FieldProblem("reasons", message, f"one of {', '.join(sorted(known))}"))
    words = [f"{code}: {known[code]}" if code in known else code for code in codes]
    return "; ".join([*words, *([comment.strip()] if comment.strip() else [])])
