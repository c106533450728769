"""What bureaus' reports tell others."""

from typing import ClassVar
from uuid import UUID

import attrs

from los_domain.shared.events import Event
from los_domain.shared.ids import CustomerId, LoanId


@attrs.frozen
class ReportSettled(Event):
    """A report about a loan's customer is at hand, or none can be had now. *state* is the word of ``PullState``."""

    topic: ClassVar[str] = "bureau.report-settled"
    loan_id: LoanId
    customer_id: CustomerId
    pull_id: UUID
    state: str
