"""The use cases of agreements, wired."""

import attrs

from los_adapters.agreements.signzy import contract_in
from los_adapters.core import Core
from los_domain.agreements.ports import AgreementFacts
from los_domain.agreements.usecases.prepare import PrepareAgreement, ResendAgreement
from los_domain.agreements.usecases.sign import Addresses, ListOpenAgreements, LookAtAgreement, SendAgreement
from los_domain.brands.ports import Providers
from los_domain.documents.ports import Files, Typesetter
from los_domain.settings.ports import SettingsReader


@attrs.frozen
class AgreementsUseCases:
    """Papers, from their printing to their signature."""

    prepare: PrepareAgreement
    send: SendAgreement
    look: LookAtAgreement
    resend: ResendAgreement
    open_ones: ListOpenAgreements

    def named_in(self, body: bytes) -> str:
        """Return the contract that a call-back speaks of, whoever sent it. Raises ValueError if it names none."""
        return contract_in(body)


def build(
    core: Core,
    *,
    facts: AgreementFacts,
    providers: Providers,
    files: Files,
    typesetter: Typesetter,
    pages: SettingsReader,
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
    )
