"""The use cases of paying out, wired."""

import attrs

from los_adapters.core import Core
from los_adapters.disbursement.queries import PayoutQueries
from los_domain.brands.ports import Providers
from los_domain.disbursement.ports import Payees
from los_domain.disbursement.usecases.disburse import Disburse, DisburseSigned
from los_domain.disbursement.usecases.find_out import DecideFinding, ReadPayout, ReportFinding
from los_domain.disbursement.usecases.send import AskForPayout, FollowPayout, SendPayout
from los_domain.settings.ports import SettingsReader


@attrs.frozen
class DisbursementUseCases:
    """Paying out."""

    disburse: Disburse
    disburse_signed: DisburseSigned
    send: SendPayout
    ask: AskForPayout
    follow: FollowPayout
    read: ReadPayout
    report_finding: ReportFinding
    decide_finding: DecideFinding
    queries: PayoutQueries


def build(core: Core, banks: Providers, settings: SettingsReader, payees: Payees) -> DisbursementUseCases:
    """Wire paying out."""
    begin, clock = core.postgres.begin, core.clock
    disburse = Disburse(begin, payees, banks, settings, clock, core.ids)
    ask = AskForPayout(begin, banks, clock)
    return DisbursementUseCases(
        disburse=disburse,
        disburse_signed=DisburseSigned(begin, disburse, settings),
        send=SendPayout(begin, banks, payees, clock),
        ask=ask,
        follow=FollowPayout(begin, ask, clock),
        read=ReadPayout(begin),
        report_finding=ReportFinding(begin, clock),
        decide_finding=DecideFinding(begin, clock),
        queries=PayoutQueries(core.database),
    )
