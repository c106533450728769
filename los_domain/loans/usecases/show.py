"""A borrower's loans and what was offered to her, shown and printed."""

from collections.abc import Sequence

import attrs

from los_domain.brands.config import BrandConfig
from los_domain.documents.ports import Typesetter
from los_domain.loans.model import Loan
from los_domain.loans.offer import Offer, Option, shown
from los_domain.loans.ports import BrandName, LoanWork, OfferWork
from los_domain.loans.usecases.sanction import owned
from los_domain.settings.ports import SettingsReader
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import NotFound
from los_domain.shared.ids import CustomerId, LoanId
from los_domain.shared.work import Begin


@attrs.frozen
class ListOwnLoans:
    """Show a customer her loans."""

    begin: Begin[BrandScope, LoanWork]

    def __call__(self, scope: BrandScope, customer_id: CustomerId) -> Sequence[Loan]:
        """Return them, newest first."""
        with self.begin(scope) as work:
            return work.loans.of_customer(customer_id)


@attrs.frozen
class LoanAndOffer:
    """A loan, and what was offered for it last."""

    loan: Loan
    offer: Offer | None


@attrs.frozen
class ReadOwnLoan:
    """Show a customer one of her loans, with what was offered for it."""

    begin: Begin[BrandScope, OfferWork]

    def __call__(self, scope: BrandScope, customer_id: CustomerId, loan_id: LoanId) -> LoanAndOffer:
        """Raises NotFound, also for another's."""
        with self.begin(scope) as work:
            return LoanAndOffer(owned(work.loans.get(loan_id), customer_id), work.offers.newest(loan_id))


@attrs.frozen
class ReadKeyFacts:
    """Show the key facts that were offered for a loan."""

    begin: Begin[BrandScope, OfferWork]

    def __call__(
        self, scope: BrandScope, loan_id: LoanId, *, of: CustomerId | None = None, due_day: int | None = None
    ) -> tuple[Offer, Option]:
        """
        Return the newest offer and its option for *due_day*; without one the option that was accepted, else the first.

        Raises NotFound where there is none, and for a loan that is not *of* that customer; Invalid for a day that was not offered.
        """
        with self.begin(scope) as work:
            loan, offer = owned(work.loans.get(loan_id), of), work.offers.newest(loan_id)
        if offer is None:
            raise NotFound("nothing was offered for this loan yet")
        return offer, shown(offer, due_day=due_day, accepted_digest=loan.digest)


@attrs.frozen
class PrintKeyFacts:
    """Print the key facts that were offered for a loan."""

    read: ReadKeyFacts
    typesetter: Typesetter
    settings: SettingsReader
    brand_name: BrandName

    def __call__(
        self, scope: BrandScope, loan_id: LoanId, *, of: CustomerId | None = None, due_day: int | None = None
    ) -> bytes:
        """Return the PDF; the same facts give the same bytes. Raises like ``ReadKeyFacts``."""
        _, option = self.read(scope, loan_id, of=of, due_day=due_day)
        config = self.settings.page(scope, BrandConfig)
        brand = {
            "name": self.brand_name(scope.brand),
            "header": config.agreement_header,
            "footer": config.agreement_footer,
        }
        data = {"brand": brand, "facts": option.content, "digest": option.digest}
        return self.typesetter.pdf("key-facts", data)
