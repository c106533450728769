"""Aadhaar e-KYC: UIDAI texts a password, and signs who somebody is against it."""

from datetime import datetime, timedelta

import attrs

from los_domain.brands.config import BrandConfig
from los_domain.brands.ports import Asked, Effect, NoProvider, Providers, SettingsReader, Subject
from los_domain.brands.providers import ProviderKind
from los_domain.customers import policy as customers_policy
from los_domain.customers.model import Consent, Purpose
from los_domain.customers.usecases.profile import record_consent
from los_domain.documents import policy as documents_policy
from los_domain.documents.model import DocumentKind
from los_domain.documents.ports import Files
from los_domain.kyc import proofs
from los_domain.kyc.events import IdentityProved
from los_domain.kyc.model import (
    AadhaarFact,
    AadhaarRecord,
    AadhaarRequest,
    AadhaarSession,
    FactKind,
    Found,
    PanFact,
)
from los_domain.kyc.ports import AadhaarKyc, KycWork
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent, Value
from los_domain.shared.clocks import Clock, WallClock
from los_domain.shared.errors import Conflict, FieldProblem, Invalid, LosError, ProviderUnavailable, Rejected
from los_domain.shared.identifiers import Aadhaar
from los_domain.shared.ids import CustomerId, DocumentId, Ids, VendorRef
from los_domain.shared.outcome import Done, NoRecord, Outcome, RateLimited, Refused, RefusedFor, Unknown
from los_domain.shared.work import Begin

_PAN_FIRST = "verify your PAN first: Aadhaar is compared with it"


@attrs.frozen
class PasswordSent:
    """What the borrower's app needs to show after UIDAI sent a password."""

    masked_number: str
    expires_in_seconds: int
    tries: int


@attrs.frozen
class StartAadhaar:
    """Have UIDAI send a password to the phone that it knows. The number goes from memory to the vendor, and is never kept."""

    begin: Begin[BrandScope, KycWork]
    providers: Providers
    ids: Ids
    wall: WallClock

    def __call__(
        self, scope: BrandScope, customer_id: CustomerId, number: Aadhaar, *, consent_version: str, language: str
    ) -> PasswordSent:
        """
        Raises Conflict before the PAN is verified or after e-KYC, TooMany, Rejected where UIDAI knows no such number or no phone,
        ProviderUnavailable with what to do where nobody answers.
        """
        now = self.wall.now()
        with self.begin(scope) as work:
            if work.identity.find(customer_id, PanFact) is None:
                raise Conflict(_PAN_FIRST)
            if work.identity.find(customer_id, AadhaarFact) is not None:
                raise Conflict("your Aadhaar e-KYC is complete: there is nothing left to do")
            earlier = work.aadhaar_requests.since(customer_id, now - timedelta(hours=24))
            proofs.refuse_beyond([each.opened_at for each in earlier], now=now)
            record_consent(
                work,
                Consent(
                    self.ids.new(), customer_id, Purpose.AADHAAR_EKYC, consent_version, language, now, scope.address
                ),
            )

        def send(vendor: AadhaarKyc, ref: VendorRef) -> Outcome[AadhaarSession]:
            return vendor.send_otp(number, ref=ref)

        subject = Subject("customer", customer_id)
        try:
            asked = self.providers.ask(
                scope, ProviderKind.KYC, "send_aadhaar_otp", subject, send, effect=Effect.WORTH_A_DOUBLE
            )
        except NoProvider:
            raise ProviderUnavailable("Aadhaar e-KYC is not available now: try again later") from None
        if not isinstance(asked.outcome, Done):
            raise _why_not_sent(asked.outcome)
        request = AadhaarRequest(
            self.ids.new(),
            customer_id,
            asked.provider,
            asked.name,
            asked.outcome.value,
            number.masked,
            opened_at=now,
        )
        with self.begin(scope.continued) as work:
            for before in work.aadhaar_requests.since(customer_id, now - proofs.SESSION_LIFE):
                work.aadhaar_requests.save(proofs.closed(before, at=now))
            work.aadhaar_requests.add(request, number)
            work.audit.add(
                AuditEvent("kyc.start-aadhaar", "customer", customer_id, after={"aadhaar": request.masked_number})
            )
            sent = PasswordSent(request.masked_number, int(proofs.SESSION_LIFE.total_seconds()), proofs.MOST_TRIES)
            return work.finish(sent)


def _why_not_sent(outcome: Outcome[AadhaarSession]) -> LosError:
    match outcome:
        case NoRecord():
            return Rejected("UIDAI knows no such Aadhaar number", reasons=("AADHAAR_NOT_FOUND",))
        case Refused(why=RefusedFor.CHALLENGE_REQUIRED):
            return Rejected(
                "no mobile number is linked to this Aadhaar: link one at an enrolment centre, or upload your Aadhaar card",
                reasons=("AADHAAR_WITHOUT_MOBILE",),
            )
        case Refused():
            return Invalid(FieldProblem("aadhaarNumber", "is not taken by UIDAI", "look for a mistyped digit"))
        case RateLimited(after_seconds=seconds):
            return ProviderUnavailable(
                "UIDAI sends no more passwords just now: wait and ask again", retry_after_seconds=seconds
            )
        case _:
            return ProviderUnavailable("UIDAI does not answer just now: ask for the Aadhaar OTP again in a minute")


@attrs.frozen
class SubmitAadhaar:
    """Trade the password for the signed identity: compare it with the PAN, fill the address, keep the photo."""

    begin: Begin[BrandScope, KycWork]
    providers: Providers
    files: Files
    settings: SettingsReader
    ids: Ids
    clock: Clock
    wall: WallClock

    def __call__(self, scope: BrandScope, customer_id: CustomerId, otp: str) -> AadhaarFact:
        """Raises Invalid for a wrong or late password, Conflict before the PAN, ProviderUnavailable with what to do."""
        with self.begin(scope) as work:
            known = work.identity.find(customer_id, AadhaarFact)
            if known is not None:
                return work.finish(known)
            pan = work.identity.find(customer_id, PanFact)
            request = self._live(work, customer_id)
        if pan is None:
            raise Conflict(_PAN_FIRST)
        asked = self._ask(scope, request, otp)
        if not isinstance(asked.outcome, Done):
            raise self._failed(scope, customer_id, asked.outcome)
        return self._proved(scope, pan, request, asked, asked.outcome.value)

    def _live(self, work: KycWork, customer_id: CustomerId) -> AadhaarRequest:
        now = self.wall.now()
        requests = work.aadhaar_requests.since(customer_id, now - proofs.SESSION_LIFE)
        return proofs.live(requests[0] if requests else None, now=now)

    def _ask(self, scope: BrandScope, request: AadhaarRequest, otp: str) -> Asked[AadhaarRecord]:
        session = request.session
        if session is None:
            raise proofs.no_live_request()

        def submit(vendor: AadhaarKyc, ref: VendorRef) -> Outcome[AadhaarRecord]:
            return vendor.submit_otp(session, otp, ref=ref)

        subject = Subject("customer", request.customer_id)
        return self.providers.ask_again(scope, request.provider, "submit_aadhaar_otp", subject, submit)

    def _failed(self, scope: BrandScope, customer_id: CustomerId, outcome: Outcome[AadhaarRecord]) -> LosError:
        """Count what has to be counted, which must not roll back, and return what is raised after it."""
        now = self.wall.now()
        with self.begin(scope.continued) as work:
            try:
                request = self._live(work, customer_id)
            except Invalid as over:  # another submission ended it meanwhile
                return over
            match outcome:
                case Refused(why=RefusedFor.WRONG_OTP):
                    after = proofs.after_try(request, at=now)
                    left = proofs.MOST_TRIES - after.tries
                    fix = f"{left} tries are left" if left else "ask for a new Aadhaar OTP"
                    error: LosError = Invalid(FieldProblem("otp", "is wrong", fix))
                case Refused(why=RefusedFor.CONSENT_EXPIRED):
                    after, error = proofs.closed(request, at=now), proofs.no_live_request()
                case Refused() | NoRecord():
                    after = proofs.closed(request, at=now)
                    error = Rejected("UIDAI refuses this e-KYC: ask for a new OTP", reasons=("AADHAAR_REFUSED",))
                case Unknown():  # the password may be used up
                    after = proofs.after_try(request, at=now)
                    error = ProviderUnavailable(
                        "UIDAI's answer was lost: submit the same OTP once more, or ask for a new one"
                    )
                case _:
                    after = request
                    error = ProviderUnavailable("UIDAI does not answer just now: submit the same OTP again")
            if after != request:
                work.aadhaar_requests.save(after)
                counted = {"tries": request.tries}, {"tries": after.tries, "closed": after.closed_at is not None}
                work.audit.add(AuditEvent("kyc.aadhaar-otp-refused", "customer", customer_id, *counted))
        return error

    def _proved(
        self,
        scope: BrandScope,
        pan: PanFact,
        request: AadhaarRequest,
        asked: Asked[AadhaarRecord],
        record: AadhaarRecord,
    ) -> AadhaarFact:
        customer_id, now = request.customer_id, self.clock.now()
        bands = proofs.bands_of(self.settings.page(scope, BrandConfig))
        # The photo is stored first, under an id of its own: a crash leaves a file nobody names, never a fact without its photo.
        photo = DocumentId(self.ids.new()) if record.photo else None
        stored = None
        if photo is not None and record.photo:
            key = documents_policy.file_key(scope.brand, photo)
            stored = self.files.put(key, record.photo, media_type=documents_policy.media_type_of(record.photo))
        fact = proofs.agreeing(record, pan, found=Found(asked.name, now, asked.attempt), photo=photo, bands=bands)
        with self.begin(scope.continued) as work:
            known = work.identity.find(customer_id, AadhaarFact)
            if known is not None:
                return work.finish(known)
            if photo is not None and stored is not None:
                work.documents.add(
                    documents_policy.from_authority(
                        photo,
                        scope.brand,
                        customer_id,
                        DocumentKind.AADHAAR_PHOTO,
                        source=asked.name,
                        media_type=stored.media_type,
                        size=stored.size,
                        sha256=stored.sha256,
                        at=self.wall.now(),
                    )
                )
            self._write(work, fact, request, at=self.wall.now())
            return work.finish(fact)

    def _write(self, work: KycWork, fact: AadhaarFact, request: AadhaarRequest, *, at: datetime) -> None:
        customer_id, record = request.customer_id, fact.record
        work.aadhaar_requests.save(proofs.closed(request, at=at))
        work.identity.add(customer_id, fact, request=request.id)
        work.profiles.save(
            customer_id,
            customers_policy.confirmed(
                work.profiles.get(customer_id),
                date_of_birth=record.date_of_birth,
                gender=record.gender,
                address=record.address.line,
                pincode=record.address.pincode,
                city=record.address.city,
                state=record.address.state,
                aadhaar_masked=record.masked_number,
            ),
        )
        work.outbox.add(IdentityProved(customer_id, FactKind.AADHAAR.value))
        shown: dict[str, Value] = {
            "aadhaar": record.masked_number,
            "nameScore": fact.names.score,
            "nameVerdict": fact.names.verdict.value,
            "birthAgrees": fact.birth_agrees,
        }
        work.audit.add(AuditEvent("kyc.prove-aadhaar", "customer", customer_id, after=shown))
