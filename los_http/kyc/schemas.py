"""Wire forms of identity."""

from typing import Annotated

import msgspec

from los_domain.customers.views import masked_name
from los_domain.kyc.model import AadhaarFact, MobileFact, PanFact
from los_domain.kyc.policy import shown_aadhaar
from los_domain.kyc.usecases.aadhaar import PasswordSent
from los_domain.kyc.usecases.pan import PanAnswer
from los_http.shared.consent import ConsentedIn
from los_http.shared.wire import In, OtpText, Out, PhoneText, instant


class PanIn(ConsentedIn, kw_only=True):
    """A PAN to be verified."""

    pan_number: Annotated[str, msgspec.Meta(min_length=10, max_length=14, examples=["ABCPD1234E"])]


class PanOut(Out):
    """A PAN as its authority registered it, masked."""

    pan: str
    name: str
    date_of_birth: str | None
    type: Annotated[str, msgspec.Meta(description="Individual or Company.")]
    status: str
    aadhaar_linked: bool | None
    source: str
    verified_at: str

    @classmethod
    def of(cls, fact: PanFact, *, whole: bool = True) -> "PanOut":
        """Present *fact*; not *whole*: without name and birth."""
        record = fact.record
        born = record.date_of_birth if whole else None
        return cls(
            pan=str(record.pan),
            name=record.name if whole else masked_name(record.name),
            date_of_birth=None if born is None else born.isoformat(),
            type="Individual" if record.is_individual else "Company",
            status=record.status.value,
            aadhaar_linked=record.aadhaar_linked,
            source=fact.found.source,
            verified_at=instant(fact.found.at),
        )


class PanAnswerOut(Out):
    """How the verification of a PAN stands. *pan* is there once it is verified, *reason* where it cannot be."""

    state: str
    is_verified: bool
    pan: PanOut | None = None
    check_id: str | None = None
    reason: str = ""

    @classmethod
    def of(cls, answer: PanAnswer) -> "PanAnswerOut":
        check = answer.check
        return cls(
            state="done" if check is None else check.state.value,
            is_verified=answer.fact is not None,
            pan=None if answer.fact is None else PanOut.of(answer.fact),
            check_id=None if check is None else str(check.id),
            reason="" if check is None else check.reason,
        )


class AadhaarIn(ConsentedIn, kw_only=True):
    """An Aadhaar number: it is passed on to UIDAI and never kept."""

    aadhaar_number: Annotated[str, msgspec.Meta(min_length=12, max_length=16, examples=["9999 4105 7058"])]


class AadhaarSentOut(Out):
    """UIDAI sent a password to the phone that it knows."""

    aadhaar: Annotated[str, msgspec.Meta(description="Masked.")]
    expires_in_seconds: int
    tries: int

    @classmethod
    def of(cls, sent: PasswordSent) -> "AadhaarSentOut":
        return cls(
            aadhaar=shown_aadhaar(sent.masked_number), expires_in_seconds=sent.expires_in_seconds, tries=sent.tries
        )


class AadhaarOtpIn(In):
    """The password that UIDAI sent."""

    otp: OtpText


class NamesOut(Out):
    """How far the names of PAN and Aadhaar agree, from 0 to 100, word by word."""

    score: int
    verdict: str
    explanation: list[str]


class AadhaarOut(Out):
    """An identity as UIDAI signed it, and how it agrees with the PAN."""

    aadhaar: Annotated[str, msgspec.Meta(description="Masked.")]
    name: str
    date_of_birth: str | None
    gender: str
    care_of: str
    address: str
    city: str
    state: str
    pincode: str
    has_photo: bool
    names: NamesOut
    birth_agrees: bool | None
    number_agrees: bool | None
    source: str
    verified_at: str

    @classmethod
    def of(cls, fact: AadhaarFact, *, whole: bool = True) -> "AadhaarOut":
        """Present *fact*; not *whole*: without names, birth and address."""
        record, names = fact.record, fact.names
        return cls(
            aadhaar=shown_aadhaar(record.masked_number),
            name=record.name if whole else masked_name(record.name),
            date_of_birth=record.date_of_birth.isoformat() if whole else None,
            gender=record.gender,
            care_of=record.care_of if whole else masked_name(record.care_of),
            address=record.address.line if whole else "",
            city=record.address.city,
            state=record.address.state,
            pincode=record.address.pincode,
            has_photo=fact.photo is not None,
            names=NamesOut(
                score=names.score, verdict=names.verdict.value, explanation=list(names.explanation) if whole else []
            ),
            birth_agrees=fact.birth_agrees,
            number_agrees=fact.number_agrees,
            source=fact.found.source,
            verified_at=instant(fact.found.at),
        )


class MobileIn(In):
    """A phone to be proved: without *otp* a code is sent to it, with *otp* the code is judged."""

    phone_number: PhoneText
    otp: OtpText | None = None


class MobileOut(Out):
    """How the proof of a phone stands."""

    is_verified: bool
    is_registered: Annotated[bool, msgspec.Meta(description="Whether it is the phone of the log-in.")] = False
    expires_in_seconds: int = 0
    resend_after_seconds: int = 0

    @classmethod
    def of(cls, fact: MobileFact) -> "MobileOut":
        return cls(is_verified=True, is_registered=fact.is_registered)
