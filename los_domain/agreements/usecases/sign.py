"""Having a paper signed: sending it, looking where it stands, ending what nobody signed."""

from uuid import UUID

import attrs

from los_domain.agreements.events import AgreementEnded, AgreementSent, AgreementStored
from los_domain.agreements.model import Agreement, AgreementStatus, EndedWhy
from los_domain.agreements.policy import (
    UNSIGNED_ENDS,
    ended,
    is_due,
    key_of,
    perhaps_sent,
    refuse_other_paper,
    request,
    sent,
    signed,
)
from los_domain.agreements.ports import AgreementFacts, AgreementWork, ESigner, SigningState, SigningStatus
from los_domain.brands.config import BrandConfig
from los_domain.brands.model import Effect, Subject
from los_domain.brands.ports import Asked, NoProvider, Providers
from los_domain.brands.providers import ProviderKind
from los_domain.documents.ports import Files
from los_domain.loans.policy import fire
from los_domain.loans.states import LoanEvent, LoanStatus
from los_domain.settings.ports import SettingsReader
from los_domain.shared.actor import Actor, BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import ProviderRefused, ProviderUnavailable
from los_domain.shared.outcome import Done, NoRecord, NotSent, Outcome, RateLimited
from los_domain.shared.work import Begin


def _subject(agreement_id: UUID) -> Subject:
    return Subject("agreement", agreement_id)


@attrs.frozen
class Addresses:
    """Where the signing service calls back, and where the borrower's browser goes afterwards."""

    callback_url: str
    return_url: str


@attrs.frozen
class SendAgreement:
    """
    Hand a printed paper to the brand's signing service. Every call mints a contract that is legal and billed: it is made once.

    Where nobody knows whether it was made, ProviderRefused parks it for a person, who looks at the service and has it sent again.
    """

    begin: Begin[BrandScope, AgreementWork]
    facts: AgreementFacts
    providers: Providers
    files: Files
    pages: SettingsReader
    addresses: Addresses
    clock: Clock

    def __call__(self, scope: BrandScope, agreement_id: UUID) -> AgreementStatus:
        """Return how far it got. Raises NotFound, ProviderUnavailable, ProviderRefused."""
        with self.begin(scope) as work:
            agreement = work.agreements.get(agreement_id)
            if agreement.status is not AgreementStatus.PENDING:
                return work.finish(agreement.status)
            unclear = perhaps_sent(work.attempts.about(_subject(agreement_id)))
        if unclear:
            raise ProviderRefused(
                "nobody knows whether the signing service has this agreement: look there, then resend"
            )
        party = self.facts.party(scope, agreement.loan_id)
        config = self.pages.page(scope, BrandConfig)
        asking = request(
            self.files.get(agreement.file_key),
            party,
            config,
            callback_url=self.addresses.callback_url,
            return_url=self.addresses.return_url,
        )
        try:
            asked = self.providers.ask(
                scope,
                ProviderKind.ESIGN,
                "send",
                _subject(agreement_id),
                lambda signer, ref: signer.send(asking, ref=ref),
                effect=Effect.ONCE,
            )
        except NoProvider as missing:
            raise ProviderRefused(str(missing)) from None
        if not isinstance(asked.outcome, Done):
            raise _trouble(asked, "was not sent")
        envelope = asked.outcome.value
        refuse_other_paper(agreement, envelope)
        with self.begin(scope) as work:
            agreement = work.agreements.get(agreement_id, lock=True)
            if agreement.status is not AgreementStatus.PENDING:
                return work.finish(agreement.status)
            after = sent(
                agreement,
                envelope,
                provider=asked.provider,
                name=asked.name,
                now=self.clock.now(),
                days=config.esign_expiry_days,
            )
            work.agreements.save(after)
            work.vendor_refs.add(asked.name, envelope.id, "agreement", agreement_id, asked.provider)
            work.outbox.add(AgreementSent(agreement_id, agreement.loan_id))
            work.audit.add(
                AuditEvent(
                    "agreements.send",
                    "agreement",
                    agreement_id,
                    before={"status": agreement.status.value},
                    after={"status": after.status.value, "provider": asked.name},
                )
            )
            return work.finish(after.status)


def _trouble(asked: Asked[object], what: str) -> ProviderUnavailable | ProviderRefused:
    """Return what an outcome other than Done is to a caller: tried again, or looked at by a person."""
    outcome: Outcome[object] = asked.outcome
    if isinstance(outcome, NotSent):
        return ProviderUnavailable(f"{asked.name} cannot be reached: the agreement {what}")
    if isinstance(outcome, RateLimited):
        return ProviderUnavailable(
            f"{asked.name} asks for patience: the agreement {what}", retry_after_seconds=outcome.after_seconds
        )
    return ProviderRefused(f"{asked.name} answered {type(outcome).__name__}: the agreement {what}")


@attrs.frozen
class LookAtAgreement:
    """
    Ask the signing service where a paper stands, and follow.

    A call-back only says *look*: state and file come from the service itself, and the file's hash is compared. Signed: the file is
    stored and the loan signed, in one transaction. Declined, failed or out of time: the paper ends and the loan can be sent again.
    """

    begin: Begin[BrandScope, AgreementWork]
    providers: Providers
    files: Files
    clock: Clock

    def __call__(self, scope: BrandScope, agreement_id: UUID, *, inbox_id: UUID | None = None) -> AgreementStatus:
        """Return where it now stands. Raises NotFound; ProviderUnavailable where the service does not say."""
        with self.begin(scope) as work:
            agreement = work.agreements.get(agreement_id)
            if agreement.status is not AgreementStatus.SENT or agreement.provider is None:
                return self._done(work, agreement, inbox_id)
        envelope, provider = agreement.envelope_id, agreement.provider

        def status(signer: ESigner, ref: object) -> Outcome[SigningStatus]:
            return signer.status(envelope, ref=ref)  # type: ignore[arg-type]

        asked = self.providers.ask_again(scope, provider, "status", _subject(agreement_id), status)
        now = self.clock.now()
        if isinstance(asked.outcome, NoRecord):
            why: EndedWhy | None = EndedWhy.TIME  # the service forgets a contract when it has run out
        elif not isinstance(asked.outcome, Done):
            raise ProviderUnavailable(f"{asked.name} does not say where the agreement stands")
        elif asked.outcome.value.state is SigningState.SIGNED:
            return self._signed(scope, agreement, asked.outcome.value, inbox_id)
        else:
            why = UNSIGNED_ENDS.get(asked.outcome.value.state)
        if why is None and is_due(agreement, now):
            why = EndedWhy.TIME
        with self.begin(scope) as work:
            agreement = work.agreements.get(agreement_id)
            if why is not None and agreement.status is AgreementStatus.SENT:
                agreement = self._end(work, agreement, why)
            return self._done(work, agreement, inbox_id)

    def _signed(
        self, scope: BrandScope, agreement: Agreement, status: SigningStatus, inbox_id: UUID | None
    ) -> AgreementStatus:
        if agreement.provider is None:
            raise AssertionError("a signed agreement was sent by somebody")
        asked = self.providers.ask_again(
            scope,
            agreement.provider,
            "download",
            _subject(agreement.id),
            lambda signer, ref: signer.download(status, ref=ref),
        )
        if not isinstance(asked.outcome, Done):
            raise ProviderUnavailable(f"{asked.name} does not give the signed file")
        key = key_of(scope.brand, agreement.loan_id, agreement.number, signed=True)
        stored = self.files.put(key, asked.outcome.value, media_type="application/pdf")
        if stored.sha256 != status.signed_sha256:
            raise ProviderUnavailable(f"{asked.name} gave another file than the one that was signed")
        with self.begin(scope) as work:
            loan = work.loans.get(agreement.loan_id, lock=True)
            agreement = work.agreements.get(agreement.id, lock=True)
            if agreement.status is not AgreementStatus.SENT:
                return self._done(work, agreement, inbox_id)
            after = signed(agreement, status, key=key, now=self.clock.now())
            work.agreements.save(after)
            # A loan that ended meanwhile keeps the paper and is not revived by it.
            if loan.status is LoanStatus.AGREEMENT_PENDING:
                fired = fire(loan, LoanEvent.SIGN, by=Actor.vendor(asked.name))
                work.loans.save(fired.loan)
                work.loans.record(fired, reason="signed by the borrower")
                work.outbox.add(*fired.events)
            work.outbox.add(AgreementStored(agreement.id, agreement.loan_id))
            work.audit.add(
                AuditEvent(
                    "agreements.sign",
                    "agreement",
                    agreement.id,
                    before={"status": agreement.status.value},
                    after={"status": after.status.value, "sha256": after.signed_sha256},
                )
            )
            return self._done(work, after, inbox_id)

    def _end(self, work: AgreementWork, agreement: Agreement, why: EndedWhy) -> Agreement:
        after = ended(agreement, why)
        loan = work.loans.get(agreement.loan_id, lock=True)
        work.agreements.save(after)
        if loan.status is LoanStatus.AGREEMENT_PENDING:
            fired = fire(loan, LoanEvent.EXPIRE_AGREEMENT, by=Actor.system("agreements.look"))
            work.loans.save(fired.loan)
            work.loans.record(fired, reason=f"the agreement was not signed: {why.value}")
            work.outbox.add(*fired.events)
        work.outbox.add(AgreementEnded(agreement.id, agreement.loan_id, why.value))
        work.audit.add(
            AuditEvent(
                "agreements.end",
                "agreement",
                agreement.id,
                before={"status": agreement.status.value},
                after={"status": after.status.value, "why": why.value},
            )
        )
        return after

    def _done(self, work: AgreementWork, agreement: Agreement, inbox_id: UUID | None) -> AgreementStatus:
        if inbox_id is not None:
            work.inbox.handled(inbox_id, agreement.status.value.lower())
        return work.finish(agreement.status)


@attrs.frozen
class ListOpenAgreements:
    """Name the papers of a brand that are with the signing service, for the job that looks at them."""

    begin: Begin[BrandScope, AgreementWork]
    at_once: int = 200

    def __call__(self, scope: BrandScope) -> tuple[UUID, ...]:
        """Return their ids."""
        found: list[UUID] = []
        while True:
            with self.begin(scope) as work:
                some = work.agreements.open_ones(limit=self.at_once, after=found[-1] if found else None)
            found += [one.id for one in some]
            if len(some) < self.at_once:
                return tuple(found)
