"""The use cases of loans, wired."""

import attrs

from los_adapters.core import Core
from los_adapters.loans.queries import LoanQueries
from los_domain.documents.ports import Files, Typesetter
from los_domain.loans.certificate import CertificateParties
from los_domain.loans.ports import BlocksOn, BrandName, LenderOf, MissingSteps
from los_domain.loans.usecases.apply import Apply, StartReview
from los_domain.loans.usecases.certify import CertifyClosed, IssueNoDues, ReadNoDues, RevokeNoDues
from los_domain.loans.usecases.file import (
    AddComment,
    ChangeStatus,
    CorrectApplication,
    ListComments,
    ListReasons,
    ReadLoan,
    RemoveReason,
    SaveReason,
)
from los_domain.loans.usecases.rules import ListRules, SaveRule
from los_domain.loans.usecases.sanction import (
    AcceptOffer,
    ActOnDecision,
    Disclosure,
    LapseOffers,
    Sanction,
    Withdraw,
)
from los_domain.loans.usecases.show import ListOwnLoans, PrintKeyFacts, ReadKeyFacts, ReadOwnLoan
from los_domain.settings.ports import SettingsReader


@attrs.frozen
class LoansUseCases:
    """Loan rules, a loan from its application to its acceptance, and its file."""

    lists: LoanQueries
    rules: ListRules
    save_rule: SaveRule
    apply: Apply
    start_review: StartReview
    act_on_decision: ActOnDecision
    sanction: Sanction
    own: ListOwnLoans
    own_loan: ReadOwnLoan
    key_facts: ReadKeyFacts
    print_key_facts: PrintKeyFacts
    accept_offer: AcceptOffer
    withdraw: Withdraw
    lapse_offers: LapseOffers
    loan: ReadLoan
    change_status: ChangeStatus
    correct: CorrectApplication
    comment: AddComment
    comments: ListComments
    reasons: ListReasons
    save_reason: SaveReason
    remove_reason: RemoveReason


def build(
    core: Core,
    settings: SettingsReader,
    missing: MissingSteps,
    blocks: BlocksOn,
    lender: LenderOf,
    brand_name: BrandName,
    typesetter: Typesetter,
) -> LoansUseCases:
    """Wire loans."""
    begin, clock = core.postgres.begin, core.clock
    disclosure, key_facts = Disclosure(lender, settings), ReadKeyFacts(begin)
    return LoansUseCases(
        lists=LoanQueries(core.database),
        rules=ListRules(begin),
        save_rule=SaveRule(begin, core.wall),
        apply=Apply(begin, settings, missing, blocks, core.ids, clock, core.wall),
        start_review=StartReview(begin),
        act_on_decision=ActOnDecision(begin, disclosure, clock),
        sanction=Sanction(begin, disclosure, clock),
        own=ListOwnLoans(begin),
        own_loan=ReadOwnLoan(begin),
        key_facts=key_facts,
        print_key_facts=PrintKeyFacts(key_facts, typesetter, settings, brand_name),
        accept_offer=AcceptOffer(begin, clock),
        withdraw=Withdraw(begin, clock),
        lapse_offers=LapseOffers(begin, clock),
        loan=ReadLoan(begin),
        change_status=ChangeStatus(begin, clock),
        correct=CorrectApplication(begin),
        comment=AddComment(begin, core.ids, clock),
        comments=ListComments(begin),
        reasons=ListReasons(begin),
        save_reason=SaveReason(begin),
        remove_reason=RemoveReason(begin),
    )


@attrs.frozen
class CertificateUseCases:
    """No-dues certificates."""

    issue: IssueNoDues
    certify_closed: CertifyClosed
    revoke: RevokeNoDues
    read: ReadNoDues


def certificates(core: Core, parties: CertificateParties, typesetter: Typesetter, files: Files) -> CertificateUseCases:
    """Wire no-dues certificates."""
    begin, clock = core.postgres.begin, core.clock
    issue = IssueNoDues(begin, parties, typesetter, files, clock, core.ids)
    return CertificateUseCases(
        issue=issue,
        certify_closed=CertifyClosed(begin, issue),
        revoke=RevokeNoDues(begin, clock),
        read=ReadNoDues(begin, files),
    )
