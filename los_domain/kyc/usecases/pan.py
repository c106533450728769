"""A PAN is verified with its authority, and says which person a customer is across the lender's brands."""

from datetime import timedelta
from uuid import UUID

import attrs

from los_domain.brands.config import BrandConfig
from los_domain.brands.ports import Asked, Effect, NoProvider, Providers, SettingsReader, Subject
from los_domain.brands.providers import ProviderKind
from los_domain.customers import policy as customers_policy
from los_domain.customers.model import Consent, Purpose
from los_domain.customers.usecases.profile import FindOrMakePerson, KnownPerson, record_consent
from los_domain.kyc import proofs
from los_domain.kyc.events import IdentityProved, KycCheckPending
from los_domain.kyc.model import CheckState, FactKind, Found, PanCheck, PanFact, PanRecord
from los_domain.kyc.ports import KycWork, Lenders, PanVerifier
from los_domain.shared.actor import BrandScope, LenderScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock, WallClock
from los_domain.shared.errors import Conflict, LosError, NotFound, ProviderUnavailable, Rejected
from los_domain.shared.identifiers import Pan
from los_domain.shared.ids import CustomerId, Ids, VendorRef
from los_domain.shared.outcome import Done, NoRecord, Outcome, Refused
from los_domain.shared.work import Begin

_OPEN = (CheckState.ASKING, CheckState.PENDING)


@attrs.frozen(repr=False)
class PanAnswer:
    """How a check stands, and the fact once it is proved; no check where the fact was known before."""

    check: PanCheck | None
    fact: PanFact | None = None

    @property
    def is_pending(self) -> bool:
        """Whether the answer is still awaited."""
        return self.check is not None and self.fact is None and self.check.state in _OPEN


@attrs.frozen
class VerifyPan:
    """
    Verify a customer's PAN.

    The register's answer is taken at once where it comes in time; otherwise the check is PENDING and a worker asks again. A look-up is
    free of effect, so asking twice harms nobody; that it is billed keeps it to a few a day.
    """

    begin: Begin[BrandScope, KycWork]
    providers: Providers
    settings: SettingsReader
    person: FindOrMakePerson
    lenders: Lenders
    ids: Ids
    clock: Clock
    wall: WallClock

    def __call__(
        self, scope: BrandScope, customer_id: CustomerId, pan: Pan, *, consent_version: str, language: str
    ) -> PanAnswer:
        """
        Return the fact, or a check that goes on by itself. A PAN that was verified before is answered without asking.

        Raises Rejected with the code of why the PAN cannot be taken, Conflict where another PAN is verified, TooMany.
        """
        now = self.wall.now()
        with self.begin(scope) as work:
            work.pan_checks.lock(customer_id)
            checks = work.pan_checks.since(customer_id, now - timedelta(hours=24))
            known = work.identity.find(customer_id, PanFact)
            if known is not None:
                if known.record.pan != pan:
                    raise Conflict("another PAN is verified for you already: ask us to change it")
                return work.finish(PanAnswer(None, known))
            running = next((each for each in checks if each.pan == pan and proofs.is_open(each, now=now)), None)
            if running is not None:
                return work.finish(PanAnswer(running))
            proofs.refuse_beyond([each.asked_at for each in checks], now=now)
            check = PanCheck(self.ids.new(), customer_id, pan, CheckState.ASKING, now)
            work.pan_checks.add(check)
            record_consent(
                work,
                Consent(
                    self.ids.new(),
                    customer_id,
                    Purpose.PAN_VERIFICATION,
                    consent_version,
                    language,
                    now,
                    scope.address,
                ),
            )
            work.audit.add(AuditEvent("kyc.ask-pan", "customer", customer_id, after={"pan": str(pan)}))
            work.finish(PanAnswer(check))
        answer = self._asked_and_settled(scope.continued, check)
        if answer.check is not None and answer.check.reason:
            raise _why_not(answer.check.reason)
        return answer

    def again(self, scope: BrandScope, check_id: UUID) -> PanAnswer:
        """Ask again on a worker. Raises ProviderUnavailable while nobody answers, until two hours are over."""
        with self.begin(scope.undelivered) as work:
            check = work.pan_checks.get(check_id)
        if check.state is not CheckState.PENDING:
            with self.begin(scope) as work:
                return work.finish(PanAnswer(check))
        return self._asked_and_settled(scope, check)

    def _asked_and_settled(self, scope: BrandScope, check: PanCheck) -> PanAnswer:
        asked = self._ask(scope, check)
        person = self._person(scope, asked)
        config = self.settings.page(scope, BrandConfig)
        elsewhere = proofs.reason_elsewhere(person.brands if person else frozenset(), scope.brand, config)
        with self.begin(scope) as work:
            work.pan_checks.lock(check.customer_id)
            answer = self._settle(work, work.pan_checks.get(check.id), asked, person, elsewhere)
            if answer.is_pending and check.state is CheckState.PENDING:
                raise ProviderUnavailable("the PAN look-up does not answer")
            return work.finish(answer)

    def _ask(self, scope: BrandScope, check: PanCheck) -> Asked[PanRecord] | None:
        def verify(verifier: PanVerifier, ref: VendorRef) -> Outcome[PanRecord]:
            return verifier.verify(check.pan, ref=ref)

        subject = Subject("customer", check.customer_id)
        try:
            return self.providers.ask(scope, ProviderKind.KYC, "verify_pan", subject, verify, effect=Effect.LOOK_UP)
        except NoProvider:
            return None

    def _person(self, scope: BrandScope, asked: Asked[PanRecord] | None) -> KnownPerson | None:
        if asked is None or not isinstance(asked.outcome, Done) or proofs.reason_against(asked.outcome.value):
            return None
        lender = LenderScope(self.lenders(scope.brand), scope.actor, scope.request_id)
        return self.person(lender, asked.outcome.value.pan)

    def _settle(
        self,
        work: KycWork,
        check: PanCheck,
        asked: Asked[PanRecord] | None,
        person: KnownPerson | None,
        reason_elsewhere: str,
    ) -> PanAnswer:
        known = work.identity.find(check.customer_id, PanFact)
        if check.state not in _OPEN:
            return PanAnswer(check, known)  # somebody else was faster
        now = self.wall.now()
        fact: PanFact | None = None
        outcome = None if asked is None else asked.outcome
        match outcome:
            case Done(value=record) if asked is not None:
                fact = PanFact(Found(asked.name, self.clock.now(), asked.attempt), record)
                reason = (
                    proofs.reason_against(record)
                    or self._reason_here(work, check.customer_id, person)
                    or reason_elsewhere
                )
                settled = proofs.refused(check, reason=reason, at=now) if reason else proofs.done(check, at=now)
            case NoRecord():
                settled = proofs.without_record(check, at=now)
            case Refused():
                settled = proofs.refused(check, reason="PAN_INVALID", at=now)
            case _ if proofs.is_given_up(check, now=now):
                settled = proofs.given_up(check, at=now)
            case _:
                settled = proofs.waiting(check)
                if check.state is CheckState.ASKING:
                    work.outbox.add(KycCheckPending(check.id))
        work.pan_checks.save(settled)
        if fact is None or settled.state is not CheckState.DONE:
            self._audit(work, check, settled)
            return PanAnswer(settled)
        self._prove(work, check.customer_id, fact, person)
        self._audit(work, check, settled, person)
        return PanAnswer(settled, fact)

    def _reason_here(self, work: KycWork, customer_id: CustomerId, person: KnownPerson | None) -> str:
        other = None if person is None else work.customers.find_by_person(person.id)
        return "PAN_IN_USE" if other is not None and other.id != customer_id else ""

    def _prove(self, work: KycWork, customer_id: CustomerId, fact: PanFact, person: KnownPerson | None) -> None:
        record = fact.record
        work.identity.add(customer_id, fact)
        customer = work.customers.get(customer_id)
        work.customers.save(attrs.evolve(customer, person_id=None if person is None else person.id))
        work.profiles.save(
            customer_id,
            customers_policy.confirmed(
                work.profiles.get(customer_id),
                **customers_policy.named(record.name),
                date_of_birth=record.date_of_birth,
                gender=record.gender,
                pan_masked=str(record.pan),
            ),
        )
        work.outbox.add(IdentityProved(customer_id, FactKind.PAN.value))

    def _audit(self, work: KycWork, before: PanCheck, after: PanCheck, person: KnownPerson | None = None) -> None:
        if after.state is not before.state:
            identified = {} if person is None else {"person": str(person.id)}
            work.audit.add(
                AuditEvent(
                    "kyc.verify-pan",
                    "customer",
                    after.customer_id,
                    {"check": before.state.value},
                    {"check": after.state.value, "pan": str(after.pan), **identified},
                    reason=after.reason,
                )
            )


def _why_not(reason: str) -> LosError:
    words = proofs.REASONS[reason]
    return Conflict(words) if reason in ("PAN_IN_USE", "PAN_AT_SISTER_BRAND") else Rejected(words, reasons=(reason,))


@attrs.frozen
class ReadCheck:
    """Show a customer how a check of hers stands."""

    begin: Begin[BrandScope, KycWork]

    def __call__(self, scope: BrandScope, customer_id: CustomerId, check_id: UUID) -> PanAnswer:
        """Raises NotFound, also for another's."""
        with self.begin(scope) as work:
            check = work.pan_checks.get(check_id)
            if check.customer_id != customer_id:
                raise NotFound("no such check")
            return PanAnswer(check, work.identity.find(customer_id, PanFact))
