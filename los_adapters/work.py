"""The unit of work: every store of one transaction, made when first used."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TypeVar

import attrs

from los_adapters import bridges
from los_adapters.access.store import SqlOtps, SqlSessions, SqlStaff
from los_adapters.agreements.store import SqlAgreements
from los_adapters.audit.store import SqlTrail
from los_adapters.banking.store import SqlBankAccounts, SqlStatements
from los_adapters.brands.store import SqlAttempts, SqlBrands, SqlProviders
from los_adapters.bureau.store import SqlPulls
from los_adapters.customers.store import (
    SqlBlocklist,
    SqlConsents,
    SqlCustomers,
    SqlOccupations,
    SqlPersons,
    SqlProfiles,
)
from los_adapters.decisioning.store import SqlBypasses, SqlDecisions
from los_adapters.disbursement.store import SqlPayouts
from los_adapters.documents.store import SqlDocuments
from los_adapters.jobs.store import SqlDeadLetters, SqlJobRuns
from los_adapters.kyc.store import SqlAadhaarRequests, SqlIdentity, SqlPanChecks
from los_adapters.ledger.store import SqlBooks
from los_adapters.loans.certificates import SqlCertificates
from los_adapters.loans.file import SqlComments, SqlReasons
from los_adapters.loans.night import SqlNights
from los_adapters.loans.offers import SqlOffers
from los_adapters.loans.rules import SqlRules
from los_adapters.loans.store import SqlLoans
from los_adapters.messaging.store import SqlMessages
from los_adapters.payments.store import SqlCollections, SqlManualPayments, SqlReceipts, SqlRefunds
from los_adapters.settings.store import SqlPages
from los_adapters.shared.belonging import SqlResources, SqlVendorRefs
from los_adapters.shared.cache import Cache
from los_adapters.shared.clocks import SqlOffset
from los_adapters.shared.database import Database
from los_adapters.shared.inbox import SqlInbox
from los_adapters.shared.store import Context, SqlAuditLog, SqlOutbox
from los_adapters.shared.vault import Vault
from los_domain.messaging.usecases.queue import QueueMessage
from los_domain.shared.actor import BrandScope, LenderScope, Scope
from los_domain.shared.clocks import Clock, WallClock
from los_domain.shared.ids import Ids

R = TypeVar("R")


class SqlWork:
    """One transaction's stores. Satisfies the work protocol of every use case; a use case sees only what its protocol names."""

    def __init__(self, context: Context, clock: Clock) -> None:
        self.context = context
        self.clock = clock
        self.outbox = SqlOutbox(context)
        self.audit = SqlAuditLog(context)

    def finish(self, result: R) -> R:
        """Store the request's answer under its idempotency key, or mark the consumer's event handled; return *result*."""
        scope = self.context.scope
        if isinstance(scope, BrandScope) and scope.once is not None:
            self.context.remember(scope.once, scope.once.remember(result))
        if not isinstance(scope, LenderScope) and scope.delivery is not None:
            self.context.mark_handled(scope.delivery)
        return result

    @cached_property
    def inbox(self) -> SqlInbox:
        """Webhooks: kept in platform scope, stamped in the brand's."""
        return SqlInbox(self.context)

    @cached_property
    def vendor_refs(self) -> SqlVendorRefs:
        """References that vendors will speak of."""
        return SqlVendorRefs(self.context)

    @cached_property
    def resources(self) -> SqlResources:
        """Objects that routes name by id alone."""
        return SqlResources(self.context)

    @cached_property
    def trail(self) -> SqlTrail:
        """The audit trail, for sealing."""
        return SqlTrail(self.context)

    @cached_property
    def job_runs(self) -> SqlJobRuns:
        """Runs of jobs."""
        return SqlJobRuns(self.context)

    @cached_property
    def pages(self) -> SqlPages:
        """Settings pages."""
        return SqlPages(self.context)

    @cached_property
    def offset(self) -> SqlOffset:
        """How far business time is ahead."""
        return SqlOffset(self.context.connection)

    @cached_property
    def brands(self) -> SqlBrands:
        """Lenders and brands."""
        return SqlBrands(self.context)

    @cached_property
    def providers(self) -> SqlProviders:
        """Outside services of a brand."""
        return SqlProviders(self.context)

    @cached_property
    def attempts(self) -> SqlAttempts:
        """Calls to vendors."""
        return SqlAttempts(self.context)

    @cached_property
    def dead_letters(self) -> SqlDeadLetters:
        """Deliveries that failed for good."""
        return SqlDeadLetters(self.context)

    @cached_property
    def otps(self) -> SqlOtps:
        """One-time passwords."""
        return SqlOtps(self.context)

    @cached_property
    def sessions(self) -> SqlSessions:
        """Log-ins."""
        return SqlSessions(self.context)

    @cached_property
    def staff(self) -> SqlStaff:
        """Members of staff."""
        return SqlStaff(self.context)

    @cached_property
    def customers(self) -> SqlCustomers:
        """Customers."""
        return SqlCustomers(self.context)

    @cached_property
    def profiles(self) -> SqlProfiles:
        """What is known of customers."""
        return SqlProfiles(self.context)

    @cached_property
    def consents(self) -> SqlConsents:
        """What customers agreed to."""
        return SqlConsents(self.context)

    @cached_property
    def occupations(self) -> SqlOccupations:
        """What customers say about their work."""
        return SqlOccupations(self.context)

    @cached_property
    def blocklist(self) -> SqlBlocklist:
        """Identifiers that the brand lends nothing to."""
        return SqlBlocklist(self.context)

    @cached_property
    def persons(self) -> SqlPersons:
        """Persons, in lender scope."""
        return SqlPersons(self.context)

    @cached_property
    def identity(self) -> SqlIdentity:
        """What is proved of customers."""
        return SqlIdentity(self.context)

    @cached_property
    def pan_checks(self) -> SqlPanChecks:
        """Questions about PANs."""
        return SqlPanChecks(self.context)

    @cached_property
    def aadhaar_requests(self) -> SqlAadhaarRequests:
        """Open e-KYC requests."""
        return SqlAadhaarRequests(self.context)

    @cached_property
    def bank_accounts(self) -> SqlBankAccounts:
        """Bank accounts."""
        return SqlBankAccounts(self.context)

    @cached_property
    def statements(self) -> SqlStatements:
        """Bank statements."""
        return SqlStatements(self.context)

    @cached_property
    def documents(self) -> SqlDocuments:
        """Documents."""
        return SqlDocuments(self.context)

    @cached_property
    def loans(self) -> SqlLoans:
        """Loans."""
        return SqlLoans(self.context, self.clock)

    @cached_property
    def pulls(self) -> SqlPulls:
        """Credit reports."""
        return SqlPulls(self.context)

    @cached_property
    def subjects(self) -> bridges.ProvedSubjects:
        """Whom bureaus are asked about."""
        return bridges.ProvedSubjects(self.customers, self.profiles, self.identity)

    @cached_property
    def rules(self) -> SqlRules:
        """Loan rules."""
        return SqlRules(self.context)

    @cached_property
    def applicants(self) -> bridges.KnownApplicants:
        """Customers as loans see them."""
        return bridges.KnownApplicants(self.customers, self.profiles, self.occupations, self.bank_accounts)

    @cached_property
    def certificates(self) -> SqlCertificates:
        """No-dues certificates."""
        return SqlCertificates(self.context)

    @cached_property
    def nights(self) -> SqlNights:
        """Loans by the many, for the end of a day."""
        return SqlNights(self.context)

    @cached_property
    def offers(self) -> SqlOffers:
        """What was offered for loans."""
        return SqlOffers(self.context)

    @cached_property
    def comments(self) -> SqlComments:
        """Comments on loans."""
        return SqlComments(self.context)

    @cached_property
    def reasons(self) -> SqlReasons:
        """Status reasons."""
        return SqlReasons(self.context)

    @cached_property
    def rulings(self) -> bridges.KeptRulings:
        """Decisions, as loans see them."""
        return bridges.KeptRulings(self.decisions)

    @cached_property
    def cases(self) -> bridges.CasesAtHand:
        """What loans are judged by."""
        return bridges.CasesAtHand(
            self.loans,
            self.rules,
            self.applicants,
            self.occupations,
            self.pulls,
            self.subjects,
            self.statements,
            self.pages,
            self.clock,
        )

    @cached_property
    def decisions(self) -> SqlDecisions:
        """Decisions."""
        return SqlDecisions(self.context)

    @cached_property
    def bypasses(self) -> SqlBypasses:
        """Reports that loans may pass without."""
        return SqlBypasses(self.context)

    @cached_property
    def books(self) -> SqlBooks:
        """Transactions and journals."""
        return SqlBooks(self.context)

    @cached_property
    def collections(self) -> SqlCollections:
        """Requests for money."""
        return SqlCollections(self.context)

    @cached_property
    def receipts(self) -> SqlReceipts:
        """Money that came."""
        return SqlReceipts(self.context)

    @cached_property
    def refunds(self) -> SqlRefunds:
        """Money that goes back."""
        return SqlRefunds(self.context)

    @cached_property
    def manual_payments(self) -> SqlManualPayments:
        """Payments entered by hand."""
        return SqlManualPayments(self.context)

    @cached_property
    def payouts(self) -> SqlPayouts:
        """Payouts."""
        return SqlPayouts(self.context)

    @cached_property
    def agreements(self) -> SqlAgreements:
        """Papers."""
        return SqlAgreements(self.context)

    @cached_property
    def messages(self) -> SqlMessages:
        """Messages to people outside."""
        return SqlMessages(self.context)

    @cached_property
    def codes(self) -> bridges.QueuedCodes:
        """Delivery of one-time passwords, by messaging."""
        return bridges.QueuedCodes(self.messages, self.pages, self.outbox, self.queue_message, self.context.wall)

    @cached_property
    def queue_message(self) -> QueueMessage:
        """Renders and stores a message in this transaction."""
        return QueueMessage(self.context.ids, self.clock, self.context.wall)


@attrs.frozen
class Postgres:
    """Opens units of work."""

    database: Database
    vault: Vault
    ids: Ids
    clock: Clock
    wall: WallClock
    cache: Cache

    @contextmanager
    def begin(self, scope: Scope, *, read_only: bool = False) -> Iterator[SqlWork]:
        """
        Yield the stores of one transaction in *scope*.

        A scope that carries an idempotency key claims it first. Raises AnsweredBefore where that key was answered, InFlight while
        another request holds it. A scope that carries a delivery is refused with HandledBefore where the consumer finished before.
        """
        with self.database.begin(scope, read_only=read_only) as connection:
            context = Context(connection, scope, self.vault, self.ids, self.wall)
            if isinstance(scope, BrandScope) and scope.once is not None:
                context.look_up(scope.once)
            if not isinstance(scope, LenderScope) and scope.delivery is not None:
                context.refuse_handled(scope.delivery)
            yield SqlWork(context, self.clock)
        # Only here, after the commit and before anybody is answered: earlier, an answer made meanwhile would be old and stay.
        if context.touched:
            self.cache.changed(context.touched)
