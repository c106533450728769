"""Deciding, explaining, replaying, and letting a loan pass without a report."""

from collections.abc import Iterable, Sequence

import attrs

from los_domain.decisioning import defaults
from los_domain.decisioning.catalogue import CATALOGUE_VERSION, REPORTS, Source
from los_domain.decisioning.events import Decided, ReportsBypassed
from los_domain.decisioning.facts import facts_of
from los_domain.decisioning.language import LANGUAGE_VERSION
from los_domain.decisioning.model import Bypass, Decision, Evaluation, Policy, RuleSet
from los_domain.decisioning.policy import bits_of, digest_of, is_reproduced, judge, ready
from los_domain.decisioning.ports import DecisionWork
from los_domain.loans.events import ReviewStarted
from los_domain.loans.ports import MissingSteps
from los_domain.loans.states import LoanStatus
from los_domain.settings.model import Page
from los_domain.settings.ports import Pages
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import Conflict, FieldProblem, Invalid, NotFound
from los_domain.shared.ids import Ids, LoanId
from los_domain.shared.work import Begin


def rules_in_force(page: Page[RuleSet]) -> RuleSet:
    """Return a brand's rules; those it began with while it saved none."""
    return page.body if page.version else defaults.RULES


def evaluation_in_force(page: Page[Evaluation]) -> Evaluation:
    """Return a brand's evaluation; the one it began with while it saved none."""
    return page.body if page.version else defaults.EVALUATION


def policy_in_force(pages: Pages) -> Policy:
    """Return what a brand decides by now."""
    rules, evaluation = pages.newest(RuleSet), pages.newest(Evaluation)
    return Policy(
        rules_in_force(rules),
        rules.version,
        evaluation_in_force(evaluation),
        evaluation.version,
        LANGUAGE_VERSION,
        CATALOGUE_VERSION,
    )


@attrs.frozen
class Decide:
    """Judge a loan that is under review, by what is known of it now, and keep everything that the decision stands on."""

    begin: Begin[BrandScope, DecisionWork]
    missing: MissingSteps
    ids: Ids
    clock: Clock

    def __call__(self, scope: BrandScope, loan_id: LoanId) -> Decision | None:
        """Return the decision; None for a loan that is not under review (any more). Raises NotFound."""
        with self.begin(scope.undelivered) as work:
            customer = work.loans.get(loan_id).customer_id
        missing = self.missing(scope, customer)
        with self.begin(scope) as work:
            case = work.cases.get(loan_id, missing=missing)
            if case.loan.status is not LoanStatus.UNDER_REVIEW:
                return work.finish(None)
            facts = facts_of(case, today=self.clock.today())
            bypassed = frozenset(each.source for each in work.bypasses.of_loan(loan_id))
            policy = policy_in_force(work.pages)
            judgement = judge(ready(policy), facts, bypassed)
            decision = Decision(
                id=self.ids.new(),
                loan_id=loan_id,
                customer_id=customer,
                loan_version=case.loan.version,
                judgement=judgement,
                facts=facts,
                bypassed=bypassed,
                policy=policy,
                policy_digest=digest_of(policy),
                bits=bits_of(judgement),
                pull_id=None if case.report is None else case.report.pull_id,
                report_sha256="" if case.report is None else case.report.sha256,
                decided_at=self.clock.now(),
                by=scope.actor,
            )
            work.decisions.add(decision)
            outcome = judgement.outcome.value
            work.outbox.add(Decided(loan_id, decision.id, case.loan.version, outcome))
            after = {"decision": str(decision.id), "outcome": outcome, "reasons": ", ".join(judgement.reasons)}
            work.audit.add(AuditEvent("decisioning.decide", "loan", loan_id, after=after))
            return work.finish(decision)


@attrs.frozen
class Evaluate:
    """Let staff have a loan judged again: at once by the report at hand, or once another one is there."""

    begin: Begin[BrandScope, DecisionWork]
    decide: Decide

    def __call__(self, scope: BrandScope, loan_id: LoanId) -> Decision | None:
        """Return the decision; None where a report is being fetched first. Raises NotFound, Conflict unless under review."""
        with self.begin(scope) as work:
            case = work.cases.get(loan_id, missing=())
            loan = case.loan
            if loan.status is not LoanStatus.UNDER_REVIEW:
                raise Conflict(f"a loan is judged while it is under review; this one is {loan.status.value}")
            is_passed_over = Source.CREDIT_REPORT in {each.source for each in work.bypasses.of_loan(loan_id)}
            if case.report is None and not is_passed_over:
                work.outbox.add(ReviewStarted(loan.id, loan.customer_id, loan.amount.paise))
                work.audit.add(AuditEvent("decisioning.ask-for-report", "loan", loan_id, after={"report": "asked for"}))
                return work.finish(None)
        return self.decide(scope, loan_id)


@attrs.frozen
class Explained:
    """A decision, and whether judging again gave the very same bits."""

    decision: Decision
    is_reproduced: bool
    bypasses: Sequence[Bypass]


@attrs.frozen
class Explain:
    """Show why a loan was decided as it was: every rule, what it read, and what came of it."""

    begin: Begin[BrandScope, DecisionWork]

    def __call__(self, scope: BrandScope, loan_id: LoanId) -> Explained:
        """Return the newest decision. Raises NotFound where there is none."""
        with self.begin(scope) as work:
            work.loans.get(loan_id)
            decision = work.decisions.newest(loan_id)
            if decision is None:
                raise NotFound("this loan has not been judged yet")
            return Explained(decision, is_reproduced(decision), work.bypasses.of_loan(loan_id))


@attrs.frozen
class NoticesFor:
    """What a borrower is told about a decline, in plain words and without what would help to get round a rule."""

    begin: Begin[BrandScope, DecisionWork]

    def __call__(self, scope: BrandScope, loan_id: LoanId) -> tuple[str, ...]:
        """Return the notices of what spoke against the loan; none without a decision."""
        with self.begin(scope) as work:
            decision = work.decisions.newest(loan_id)
        if decision is None:
            return ()
        against = set(decision.judgement.reasons)
        criteria = [*decision.policy.rule_set.rules, *(item.criterion for item in decision.policy.evaluation.items)]
        return tuple(each.notice for each in criteria if each.code in against and each.notice)


@attrs.frozen
class BypassReports:
    """Let a loan under review pass without some reports: who, why, which; the decision shows it for ever."""

    begin: Begin[BrandScope, DecisionWork]
    clock: Clock

    def __call__(
        self, scope: BrandScope, loan_id: LoanId, sources: Iterable[Source], *, reason: str
    ) -> Sequence[Bypass]:
        """Return all bypasses of the loan. Raises Invalid for what is no report, Conflict once it was decided."""
        wanted = sorted(set(sources), key=lambda source: source.value)
        if not wanted or not REPORTS.issuperset(wanted):
            raise Invalid(FieldProblem("reports", "should name reports", ", ".join(sorted(s.value for s in REPORTS))))
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id, lock=True)
            if loan.status not in (LoanStatus.APPLIED, LoanStatus.UNDER_REVIEW):
                raise Conflict(f"reports matter while a loan is reviewed; this one is {loan.status.value}")
            now = self.clock.now()
            added = [
                source for source in wanted if work.bypasses.add(Bypass(loan_id, source, scope.actor, reason, now))
            ]
            if added:
                work.outbox.add(ReportsBypassed(loan_id))
                after = {"reports": ", ".join(source.value for source in added)}
                work.audit.add(AuditEvent("decisioning.bypass-reports", "loan", loan_id, after=after, reason=reason))
            return work.finish(work.bypasses.of_loan(loan_id))
