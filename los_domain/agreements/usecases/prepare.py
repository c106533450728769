"""Printing a paper, and having another one made."""

import attrs

from los_domain.agreements.events import AgreementPrepared, AgreementSent
from los_domain.agreements.model import Agreement, AgreementStatus, EndedWhy
from los_domain.agreements.policy import ended, key_of, paper, prepared
from los_domain.agreements.ports import AgreementFacts, AgreementWork
from los_domain.brands.config import BrandConfig
from los_domain.documents.ports import Files, Typesetter
from los_domain.loans.policy import fire
from los_domain.loans.states import LoanEvent, LoanStatus
from los_domain.settings.ports import SettingsReader
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import Conflict, NotFound
from los_domain.shared.ids import Ids, LoanId
from los_domain.shared.work import Begin


@attrs.frozen
class PrepareAgreement:
    """
    Print the agreement of a loan whose key facts were accepted, store it privately, and let the loan wait for its signature.

    Safe to run twice: a loan with an open paper gets no second one.
    """

    begin: Begin[BrandScope, AgreementWork]
    facts: AgreementFacts
    typesetter: Typesetter
    files: Files
    pages: SettingsReader
    ids: Ids
    clock: Clock

    def __call__(self, scope: BrandScope, loan_id: LoanId) -> Agreement:
        """Return the paper. Raises IllegalTransition while the loan is not sanctioned, NotFound until the offer is accepted."""
        with self.begin(scope) as work:
            papers = work.agreements.of_loan(loan_id)
            if papers and papers[0].status is not AgreementStatus.EXPIRED:
                return work.finish(papers[0])
        return self.another(scope, loan_id, number=len(papers) + 1, reason="the offer was accepted")

    def another(
        self, scope: BrandScope, loan_id: LoanId, *, number: int, reason: str, replaced: Agreement | None = None
    ) -> Agreement:
        """Print paper *number* and store it in the place of *replaced*, if that one is still open."""
        party = self.facts.party(scope, loan_id)
        contents = self.facts.contents(scope, loan_id)
        config = self.pages.page(scope, BrandConfig)
        pdf = self.typesetter.pdf("agreement", paper(contents, party, config, dated=self.clock.today()))
        key = key_of(scope.brand, loan_id, number)
        stored = self.files.put(key, pdf, media_type="application/pdf")
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id, lock=True)
            if replaced is not None:
                work.agreements.save(ended(replaced, EndedWhy.REPLACED))
            agreement = prepared(
                self.ids.new(),
                loan_id,
                party,
                number=number,
                file_key=key,
                sha256=stored.sha256,
                now=self.clock.now(),
            )
            work.agreements.add(agreement)
            if loan.status is not LoanStatus.AGREEMENT_PENDING or replaced is None:
                fired = fire(loan, LoanEvent.PREPARE_AGREEMENT, by=scope.actor)
                work.loans.save(fired.loan)
                work.loans.record(fired, reason=reason)
                work.outbox.add(*fired.events)
            work.outbox.add(AgreementPrepared(agreement.id, loan_id))
            work.audit.add(
                AuditEvent(
                    "agreements.prepare",
                    "agreement",
                    agreement.id,
                    after={"loan": str(loan_id), "number": number, "sha256": agreement.sha256},
                    reason=reason,
                )
            )
            return work.finish(agreement)


@attrs.frozen
class ResendAgreement:
    """
    Let the borrower have another go: tell her the link again while it holds, else have a new paper made and sent.

    A paper that may or may not have reached the signing service is replaced: whoever asks for that has looked there.
    """

    begin: Begin[BrandScope, AgreementWork]
    prepare: PrepareAgreement
    clock: Clock

    def __call__(self, scope: BrandScope, loan_id: LoanId) -> Agreement:
        """Return the paper that can now be signed, or will be. Raises NotFound, Conflict if it is signed already."""
        with self.begin(scope) as work:
            papers = work.agreements.of_loan(loan_id)
            if not papers:
                raise NotFound("this loan has no agreement yet")
            newest = papers[0]
            if newest.status is AgreementStatus.SENT and newest.expires_at and self.clock.now() < newest.expires_at:
                work.outbox.add(AgreementSent(newest.id, loan_id))
                work.audit.add(AuditEvent("agreements.remind", "agreement", newest.id))
                return work.finish(newest)
            if newest.status is AgreementStatus.SIGNED:
                raise Conflict("the agreement is signed")
        replaced = newest if newest.status.is_open else None
        return self.prepare.another(
            scope, loan_id, number=len(papers) + 1, reason="sent again by staff", replaced=replaced
        )
