"""Store of payouts."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.disbursement import tables
from los_adapters.shared.store import Context
from los_adapters.shared.tables import attempts
from los_domain.disbursement.model import Finding, Payout, PayoutStatus, Rail, Verdict
from los_domain.shared.errors import NotFound, StaleWrite
from los_domain.shared.ids import BankAccountId, LoanId, ProviderId, StaffId, VendorRef
from los_domain.shared.money import Money


def payout_to_row(payout: Payout) -> dict[str, Any]:
    """Return the columns of *payout*."""
    finding = payout.finding
    return {
        "id": payout.id,
        "loan_id": payout.loan_id,
        "ref": payout.ref,
        "amount_paise": payout.amount.paise,
        "account_id": payout.account_id,
        "rail": payout.rail.value,
        "status": payout.status.value,
        "created_at": payout.created_at,
        "look_at": payout.look_at,
        "requested_by": payout.requested_by,
        "sent_on": payout.sent_on,
        "provider_id": payout.provider,
        "provider_name": payout.provider_name,
        "bank_reference": payout.bank_reference,
        "word": payout.word,
        "reason": payout.reason,
        "tries": payout.tries,
        "asked": payout.asked,
        "open_since": payout.open_since,
        "paid_on": payout.paid_on,
        "told_stuck": payout.told_stuck,
        "finding_verdict": finding and finding.verdict.value,
        "finding_reference": finding and finding.bank_reference,
        "finding_paid_on": finding and finding.paid_on,
        "finding_reason": finding and finding.reason,
        "finding_by": finding and finding.by,
        "finding_at": finding and finding.at,
        "version": payout.version,
    }


def payout_from_row(row: Mapping[Any, Any]) -> Payout:
    """Return the payout that *row* holds."""
    return Payout(
        id=row["id"],
        loan_id=LoanId(row["loan_id"]),
        ref=VendorRef(row["ref"]),
        amount=Money(row["amount_paise"]),
        account_id=BankAccountId(row["account_id"]),
        rail=Rail(row["rail"]),
        status=PayoutStatus(row["status"]),
        created_at=row["created_at"],
        look_at=row["look_at"],
        requested_by=None if row["requested_by"] is None else StaffId(row["requested_by"]),
        sent_on=row["sent_on"],
        provider=None if row["provider_id"] is None else ProviderId(row["provider_id"]),
        provider_name=row["provider_name"],
        bank_reference=row["bank_reference"],
        word=row["word"],
        reason=row["reason"],
        tries=row["tries"],
        asked=row["asked"],
        open_since=row["open_since"],
        paid_on=row["paid_on"],
        told_stuck=row["told_stuck"],
        finding=None
        if row["finding_verdict"] is None
        else Finding(
            verdict=Verdict(row["finding_verdict"]),
            bank_reference=row["finding_reference"],
            paid_on=row["finding_paid_on"],
            reason=row["finding_reason"],
            by=StaffId(row["finding_by"]),
            at=row["finding_at"],
        ),
        version=row["version"],
    )


_P = tables.payouts.c
_ID = sa.bindparam("id", type_=_P.id.type)
_LOAN = sa.bindparam("loan", type_=_P.loan_id.type)
_BRAND = sa.bindparam("brand", type_=_P.brand_id.type)
_GET = sa.select(tables.payouts).where(_P.brand_id == _BRAND, _P.id == _ID)
_LATEST = (
    sa.select(tables.payouts).where(_P.brand_id == _BRAND, _P.loan_id == _LOAN).order_by(_P.created_at.desc()).limit(1)
)
_LEAVING_ON = sa.select(sa.func.coalesce(sa.func.sum(_P.amount_paise), 0)).where(
    _P.brand_id == _BRAND,
    _P.status.not_in([status.value for status in PayoutStatus if status.lets_another]),
    sa.func.coalesce(_P.sent_on, sa.cast(sa.func.timezone("Asia/Kolkata", _P.created_at), sa.Date))
    == sa.bindparam("day", type_=sa.Date()),
)
_A = attempts.c
_MAY_HAVE = (
    sa.select(_A.provider_id, _A.provider)
    .where(
        _A.brand_id == _BRAND,
        _A.subject_kind == "payout",
        _A.subject_id == _ID,
        _A.call == "transfer",
        sa.or_(_A.outcome.is_(None), _A.outcome.not_in(["NOT_SENT", "RATE_LIMITED", "MISCONFIGURED"])),
    )
    .order_by(_A.started_at.desc(), _A.id.desc())
    .limit(1)
)


@attrs.frozen
class SqlPayouts:
    """Payouts of a brand."""

    context: Context

    def add(self, payout: Payout) -> None:
        """Store a new one. Raises Conflict while another of the loan may have reached her."""
        self.context.connection.execute(
            sa.insert(tables.payouts).values(brand_id=self.context.brand, **payout_to_row(payout))
        )

    def get(self, payout_id: UUID) -> Payout:
        """Return the payout. Raises NotFound."""
        return self._one(_GET, {"id": payout_id})

    def lock(self, payout_id: UUID) -> Payout:
        """Return the payout, locked until the transaction ends. Raises NotFound."""
        return self._one(_GET.with_for_update(), {"id": payout_id})

    def latest_of(self, loan_id: LoanId) -> Payout | None:
        """Return the newest payout of a loan, or None."""
        row = (
            self.context.connection.execute(_LATEST, {"brand": self.context.brand, "loan": loan_id})
            .mappings()
            .one_or_none()
        )
        return None if row is None else payout_from_row(row)

    def leaving_on(self, day: date) -> Money:
        """Return what leaves for loans of the brand on *day*; holds a lock, so that two payouts cannot both be the last to fit."""
        self.context.lock(f"payouts:{self.context.brand}")
        found = self.context.connection.execute(_LEAVING_ON, {"brand": self.context.brand, "day": day}).scalar_one()
        return Money(int(found))

    def bank_of(self, payout_id: UUID) -> tuple[ProviderId, str] | None:
        """Return the bank of the newest transfer that may have been taken, or None where certainly none was."""
        found = self.context.connection.execute(_MAY_HAVE, {"brand": self.context.brand, "id": payout_id}).one_or_none()
        return None if found is None else (ProviderId(found[0]), found[1])

    def save(self, payout: Payout) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        row = payout_to_row(attrs.evolve(payout, version=payout.version + 1))
        done = self.context.connection.execute(
            sa.update(tables.payouts)
            .where(_P.brand_id == self.context.brand, _P.id == payout.id, _P.version == payout.version)
            .values(**row)
        )
        if done.rowcount != 1:
            raise StaleWrite("the payout was changed by somebody else: read again")

    def _one(self, statement: sa.Select[Any], values: Mapping[str, Any]) -> Payout:
        row = (
            self.context.connection.execute(statement, {"brand": self.context.brand, **values}).mappings().one_or_none()
        )
        if row is None:
            raise NotFound("no such payout")
        return payout_from_row(row)
