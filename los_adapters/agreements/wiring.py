"""The use cases of agreements, wired."""

import attrs

from los_adapters.agreements.signzy import contract_in
from los_adapters.core import Core
from los_domain.agreements.ports import AgreementFacts
from los_domain.agreements.usecases.callback import NamedIn, ReceiveCallback
from los_domain.agreements.usecases.prepare import PrepareAgreement, ResendAgreement
from los_domain.agreements.usecases.read import ReadAgreement
from los_domain.agreements.usecases.sign import Addresses, ListOpenAgreements, LookAtAgreement, SendAgreement
from los_domain.brands.ports import Providers
from los_domain.documents.ports import Files, Typesetter
from los_domain.settings.ports import SettingsReader
from los_domain.shared.belonging import Belonging
from los_domain.shared.inbox import ReceiveWebhook


@attrs.frozen
class AgreementsUseCases:
    """Papers, from their printing to their signature."""

    prepare: PrepareAgreement
    send: SendAgreement
    look: LookAtAgreement
    resend: ResendAgreement
    open_ones: ListOpenAgreements
    read: ReadAgreement
    receive_callback: ReceiveCallback
    named_in: NamedIn


def build(
    core: Core,
    *,
    facts: AgreementFacts,
    providers: Providers,
    files: Files,
    typesetter: Typesetter,
    pages: SettingsReader,
    belonging: Belonging,
    receive: ReceiveWebhook,
) -> AgreementsUseCases:
    """Wire agreements."""
    begin, url = core.postgres.begin, core.settings.public_url
    prepare = PrepareAgreement(begin, facts, typesetter, files, pages, core.ids, core.clock)
    addresses = Addresses(callback_url=f"{url}/api/v1/webhook/esign", return_url=url)
    return AgreementsUseCases(
        prepare=prepare,
        send=SendAgreement(begin, facts, providers, files, pages, addresses, core.clock),
        look=LookAtAgreement(begin, providers, files, core.clock),
        resend=ResendAgreement(begin, prepare, core.clock),
        open_ones=ListOpenAgreements(begin),
        read=ReadAgreement(begin, files),
        receive_callback=ReceiveCallback(belonging, providers, receive, contract_in, vendors=("SIGNZY",)),
        named_in=contract_in,
    )
