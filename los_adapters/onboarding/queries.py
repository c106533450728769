"""The facts of the pipeline, read from the rows of every capability that proves one: states and words, nothing sealed."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.banking.tables import bank_accounts, statements
from los_adapters.customers.tables import customers, occupations
from los_adapters.documents.tables import documents
from los_adapters.kyc.tables import identity_facts, pan_checks
from los_adapters.loans.tables import loans
from los_adapters.shared.database import Database, Read
from los_adapters.shared.schema import Uuid
from los_domain.banking.model import AccountProof, StatementState
from los_domain.customers.model import EmploymentVerdict
from los_domain.documents.model import DocumentKind, DocumentStatus
from los_domain.kyc.model import CheckState, FactKind, NameVerdict
from los_domain.loans.states import LoanStatus
from los_domain.onboarding.model import Facts, Reached
from los_domain.shared.actor import BrandScope
from los_domain.shared.ids import CustomerId


def _newest(table: sa.Table, column: str, by: str, *conditions: sa.ColumnElement[bool]) -> Any:
    """Return the column of a customer's newest row of *table* as a scalar."""
    return (
        sa.select(table.c[column])
        .where(table.c.brand_id == customers.c.brand_id, table.c.customer_id == customers.c.id, *conditions)
        .order_by(table.c[by].desc(), table.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


_FACT = identity_facts.c
_READ: Final = Read.of(
    sa.select(
        customers.c.id,
        _newest(identity_facts, "kind", "at", _FACT.kind == sa.literal(FactKind.PAN.value)),
        _newest(pan_checks, "state", "asked_at"),
        _newest(identity_facts, "name_verdict", "at", _FACT.kind == sa.literal(FactKind.AADHAAR.value)),
        sa.exists().where(
            _FACT.brand_id == customers.c.brand_id, _FACT.customer_id == customers.c.id, _FACT.is_alternate
        ),
        _newest(
            documents,
            "status",
            "created_at",
            documents.c.kind == sa.literal(DocumentKind.SELFIE.value),
            documents.c.status != sa.literal(DocumentStatus.AWAITING_UPLOAD.value),
        ),
        sa.select(occupations.c.verdict)
        .where(occupations.c.brand_id == customers.c.brand_id, occupations.c.customer_id == customers.c.id)
        .scalar_subquery(),
        # The account that is paid, where there is one; else the newest.
        sa.select(bank_accounts.c.proof)
        .where(bank_accounts.c.brand_id == customers.c.brand_id, bank_accounts.c.customer_id == customers.c.id)
        .order_by(bank_accounts.c.is_primary.desc(), bank_accounts.c.added_at.desc(), bank_accounts.c.id.desc())
        .limit(1)
        .scalar_subquery(),
        _newest(statements, "state", "uploaded_at"),
        _newest(loans, "status", "applied_at"),
    ).where(
        customers.c.brand_id == sa.bindparam("brand", type_=Uuid),
        customers.c.id == sa.any_(sa.bindparam("ids", type_=pg.ARRAY(Uuid))),
    )
)

_EVALUATION: Final[Mapping[str | None, Reached]] = {
    None: Reached.NOTHING,
    LoanStatus.APPLIED.value: Reached.WAITING,
    LoanStatus.UNDER_REVIEW.value: Reached.WAITING,
    LoanStatus.REJECTED.value: Reached.FAILED,
}
"""What the newest application's status says of the evaluation; every other status lies behind it."""


_BANK: Final[Mapping[str | None, Reached]] = {
    None: Reached.NOTHING,
    AccountProof.NONE.value: Reached.NOTHING,
    AccountProof.CHECKING.value: Reached.WAITING,
    AccountProof.REVIEW.value: Reached.WAITING,
    AccountProof.VERIFIED.value: Reached.DONE,
    AccountProof.FAILED.value: Reached.FAILED,
}

_STATEMENT: Final[Mapping[str | None, Reached]] = {
    None: Reached.NOTHING,
    StatementState.QUEUED.value: Reached.WAITING,
    StatementState.SENDING.value: Reached.WAITING,
    StatementState.ANALYSING.value: Reached.WAITING,
    StatementState.READY.value: Reached.DONE,
    StatementState.FAILED.value: Reached.FAILED,
}


def facts_of(row: Sequence[Any]) -> Facts:
    """Return the facts of one row of the query, after its customer's id."""
    pan, check, names, has_alternate, selfie, employment, bank, statement, loan = row
    waiting = check in (CheckState.ASKING.value, CheckState.PENDING.value)
    return Facts(
        pan=Reached.DONE if pan else Reached.WAITING if waiting else Reached.NOTHING,
        names=None if names is None else NameVerdict(names),
        has_alternate_mobile=bool(has_alternate),
        selfie=None if selfie is None else DocumentStatus(selfie),
        bank=_BANK[bank],
        employment=None if employment is None else EmploymentVerdict(employment),
        statement=_STATEMENT[statement],
        evaluation=_EVALUATION.get(loan, Reached.DONE),
    )


@attrs.frozen
class OnboardingQueries:
    """onboarding.OnboardingFacts."""

    database: Database

    def of(self, scope: BrandScope, customers: Sequence[CustomerId]) -> Mapping[CustomerId, Facts]:
        """Return the facts of those of *customers* that exist, in one round trip."""
        rows = self.database.read(scope, _READ, {"brand": scope.brand, "ids": list(customers)})
        return {CustomerId(row[0]): facts_of(row[1:]) for row in rows}
