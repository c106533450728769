"""Sign-up and log-in of a borrower by phone: the same two steps for a known and an unknown number."""

from datetime import timedelta
from typing import Protocol

import attrs

from los_domain.access.model import Audience, Otp, OtpPurpose, Tokens
from los_domain.access.policy import WRONG_CODE, OtpRules, guess, may_send
from los_domain.access.ports import CodeSender, OtpStore, Secrets, SessionStore
from los_domain.access.usecases import OpenSession
from los_domain.customers.events import CustomerSignedUp
from los_domain.customers.model import Customer
from los_domain.customers.ports import CustomerStore
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import WallClock
from los_domain.shared.identifiers import Phone
from los_domain.shared.ids import CustomerId, Ids
from los_domain.shared.work import Begin, Work


class SignUpWork(Work, Protocol):
    """The unit of work of sign-up."""

    @property
    def customers(self) -> CustomerStore:
        """Customers of the brand."""
        ...

    @property
    def otps(self) -> OtpStore:
        """One-time passwords."""
        ...

    @property
    def sessions(self) -> SessionStore:
        """Log-ins."""
        ...

    @property
    def codes(self) -> CodeSender:
        """Delivery of codes."""
        ...


@attrs.frozen
class CodeSent:
    """What the borrower's app needs to show after a code was asked for."""

    expires_in_seconds: int
    resend_after_seconds: int


@attrs.frozen
class SendCode:
    """Send a one-time password to a phone. The answer, and the work done, are the same whether or not the phone is known."""

    begin: Begin[BrandScope, SignUpWork]
    secrets: Secrets
    ids: Ids
    wall: WallClock
    rules: OtpRules = OtpRules()

    def __call__(self, scope: BrandScope, phone: Phone, *, purpose: OtpPurpose = OtpPurpose.LOGIN) -> CodeSent:
        """Raises TooMany within the cool-down and beyond the daily cap."""
        now, rules = self.wall.now(), self.rules
        with self.begin(scope) as work:
            index = work.otps.index_of(phone)
            work.otps.lock(index)
            may_send(work.otps.since(index, purpose, now - timedelta(hours=24)), now=now, rules=rules)
            otp_id, code = self.ids.new(), self.secrets.code(rules.digits)
            work.otps.add(Otp(otp_id, purpose, index, self.secrets.hash_code(otp_id, code), now, now + rules.valid_for))
            work.codes.send(phone, code, purpose=purpose, valid_minutes=rules.valid_for // timedelta(minutes=1))
            work.audit.add(AuditEvent("access.send-code", "otp", otp_id, after={"purpose": purpose.value}))
            sent = CodeSent(int(rules.valid_for.total_seconds()), int(rules.cool_down.total_seconds()))
            return work.finish(sent)


@attrs.frozen
class VerifyCode:
    """Prove a phone by its code: finds or makes the customer, and opens her session."""

    begin: Begin[BrandScope, SignUpWork]
    open_session: OpenSession
    secrets: Secrets
    ids: Ids
    wall: WallClock
    rules: OtpRules = OtpRules()

    def __call__(self, scope: BrandScope, phone: Phone, code: str, *, device: str = "") -> Tokens:
        """Raises Invalid for a code that is wrong, old, used or guessed too often: the same words for each."""
        now = self.wall.now()
        with self.begin(scope) as work:
            index = work.otps.index_of(phone)
            work.otps.lock(index)
            sent = work.otps.since(index, OtpPurpose.LOGIN, now - timedelta(hours=24))
            latest = sent[0] if sent else None
            hashed = self.secrets.hash_code(latest.id if latest else self.ids.new(), code)
            equal = self.secrets.equal(hashed, latest.code_hash if latest else bytes(len(hashed)))
            guessed = guess(latest, hashed, now=now, rules=self.rules, equal=equal)
            if guessed.otp is not None:
                work.otps.save(guessed.otp)
            if guessed.opens:
                customer = work.customers.find_by_phone(phone)
                if customer is None:
                    customer = Customer(CustomerId(self.ids.new()), phone, now)
                    work.customers.add(customer)
                    work.outbox.add(CustomerSignedUp(customer.id))
                    work.audit.add(
                        AuditEvent("customers.sign-up", "customer", customer.id, after={"phone": str(phone)})
                    )
                session, tokens = self.open_session(
                    work.sessions,
                    audience=Audience.WEB,
                    subject=customer.id,
                    brand=scope.brand,
                    epoch=0,
                    now=now,
                    address=scope.address,
                    device=device,
                )
                work.audit.add(AuditEvent("access.log-in", "session", session.id, after={"customer": str(customer.id)}))
                return tokens
        # A wrong guess is counted, so it must not roll back: the refusal comes after the commit.
        raise WRONG_CODE
