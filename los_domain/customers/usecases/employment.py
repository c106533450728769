"""A customer's work: what she states, and what the provident-fund office knows."""

import attrs

from los_domain.brands.ports import Asked, Effect, NoProvider, Providers, Subject
from los_domain.brands.providers import ProviderKind
from los_domain.customers import policy
from los_domain.customers.events import EmploymentChecked, EmploymentCheckPending
from los_domain.customers.model import (
    Consent,
    EmploymentEvidence,
    EmploymentRecord,
    EmploymentVerdict,
    Occupation,
    Purpose,
)
from los_domain.customers.ports import EmploymentVerifier, NameScore, ProfileWork
from los_domain.customers.usecases.profile import Details, record_consent
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock, WallClock
from los_domain.shared.errors import Conflict, NotFound, ProviderUnavailable
from los_domain.shared.identifiers import Email, Uan
from los_domain.shared.ids import CustomerId, Ids, VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Done, NoRecord, Outcome, Refused
from los_domain.shared.work import Begin


@attrs.frozen
class StateEmployment:
    """Let a customer state her work. Stating another employer or UAN drops what was found about the former one."""

    begin: Begin[BrandScope, ProfileWork]
    clock: Clock

    def __call__(
        self,
        scope: BrandScope,
        customer_id: CustomerId,
        *,
        employer: str,
        monthly_salary: Money,
        official_email: Email | None,
        uan: Uan | None,
    ) -> Occupation:
        with self.begin(scope) as work:
            before = work.occupations.find(customer_id)
            stated = Occupation(
                customer_id, " ".join(employer.split()), monthly_salary, self.clock.now(), official_email, uan
            )
            occupation = policy.restated(before, stated)
            work.occupations.save(occupation)
            work.audit.add(
                AuditEvent(
                    "customers.state-employment",
                    "customer",
                    customer_id,
                    {} if before is None else _shown(before),
                    _shown(occupation),
                )
            )
            return work.finish(attrs.evolve(occupation, version=occupation.version + 1))


def _shown(occupation: Occupation) -> dict[str, str]:
    return {
        "employer": f"{occupation.employer[:1]}…",
        "uan": str(occupation.uan or ""),
        "verdict": occupation.verdict.value,
    }


@attrs.frozen
class ReadEmployment:
    """Show what a customer said about her work, and what was found."""

    begin: Begin[BrandScope, ProfileWork]

    def __call__(self, scope: BrandScope, customer_id: CustomerId) -> Occupation | None:
        """Return it, or None where she said nothing yet."""
        with self.begin(scope) as work:
            return work.occupations.find(customer_id)


@attrs.frozen
class CheckEmployment:
    """
    Ask the provident-fund office about a customer: by her UAN, else by her phone.

    A record that is found is judged at once; where nobody answers in time the verdict stays CHECKING and a worker asks again.
    """

    begin: Begin[BrandScope, ProfileWork]
    providers: Providers
    name_score: NameScore
    ids: Ids
    clock: Clock
    wall: WallClock

    def __call__(
        self, scope: BrandScope, customer_id: CustomerId, *, uan: Uan | None, consent_version: str, language: str
    ) -> Occupation:
        """Raises Conflict before she stated her employer or proved her PAN, TooMany beyond the day's questions."""
        now = self.wall.now()
        with self.begin(scope) as work:
            stated = work.occupations.find(customer_id)
            if stated is None:
                raise Conflict("add your employment first")
            if stated.verdict is EmploymentVerdict.VERIFIED and uan in (None, stated.uan):
                return work.finish(stated)
            details = Details(work.customers.get(customer_id), work.profiles.get(customer_id))
            if "first_name" not in details.profile.confirmed:
                raise Conflict("verify your PAN first: the record has to be in the name that it proves")
            if policy.is_being_asked(stated, now=now):
                return work.finish(stated)
            occupation = policy.checking(attrs.evolve(stated, uan=uan or stated.uan), now=now)
            work.occupations.save(occupation)
            record_consent(
                work,
                Consent(
                    self.ids.new(),
                    customer_id,
                    Purpose.EMPLOYMENT_VERIFICATION,
                    consent_version,
                    language,
                    now,
                    scope.address,
                ),
            )
            work.finish(occupation)
        asked = self._ask(scope, occupation, details)
        with self.begin(scope.continued) as work:
            return work.finish(self._settle(work, customer_id, asked, details, pending=True))

    def again(self, scope: BrandScope, customer_id: CustomerId) -> Occupation:
        """Ask again on a worker. Raises ProviderUnavailable while nobody answers, until two hours are over."""
        with self.begin(scope.undelivered) as work:
            occupation = work.occupations.find(customer_id)
            if occupation is None:
                raise NotFound("no such employment")
            details = Details(work.customers.get(customer_id), work.profiles.get(customer_id))
        if occupation.verdict is not EmploymentVerdict.CHECKING:
            with self.begin(scope) as work:
                return work.finish(occupation)
        asked = self._ask(scope, occupation, details)
        with self.begin(scope) as work:
            settled = self._settle(work, customer_id, asked, details, pending=False)
            if settled.verdict is EmploymentVerdict.CHECKING:
                raise ProviderUnavailable("the provident-fund look-up does not answer")
            return work.finish(settled)

    def _ask(self, scope: BrandScope, occupation: Occupation, details: Details) -> Asked[EmploymentRecord] | None:
        def find(verifier: EmploymentVerifier, ref: VendorRef) -> Outcome[EmploymentRecord]:
            return verifier.find(
                phone=details.customer.phone,
                pan=None,
                uan=occupation.uan,
                employer=occupation.employer,
                name=details.profile.name,
                born_on=details.profile.date_of_birth,
                ref=ref,
            )

        try:
            return self.providers.ask(
                scope,
                ProviderKind.EMPLOYMENT,
                "find_employment",
                Subject("customer", occupation.customer_id),
                find,
                effect=Effect.LOOK_UP,
            )
        except NoProvider:
            return None

    def _settle(
        self,
        work: ProfileWork,
        customer_id: CustomerId,
        asked: Asked[EmploymentRecord] | None,
        details: Details,
        *,
        pending: bool,
    ) -> Occupation:
        before = work.occupations.find(customer_id)
        if before is None:
            raise NotFound("no such employment")
        if before.verdict is not EmploymentVerdict.CHECKING:
            return before  # somebody else was faster
        outcome = None if asked is None else asked.outcome
        match outcome:
            case Done(value=record) if asked is not None:
                after = policy.found(before, self._evidence(before, record, asked, details))
            case NoRecord() | Refused():
                after = policy.without_record(before)
            case _ if policy.is_given_up(before, now=self.wall.now()):
                after = policy.unanswered(before)
            case _:
                if pending:
                    work.outbox.add(EmploymentCheckPending(customer_id))
                return before
        work.occupations.save(after)
        work.outbox.add(EmploymentChecked(customer_id, after.verdict.value))
        work.audit.add(AuditEvent("customers.check-employment", "customer", customer_id, _shown(before), _shown(after)))
        return attrs.evolve(after, version=after.version + 1)

    def _evidence(
        self, occupation: Occupation, record: EmploymentRecord, asked: Asked[EmploymentRecord], details: Details
    ) -> EmploymentEvidence:
        current = next((stint for stint in record.history if stint.left_on is None), None)
        employer = current or (record.history[0] if record.history else None)
        shown = policy.Shown(
            name_score=self.name_score(details.profile.name, record.name),
            employer_score=self._employer_score(occupation.employer, employer.employer) if employer else 0,
            is_employed=current is not None,
            employer_confirmed=record.employer_confirmed,
        )
        return EmploymentEvidence(
            source=asked.name,
            attempt=asked.attempt,
            at=self.clock.now(),
            uan=record.uan,
            name=record.name,
            name_score=shown.name_score,
            employer_score=shown.employer_score,
            employer_confirmed=shown.employer_confirmed,
            history=record.history,
            reasons=policy.reasons_against(shown),
        )

    def _employer_score(self, stated: str, found: str) -> int:
        return self.name_score(policy.bare_employer(stated), policy.bare_employer(found))
