"""Store of what was offered for loans."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import attrs
import sqlalchemy as sa

from los_adapters.loans import tables
from los_adapters.loans.terms import terms_from_json, terms_to_json
from los_adapters.shared.store import Context
from los_domain.loans.offer import Offer, Option
from los_domain.loans.states import LoanStatus
from los_domain.shared.ids import LoanId
from los_domain.shared.money import Money

_O, _L = tables.loan_offers.c, tables.loans.c


def option_to_row(option: Option) -> dict[str, Any]:
    """Return the columns of *option*, but for its offer's."""
    return {
        "due_day": option.due_day,
        "terms": terms_to_json(option.terms),
        "content": option.content,
        "digest": option.digest,
        "fee_paise": option.fee.paise,
        "gst_paise": option.gst.paise,
        "upfront_interest_paise": option.upfront_interest.paise,
    }


def option_from_row(row: Mapping[Any, Any]) -> Option:
    """Return the option that *row* holds."""
    return Option(
        due_day=row["due_day"],
        terms=terms_from_json(row["terms"]),
        content=row["content"],
        digest=row["digest"],
        fee=Money(row["fee_paise"]),
        gst=Money(row["gst_paise"]),
        upfront_interest=Money(row["upfront_interest_paise"]),
    )


@attrs.frozen
class SqlOffers:
    """Offers of a brand."""

    context: Context

    def add(self, offer: Offer, *, at: datetime) -> None:
        """Store one, a row an option."""
        self.context.connection.execute(
            sa.insert(tables.loan_offers),
            [
                {
                    "brand_id": self.context.brand,
                    "loan_id": offer.loan_id,
                    "number": offer.number,
                    "place": place,
                    "issued_on": offer.issued_on,
                    "valid_until": offer.valid_until,
                    "made_at": at,
                    **option_to_row(option),
                }
                for place, option in enumerate(offer.options)
            ],
        )

    def newest(self, loan_id: LoanId) -> Offer | None:
        """Return what was offered last for a loan, or None."""
        rows = (
            self.context.connection.execute(
                sa.select(tables.loan_offers)
                .where(_O.brand_id == self.context.brand, _O.loan_id == loan_id)
                .order_by(_O.number.desc(), _O.place)
            )
            .mappings()
            .all()
        )
        if not rows:
            return None
        first = rows[0]
        return Offer(
            loan_id=LoanId(first["loan_id"]),
            number=first["number"],
            issued_on=first["issued_on"],
            valid_until=first["valid_until"],
            options=tuple(option_from_row(row) for row in rows if row["number"] == first["number"]),
        )

    def run_out(self, today: date, *, limit: int) -> Sequence[LoanId]:
        """Return sanctioned loans whose offer nobody accepted and whose last day is over, longest first."""
        last = sa.func.max(_O.valid_until)
        rows = self.context.connection.execute(
            sa.select(_L.id)
            .join(tables.loan_offers, sa.and_(_O.brand_id == _L.brand_id, _O.loan_id == _L.id))
            .where(
                _L.brand_id == self.context.brand,
                _L.status == LoanStatus.SANCTIONED.value,
                _L.accepted_at.is_(None),
            )
            .group_by(_L.id)
            .having(last < today)
            .order_by(last, _L.id)
            .limit(limit)
        )
        return [LoanId(row.id) for row in rows]
