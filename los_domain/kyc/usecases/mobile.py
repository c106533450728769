"""A customer proves that a phone is hers: the one she logs in with, or another."""

from datetime import timedelta

import attrs

from los_domain.access.model import OtpPurpose
from los_domain.access.policy import WRONG_CODE, OtpRules, guess
from los_domain.access.ports import Secrets
from los_domain.kyc.events import IdentityProved
from los_domain.kyc.model import FactKind, Found, MobileFact
from los_domain.kyc.ports import KycWork
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock, WallClock
from los_domain.shared.identifiers import Phone
from los_domain.shared.ids import CustomerId, Ids
from los_domain.shared.work import Begin


@attrs.frozen
class ProveMobile:
    """Judge the code that was sent to a phone (``OtpPurpose.MOBILE``) and keep the phone as proved."""

    begin: Begin[BrandScope, KycWork]
    secrets: Secrets
    ids: Ids
    clock: Clock
    wall: WallClock
    rules: OtpRules = OtpRules()

    def __call__(self, scope: BrandScope, customer_id: CustomerId, phone: Phone, code: str) -> MobileFact:
        """Raises Invalid for a code that is wrong, old, used or guessed too often: the same words for each."""
        now = self.wall.now()
        with self.begin(scope) as work:
            index = work.otps.index_of(phone)
            work.otps.lock(index)
            sent = work.otps.since(index, OtpPurpose.MOBILE, now - timedelta(hours=24))
            latest = sent[0] if sent else None
            hashed = self.secrets.hash_code(latest.id if latest else self.ids.new(), code)
            equal = self.secrets.equal(hashed, latest.code_hash if latest else bytes(len(hashed)))
            guessed = guess(latest, hashed, now=now, rules=self.rules, equal=equal)
            if guessed.otp is not None:
                work.otps.save(guessed.otp)
            if guessed.opens:
                return work.finish(self._prove(work, customer_id, phone))
        # A wrong guess is counted, so it must not roll back: the refusal comes after the commit.
        raise WRONG_CODE

    def _prove(self, work: KycWork, customer_id: CustomerId, phone: Phone) -> MobileFact:
        is_registered = work.customers.get(customer_id).phone == phone
        fact = MobileFact(Found("OTP", self.clock.now()), phone, is_registered)
        before = work.profiles.get(customer_id)
        work.identity.add(customer_id, fact)
        if not is_registered:
            work.profiles.save(customer_id, attrs.evolve(before, alternate_phone=phone.value))
        work.outbox.add(IdentityProved(customer_id, FactKind.MOBILE.value))
        field = "phone" if is_registered else "alternatePhone"
        was = before.alternate_phone
        work.audit.add(
            AuditEvent(
                "kyc.prove-mobile",
                "customer",
                customer_id,
                {field: f"…{was[-4:]}"} if was and not is_registered else {},
                {field: str(phone)},
            )
        )
        return fact
