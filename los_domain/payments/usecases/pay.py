"""A borrower pays: an order is opened at a gateway for what she owes or wants to pay."""

from uuid import UUID

import attrs

from los_domain.brands.model import Effect, Subject
from los_domain.brands.ports import NoProvider, Providers
from los_domain.brands.providers import ProviderKind
from los_domain.loans.servicing import account_of
from los_domain.payments.events import CollectionStarted
from los_domain.payments.model import Collection, CollectionStatus, Order, Purpose
from los_domain.payments.policy import PaymentRules, asked_for, may_cool_off, opened, quoted
from los_domain.payments.ports import CollectionGateway
from los_domain.payments.usecases.work import PaymentWork
from los_domain.repayment import payoff
from los_domain.settings.ports import SettingsReader
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import Conflict, NotFound
from los_domain.shared.ids import CustomerId, Ids, LoanId, ProviderId, VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Misconfigured, MisconfiguredIn, Outcome
from los_domain.shared.work import Begin


@attrs.frozen
class OpenOrder:
    """Open the order of a collection that has none yet. Asked again, a gateway gives the same order for the same reference."""

    begin: Begin[BrandScope, PaymentWork]
    gateways: Providers
    clock: Clock

    def __call__(self, scope: BrandScope, collection_id: UUID) -> Collection:
        """Return the collection: OPEN, REFUSED, or still STARTING, for a worker to go on with."""
        with self.begin(scope.undelivered) as work:
            collection = work.collections.get(collection_id)
            number = work.loans.get(collection.loan_id).number
        if collection.status is not CollectionStatus.STARTING:
            with self.begin(scope) as work:
                return work.finish(collection)
        outcome, provider, gateway = self._ask(scope, collection, number)
        with self.begin(scope) as work:
            collection, at = work.collections.get(collection_id, lock=True), self.clock.now()
            after = opened(collection, outcome, provider=provider, gateway=gateway, at=at)
            if after != collection:
                work.collections.save(after)
            if after.status is CollectionStatus.OPEN and after.provider is not None:
                work.vendor_refs.add(gateway, after.order_id, "collection", after.id, after.provider)
            if after.status is not collection.status:
                changed = {"status": after.status.value, "gateway": gateway, "order": after.order_id}
                work.audit.add(AuditEvent("payments.open-order", "collection", after.id, after=changed))
            return work.finish(work.collections.get(collection_id))

    def _ask(
        self, scope: BrandScope, collection: Collection, number: str
    ) -> tuple[Outcome[Order], ProviderId | None, str]:
        def create(gateway: CollectionGateway, ref: VendorRef) -> Outcome[Order]:
            return gateway.create_order(collection.amount, notes={"loan": number, "ref": ref}, ref=ref)

        subject, kind = Subject("collection", collection.id), ProviderKind.COLLECTION
        try:
            if collection.provider is not None:  # it may have the order already
                asked = self.gateways.ask_again(
                    scope, collection.provider, "create_order", subject, create, ref=collection.ref
                )
            else:
                # An order that nobody was shown can be paid by nobody: another gateway may be asked after silence.
                asked = self.gateways.ask(
                    scope, kind, "create_order", subject, create, effect=Effect.WORTH_A_DOUBLE, ref=collection.ref
                )
        except NoProvider:
            return Misconfigured(MisconfiguredIn.ACCOUNT, "NO_PROVIDER"), None, ""
        return asked.outcome, asked.provider, asked.name


@attrs.frozen
class StartPayment:
    """
    Ask for money of a loan: commit the request with its reference, then open the order.

    Where the gateway does not answer in time, the request stands and a worker opens it: the caller looks again.
    """

    begin: Begin[BrandScope, PaymentWork]
    open_order: OpenOrder
    settings: SettingsReader
    clock: Clock
    ids: Ids

    def __call__(
        self,
        scope: BrandScope,
        loan_id: LoanId,
        *,
        purpose: Purpose,
        amount: Money | None = None,
        customer: CustomerId | None = None,
    ) -> Collection:
        """
        Return the collection; one that is open for the same purpose, amount and day is given again.

        *customer*: whose loan it must be. Raises NotFound, Conflict unless money is owed, Invalid for an amount that cannot be.
        """
        rules = self.settings.page(scope, PaymentRules)
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id, lock=True)
            if customer is not None and loan.customer_id != customer:
                raise NotFound("no such loan")
            if not loan.status.is_live:
                raise Conflict(f"nothing can be paid while the loan is {loan.status.value}")
            today = self.clock.today()
            account = account_of(work, loan, today)
            if purpose is Purpose.COOLING_OFF:
                may_cool_off(loan.disbursed_on, account.terms.foreclosure.free_days, today=today)
            due, whole = account.arrears.total, payoff(account, today).total
            wanted = quoted(purpose, amount, due=due, payoff=whole, rules=rules)
            collection = work.collections.find_watched(loan_id, purpose, wanted, today)
            if collection is None:
                collection = asked_for(
                    self.ids.new(),
                    loan_id,
                    purpose,
                    wanted,
                    ref=self.ids.vendor_ref(),
                    on=today,
                    at=self.clock.now(),
                )
                work.collections.add(collection)
                work.outbox.add(CollectionStarted(collection.id))
                after = {"loan": str(loan_id), "purpose": purpose.value, "amount": str(wanted)}
                work.audit.add(AuditEvent("payments.start", "collection", collection.id, after=after))
            work.finish(collection)
        return self.open_order(scope.continued, collection.id)


@attrs.frozen
class ReadCollection:
    """Show a borrower a payment that she began."""

    begin: Begin[BrandScope, PaymentWork]

    def __call__(self, scope: BrandScope, loan_id: LoanId, collection_id: UUID, *, customer: CustomerId) -> Collection:
        """Return it. Raises NotFound, the same for one of another loan or of another borrower's."""
        with self.begin(scope) as work:
            collection = work.collections.get(collection_id)
            if collection.loan_id != loan_id or work.loans.get(loan_id).customer_id != customer:
                raise NotFound("no such payment")
            return collection
