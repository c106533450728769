"""The use cases of customers, wired."""

import attrs

from los_adapters.access.wiring import AccessUseCases
from los_adapters.core import Core
from los_adapters.customers.places import ListedPlaces
from los_adapters.customers.queries import CustomerQueries
from los_domain.brands.ports import Providers
from los_domain.customers.ports import NameScore
from los_domain.customers.usecases.blocklist import BlockIdentifier, LiftBlock, ListBlocks
from los_domain.customers.usecases.employment import CheckEmployment, ReadEmployment, StateEmployment
from los_domain.customers.usecases.profile import (
    ChangeDetails,
    FindOrMakePerson,
    GiveConsent,
    ListConsents,
    ReadDetails,
)
from los_domain.customers.usecases.sign_up import SendCode, VerifyCode
from los_domain.customers.usecases.status import ChangeStatus


@attrs.frozen
class CustomersUseCases:
    """Sign-up, profile, consents, work, and who a customer is across brands."""

    send_code: SendCode
    verify_code: VerifyCode
    details: ReadDetails
    change_details: ChangeDetails
    consent: GiveConsent
    consents: ListConsents
    state_employment: StateEmployment
    employment: ReadEmployment
    check_employment: CheckEmployment
    person: FindOrMakePerson
    lists: CustomerQueries
    block: BlockIdentifier
    lift_block: LiftBlock
    blocks: ListBlocks
    change_status: ChangeStatus


def build(core: Core, access: AccessUseCases, providers: Providers, name_score: NameScore) -> CustomersUseCases:
    """Wire customers."""
    begin, secrets = core.postgres.begin, core.secrets
    return CustomersUseCases(
        send_code=SendCode(begin, secrets, core.ids, core.wall),
        verify_code=VerifyCode(begin, access.open_session, secrets, core.ids, core.wall),
        details=ReadDetails(begin),
        change_details=ChangeDetails(begin, ListedPlaces(), core.clock),
        consent=GiveConsent(begin, core.ids, core.wall),
        consents=ListConsents(begin),
        state_employment=StateEmployment(begin, core.clock),
        employment=ReadEmployment(begin),
        check_employment=CheckEmployment(begin, providers, name_score, core.ids, core.clock, core.wall),
        person=FindOrMakePerson(begin, core.ids),
        lists=CustomerQueries(core.database, core.vault),
        block=BlockIdentifier(begin, core.ids, core.clock),
        lift_block=LiftBlock(begin, core.clock),
        blocks=ListBlocks(begin),
        change_status=ChangeStatus(begin),
    )
