"""A customer's details: what she states, what she agrees to, and who she is across brands."""

from collections.abc import Sequence

import attrs

from los_domain.customers import policy
from los_domain.customers.events import ProfileChanged
from los_domain.customers.model import Consent, Customer, Person, Profile, Purpose
from los_domain.customers.policy import ProfileEdit
from los_domain.customers.ports import ConsentWork, PersonWork, Places, ProfileWork
from los_domain.shared.actor import BrandScope, LenderScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock, WallClock
from los_domain.shared.errors import NotFound
from los_domain.shared.identifiers import Email, Pan, Pincode
from los_domain.shared.ids import BrandId, CustomerId, Ids, PersonId
from los_domain.shared.work import Begin


@attrs.frozen(repr=False)
class Details:
    """A customer with what is known of her."""

    customer: Customer
    profile: Profile


@attrs.frozen
class ReadDetails:
    """Show a customer her own details."""

    begin: Begin[BrandScope, ProfileWork]

    def __call__(self, scope: BrandScope, customer_id: CustomerId) -> Details:
        """Raises NotFound."""
        with self.begin(scope) as work:
            return Details(work.customers.get(customer_id), work.profiles.get(customer_id))


@attrs.frozen
class ChangeDetails:
    """Let a customer state her details; what an authority confirmed stays."""

    begin: Begin[BrandScope, ProfileWork]
    places: Places
    clock: Clock

    def __call__(
        self, scope: BrandScope, customer_id: CustomerId, edit: ProfileEdit, *, email: Email | None = None
    ) -> Details:
        """Raises Invalid with every field at fault."""
        place = self.places.find(Pincode(edit.pincode)) if edit.pincode else None
        with self.begin(scope) as work:
            before = Details(work.customers.get(customer_id), work.profiles.get(customer_id))
            profile = policy.edited(before.profile, edit, place=place, today=self.clock.today())
            customer = before.customer if email is None else attrs.evolve(before.customer, email=email)
            if profile == before.profile and customer == before.customer:
                return work.finish(before)
            if customer != before.customer:
                work.customers.save(customer)
            if profile != before.profile:
                work.profiles.save(customer_id, profile)
            work.outbox.add(ProfileChanged(customer_id))
            was, is_now = masked_changes(before, Details(customer, profile))
            work.audit.add(AuditEvent("customers.change-details", "customer", customer_id, was, is_now))
            return work.finish(Details(work.customers.get(customer_id), work.profiles.get(customer_id)))


def masked_changes(before: Details, after: Details) -> tuple[dict[str, str], dict[str, str]]:
    """Return which details differ, before and after, in a form that tells no detail."""

    def shown(details: Details, name: str) -> str:
        value = getattr(details.profile, name)
        return "" if value in ("", None) else f"{str(value)[:1]}…"

    names = [name for name in policy.WIRE_NAMES if getattr(before.profile, name) != getattr(after.profile, name)]
    was, is_now = ({name: shown(each, name) for name in names} for each in (before, after))
    if before.customer.email != after.customer.email:
        was["email"], is_now["email"] = (str(each.customer.email or "") for each in (before, after))
    return was, is_now


@attrs.frozen
class GiveConsent:
    """Record that a customer agreed to a version of the brand's text."""

    begin: Begin[BrandScope, ProfileWork]
    ids: Ids
    wall: WallClock

    def __call__(
        self, scope: BrandScope, customer_id: CustomerId, purpose: Purpose, *, text_version: str, language: str
    ) -> Consent:
        with self.begin(scope) as work:
            consent = Consent(
                self.ids.new(), customer_id, purpose, text_version, language, self.wall.now(), scope.address
            )
            record_consent(work, consent)
            return work.finish(consent)


def record_consent(work: ConsentWork, consent: Consent) -> None:
    """Store *consent* inside the caller's transaction, with its audit row."""
    work.consents.add(consent)
    after = {"purpose": consent.purpose.value, "textVersion": consent.text_version, "language": consent.language}
    work.audit.add(AuditEvent("customers.consent", "customer", consent.customer_id, after=after))


@attrs.frozen
class ListConsents:
    """Show what a customer agreed to."""

    begin: Begin[BrandScope, ProfileWork]

    def __call__(self, scope: BrandScope, customer_id: CustomerId) -> Sequence[Consent]:
        """Return them, newest first."""
        with self.begin(scope) as work:
            return work.consents.of_customer(customer_id)


@attrs.frozen
class KnownPerson:
    """A person across the lender's brands: who, and whose customer she is already."""

    id: PersonId
    brands: frozenset[BrandId]


@attrs.frozen
class FindOrMakePerson:
    """Find the person whom a verified PAN names across the lender's brands, or make her."""

    begin: Begin[LenderScope, PersonWork]
    ids: Ids

    def __call__(self, scope: LenderScope, pan: Pan) -> KnownPerson:
        """Return who stands for the PAN today, a person joined into another giving that one; and whose customer she is."""
        with self.begin(scope) as work:
            person = work.persons.find_by_pan(pan)
            if person is None:
                person = Person(PersonId(self.ids.new()))
                if work.persons.add(person, pan):
                    made = {
                        "person": str(person.id),
                        "lender": str(scope.lender),
                    }  # ids only: no brand's key is at hand
                    work.audit.add(AuditEvent("customers.make-person", "person", person.id, after=made))
                else:
                    person = work.persons.find_by_pan(pan)
                    if person is None:
                        raise NotFound("the person was made by somebody else and cannot be found")
            while person.joined_into is not None:
                person = work.persons.get(person.joined_into)
            return work.finish(KnownPerson(person.id, work.persons.brands_of(person.id)))
