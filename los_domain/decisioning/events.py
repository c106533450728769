"""What decisions tell others."""

from typing import ClassVar
from uuid import UUID

import attrs

from los_domain.shared.events import Event
from los_domain.shared.ids import LoanId


@attrs.frozen
class Decided(Event):
    """A loan was judged at one version of it. *outcome* is the word of ``Outcome``."""

    topic: ClassVar[str] = "decisioning.decided"
    loan_id: LoanId
    decision_id: UUID
    loan_version: int
    outcome: str


@attrs.frozen
class ReportsBypassed(Event):
    """A loan may pass without some reports: it can be judged again."""

    topic: ClassVar[str] = "decisioning.reports-bypassed"
    loan_id: LoanId
