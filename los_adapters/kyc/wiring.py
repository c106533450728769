"""The use cases of identity, wired."""

import attrs

from los_adapters.core import Core
from los_domain.brands.ports import Providers, SettingsReader
from los_domain.customers.usecases.profile import FindOrMakePerson
from los_domain.documents.ports import Files
from los_domain.kyc.ports import Lenders
from los_domain.kyc.usecases.aadhaar import StartAadhaar, SubmitAadhaar
from los_domain.kyc.usecases.accept import AcceptNames
from los_domain.kyc.usecases.mobile import ProveMobile
from los_domain.kyc.usecases.pan import ReadCheck, VerifyPan
from los_domain.kyc.usecases.read import ReadIdentity


@attrs.frozen
class KycUseCases:
    """PAN, Aadhaar and phones."""

    verify_pan: VerifyPan
    check: ReadCheck
    start_aadhaar: StartAadhaar
    submit_aadhaar: SubmitAadhaar
    prove_mobile: ProveMobile
    identity: ReadIdentity
    accept_names: AcceptNames


def build(
    core: Core,
    *,
    providers: Providers,
    settings: SettingsReader,
    files: Files,
    person: FindOrMakePerson,
    lenders: Lenders,
) -> KycUseCases:
    """Wire identity."""
    begin, ids, clock, wall = core.postgres.begin, core.ids, core.clock, core.wall
    return KycUseCases(
        verify_pan=VerifyPan(begin, providers, settings, person, lenders, ids, clock, wall),
        check=ReadCheck(begin),
        start_aadhaar=StartAadhaar(begin, providers, ids, wall),
        submit_aadhaar=SubmitAadhaar(begin, providers, files, settings, ids, clock, wall),
        prove_mobile=ProveMobile(begin, core.secrets, ids, clock, wall),
        identity=ReadIdentity(begin),
        accept_names=AcceptNames(begin, clock),
    )
