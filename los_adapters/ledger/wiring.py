"""Reading of loan accounts and books, wired."""

from collections.abc import Sequence
from datetime import date

import attrs

from los_adapters.core import Core
from los_adapters.ledger.queries import BookQueries
from los_domain.loans.usecases.account import QuotePayoff, ReadAccount, ReadJournals, ReadTimeline
from los_domain.shared.actor import BrandScope
from los_domain.shared.money import Money


@attrs.frozen
class AccountUseCases:
    """What is read of a loan's account, and of a brand's books."""

    read: ReadAccount
    payoff: QuotePayoff
    journals: ReadJournals
    timeline: ReadTimeline
    queries: BookQueries

    def balances(self, scope: BrandScope, on: date, *, by_value: bool = False) -> Sequence[tuple[str, str, Money]]:
        """Return the trial balance of the brand."""
        return self.queries.balances(scope, on, by_value=by_value)


def build(core: Core) -> AccountUseCases:
    """Wire reading of accounts."""
    begin, clock = core.postgres.begin, core.clock
    return AccountUseCases(
        read=ReadAccount(begin, clock),
        payoff=QuotePayoff(begin, clock),
        journals=ReadJournals(begin),
        timeline=ReadTimeline(begin),
        queries=BookQueries(core.database),
    )
