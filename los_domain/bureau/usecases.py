"""Getting a credit report for a loan: the one at hand while it is young, else one bought once."""

import attrs

from los_domain.brands.config import BrandConfig
from los_domain.brands.ports import Asked, Effect, NoProvider, Providers, SettingsReader, Subject
from los_domain.brands.providers import ProviderKind
from los_domain.bureau import pulls
from los_domain.bureau.events import ReportSettled
from los_domain.bureau.model import BureauSubject, Pull, PullState
from los_domain.bureau.ports import CreditBureau, PullWork, ReadReport
from los_domain.bureau.pulls import Next
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock, WallClock
from los_domain.shared.errors import ProviderUnavailable
from los_domain.shared.ids import CustomerId, Ids, LoanId, VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Done, Misconfigured, NoRecord, NotSent, Outcome, RateLimited, Refused
from los_domain.shared.work import Begin


@attrs.frozen
class PullReport:
    """
    Get a report about a loan's customer, and tell when it is there or cannot be had.

    Bureaus that take no question are asked again by raising ProviderUnavailable, for two hours; an answer that was lost is nobody's to
    repeat: then a person looks at the loan.
    """

    begin: Begin[BrandScope, PullWork]
    providers: Providers
    settings: SettingsReader
    read: ReadReport
    ids: Ids
    clock: Clock
    wall: WallClock

    def __call__(self, scope: BrandScope, loan_id: LoanId, customer_id: CustomerId, *, amount: Money) -> PullState:
        """Return how the question stands. Raises ProviderUnavailable while another try is due."""
        begun = self._begin(scope, loan_id, customer_id)
        if begun is None:
            return self._settled(scope, loan_id, customer_id)
        pull, subject = begun
        asked = self._ask(scope, pull, subject, amount)
        settled = self._after(pull, asked)
        if settled.state is PullState.WAITING:
            with self.begin(scope.undelivered) as work:
                work.pulls.hold(customer_id)
                work.pulls.save(settled)
            raise ProviderUnavailable("no credit bureau takes our question")
        with self.begin(scope) as work:
            work.pulls.hold(customer_id)
            work.pulls.save(settled)
            return work.finish(self._tell(work, settled))

    def _begin(self, scope: BrandScope, loan_id: LoanId, customer_id: CustomerId) -> tuple[Pull, BureauSubject] | None:
        """Store the question that is to be asked now, and return it; None where nothing is."""
        config, now = self.settings.page(scope, BrandConfig), self.wall.now()
        with self.begin(scope.undelivered) as work:
            work.pulls.hold(customer_id)
            last = work.pulls.last_for(loan_id)
            report = work.pulls.newest(customer_id)
            then = pulls.next_of(report, last, today=self.clock.today(), fresh_days=config.bureau_fresh_days, now=now)
            if then is Next.COME_BACK:
                raise ProviderUnavailable("a credit bureau is being asked right now")
            if then in (Next.USE, Next.LEAVE):
                return None
            if last is not None and then is Next.LOST:
                work.pulls.save(pulls.without(last, PullState.UNKNOWN, reason="ANSWER_LOST"))
                return None
            if last is not None and then is Next.GIVE_UP:
                work.pulls.save(pulls.without(last, PullState.GIVEN_UP, reason="NO_BUREAU_ANSWERS"))
                return None
            subject, is_new = work.subjects.of(customer_id), last is None or last.state is not PullState.WAITING
            asking = Pull(self.ids.new(), customer_id, loan_id, PullState.ASKING, now, now)
            if last is not None and not is_new:
                asking = pulls.asked(last, at=now)
            if subject is None:
                asking = pulls.without(asking, PullState.REFUSED, reason="IDENTITY_NOT_PROVED")
            (work.pulls.add if is_new else work.pulls.save)(asking)
            return None if subject is None else (asking, subject)

    def _settled(self, scope: BrandScope, loan_id: LoanId, customer_id: CustomerId) -> PullState:
        with self.begin(scope) as work:
            report, last = work.pulls.newest(customer_id), work.pulls.last_for(loan_id)
            days = self.settings.page(scope, BrandConfig).bureau_fresh_days
            if report is not None and pulls.is_young(report, today=self.clock.today(), days=days):
                last = attrs.evolve(report, loan_id=loan_id)
            if last is None:
                raise ProviderUnavailable("the report is gone: it is asked for again")
            return work.finish(self._tell(work, last))

    def _ask(self, scope: BrandScope, pull: Pull, subject: BureauSubject, amount: Money) -> Asked[bytes] | None:
        def ask(bureau: CreditBureau, ref: VendorRef) -> Outcome[bytes]:
            return bureau.pull(subject, amount=amount, ref=ref)

        about = Subject("credit-report", pull.id)
        try:
            return self.providers.ask(scope, ProviderKind.CREDIT_BUREAU, "pull_report", about, ask, effect=Effect.ONCE)
        except NoProvider:
            return None

    def _after(self, pull: Pull, asked: Asked[bytes] | None) -> Pull:
        if asked is None:
            return pulls.waiting(pull)
        match asked.outcome:
            case Done(value=raw):
                return pulls.answered(
                    pull,
                    raw,
                    is_read=self._is_read(raw),
                    provider=asked.name,
                    attempt=asked.attempt,
                    on=self.clock.today(),
                )
            case NotSent() | RateLimited() | Misconfigured():
                return pulls.waiting(pull)
            case Refused(code=code):
                state, reason = PullState.REFUSED, code or "REFUSED"
            case NoRecord():
                state, reason = PullState.REFUSED, "NO_RECORD"
            case _:
                state, reason = PullState.UNKNOWN, "ANSWER_LOST"
        return pulls.without(pull, state, reason=reason, provider=asked.name, attempt=asked.attempt)

    def _is_read(self, raw: bytes) -> bool:
        try:
            self.read(raw)
        except ValueError:
            return False
        return True

    def _tell(self, work: PullWork, pull: Pull) -> PullState:
        work.outbox.add(ReportSettled(LoanId(pull.loan_id), pull.customer_id, pull.id, pull.state.value))
        after = {"state": pull.state.value, "provider": pull.provider, "sha256": pull.sha256, "reason": pull.reason}
        work.audit.add(AuditEvent("bureau.pull-report", "loan", pull.loan_id, after=after))
        return pull.state
