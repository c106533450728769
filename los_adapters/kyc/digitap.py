"""
Digitap identity look-ups. Ports: PanVerifier, AadhaarKyc.  Shared: los_adapters/wire/digitap.py.  Seen in public integrations, 2026-07.

    PAN                     POST svc {pan_path}              {client_ref_num, pan}; 12 s and more
      .name                 fullname, else first_name middle_name last_name
      .status               pan_status                       setting ``pan_words``; another word is UNKNOWN
      .date_of_birth        dob                              DD/MM/YYYY
      .is_individual        pan_type                         "Individual" or "Person"; where empty, the PAN's fourth letter
      .aadhaar_linked       aadhaar_linked                   boolean, or "Y"/"N"
      .masked_aadhaar       aadhaar_number                   masked again whatever comes
      .address              address.{building_name, street_name, locality, city, state, pincode}
    Aadhaar start           POST svc {aadhaar_start_path}    {uniqueId, uid}; the path is misspelt at the vendor
      .state                model.{transactionId, fwdp, codeVerifier}
    Aadhaar submit          POST svc {aadhaar_submit_path}   {transactionId, fwdp, codeVerifier, otp, shareCode, validateXml}
      Outcome               code: a string inside HTTP 200   "200", else setting ``aadhaar_codes`` *inferred*, else as an HTTP status
      .masked_number        model.{maskedAdharNumber | adharNumber}   may be whole on the wire: masked here, dropped here
      .date_of_birth        model.dob                        DD-MM-YYYY
      .care_of              model.careOf
      .address              model.address.{house, street, landmark, loc, po, vtc | dist, state, pc}
      .photo                model.image                      base64 JPEG
      .signature_valid      model.isXmlValid
"""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import attrs

from los_adapters.wire.codes import outcome_of
from los_adapters.wire.digitap import SHARED_FACTS, DigitapConfig, ask, envelope_outcome, http_outcome
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact, Provider
from los_adapters.wire.reading import day, first, section, text, word, yes
from los_domain.brands.providers import ProviderKind
from los_domain.kyc.model import AadhaarRecord, AadhaarSession, Address, PanRecord, PanStatus
from los_domain.kyc.policy import masked_aadhaar
from los_domain.shared.identifiers import Aadhaar, Pan
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Done, NotSent, Outcome, Refused, RefusedFor, Unknown

GENDERS = {
    "m": "male",
    "male": "male",
    "f": "female",
    "female": "female",
    "t": "other",
    "transgender": "other",
    "other": "other",
}
INDIVIDUALS = frozenset({"individual", "person"})
STATE = ("transactionId", "fwdp", "codeVerifier")


def pan_from_wire(
    result: Mapping[str, Any], pan: Pan, words: Mapping[str, PanStatus], request_id: str = ""
) -> Outcome[PanRecord]:
    """Return the PAN as registered, or Unknown where the answer names another PAN or nobody."""
    if text(result.get("pan")).upper() != pan.value:
        return Unknown("the answer is about another PAN")
    parts = (text(result.get(name)) for name in ("first_name", "middle_name", "last_name"))
    name = text(result.get("fullname")) or " ".join(part for part in parts if part)
    if not name:
        return Unknown("the answer names nobody")
    kind = text(result.get("pan_type")).lower()
    record = PanRecord(
        pan=pan,
        status=words.get(text(result.get("pan_status")).lower(), PanStatus.UNKNOWN),
        name=name,
        date_of_birth=day(result.get("dob"), ("%d/%m/%Y",)),
        is_individual=kind in INDIVIDUALS if kind else pan.is_individual,
        gender=GENDERS.get(text(result.get("gender")).lower(), ""),
        aadhaar_linked=yes(result.get("aadhaar_linked")),
        masked_aadhaar=masked_aadhaar(text(result.get("aadhaar_number"))),
        address=_address(
            section(result.get("address")), ("building_name", "street_name", "locality"), ("city",), "pincode"
        ),
    )
    return Done(record, request_id)


def session_from_wire(model: Mapping[str, Any]) -> Outcome[AadhaarSession]:
    """Return the open request, or Unknown where a part that has to be sent back is missing."""
    state = tuple((name, word(model.get(name))) for name in STATE)
    if not all(value for _, value in state):
        return Unknown("the answer opens no request")
    return Done(AadhaarSession(state), dict(state)["transactionId"])


def identity_from_wire(model: Mapping[str, Any]) -> Outcome[AadhaarRecord]:
    """Return the identity, or Unknown where name, date of birth or number is unreadable. No whole number leaves this function."""
    name, born = text(model.get("name")), day(model.get("dob"), ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d"))
    number = masked_aadhaar(first(model, "maskedAdharNumber", "adharNumber"))
    if not name or born is None or not number:
        return Unknown("the answer names nobody, no day of birth or no number")
    record = AadhaarRecord(
        name=name,
        date_of_birth=born,
        gender=GENDERS.get(text(model.get("gender")).lower(), ""),
        masked_number=number,
        care_of=text(model.get("careOf")),
        address=_address(
            section(model.get("address")), ("house", "street", "landmark", "loc", "po"), ("vtc", "dist"), "pc"
        ),
        photo=_photo(model.get("image")),
        signature_valid=yes(model.get("isXmlValid")),
    )
    return Done(record, first(model, "referenceId", "uniqueId"))


def aadhaar_outcome(reply: Reply, config: DigitapConfig, *, submitting: bool) -> Outcome[Mapping[str, Any]]:
    """
    Return the model of an answer of code "200", else what its code, or for want of one the HTTP status, means.

    *submitting*: the password may be used up, so that a source which cannot answer leaves the state open.
    """
    body = reply.object()
    code = word(body.get("code"))
    if not code:
        return (
            Unknown("the answer has no code") if reply.status == 200 else http_outcome(reply, config, effect=submitting)
        )
    if code == "200":
        model = body.get("model")
        if reply.status != 200:
            return http_outcome(reply, config, effect=submitting)
        return Done(model) if isinstance(model, dict) else Unknown("the answer says yes and holds nothing")
    if submitting and code in config.wrong_otp_codes:
        return Refused(RefusedFor.WRONG_OTP, code, "the one-time password is wrong")
    if code in config.aadhaar_codes:
        return outcome_of(config.aadhaar_codes[code], code, f"Digitap answered code {code}")
    return http_outcome(reply, config, status=code, effect=submitting)


def _address(body: Mapping[str, Any], lines: tuple[str, ...], cities: tuple[str, ...], pincode: str) -> Address:
    said = (word(body.get(name)) for name in lines)
    return Address(
        line=", ".join(dict.fromkeys(part for part in said if part)),
        city=first(body, *cities),
        state=text(body.get("state")),
        pincode=first(body, pincode),
    )


def _photo(value: Any) -> bytes | None:
    try:
        return b64decode("".join(text(value).split()), validate=True) or None
    except (binascii.Error, ValueError):
        return None


@attrs.frozen
class DigitapKyc:
    """Digitap's identity look-ups."""

    config: DigitapConfig
    wire: Wire

    def verify(self, pan: Pan, *, ref: VendorRef) -> Outcome[PanRecord]:
        """Look a PAN up."""
        config = self.config
        body = {"client_ref_num": str(ref), "pan": pan.value}
        seconds = config.kyc_read_seconds
        reply = ask(self.wire, config, config.kyc_auth, config.kyc_url + config.pan_path, body, read_seconds=seconds)
        if isinstance(reply, NotSent | Unknown):
            return reply
        return envelope_outcome(
            reply, config, lambda result, id_: pan_from_wire(result, pan, config.pan_words, id_), ref=ref
        )

    def send_otp(self, number: Aadhaar, *, ref: VendorRef) -> Outcome[AadhaarSession]:
        """Have UIDAI send a password. The number goes from memory to the wire and nowhere else."""
        body = {"uniqueId": str(ref), "uid": number.value}
        answer = self._aadhaar(self.config.aadhaar_start_path, body, submitting=False)
        return session_from_wire(answer.value) if isinstance(answer, Done) else answer

    def submit_otp(self, session: AadhaarSession, otp: str, *, ref: VendorRef) -> Outcome[AadhaarRecord]:
        """Trade the password for the signed identity."""
        body: dict[str, Any] = {**dict(session.state), "otp": otp, "shareCode": self.config.share_code}
        body["validateXml"] = self.config.validate_xml
        answer = self._aadhaar(self.config.aadhaar_submit_path, body, submitting=True)
        return identity_from_wire(answer.value) if isinstance(answer, Done) else answer

    def _aadhaar(self, path: str, body: Mapping[str, Any], *, submitting: bool) -> Outcome[Mapping[str, Any]]:
        config = self.config
        url, seconds = config.aadhaar_url + path, config.aadhaar_read_seconds
        reply = ask(self.wire, config, config.aadhaar_auth, url, body, read_seconds=seconds)
        return reply if isinstance(reply, NotSent | Unknown) else aadhaar_outcome(reply, config, submitting=submitting)


PROVIDER = Provider(
    name="DIGITAP",
    kinds=frozenset({ProviderKind.KYC}),
    config=DigitapConfig,
    build=DigitapKyc,
    facts=(
        *SHARED_FACTS,
        Fact("verify", "POST /validation/kyc/v1/pan_details_plus", Evidence.SEEN, "pan_path"),
        Fact("PanRecord.status", "pan_status: 'Active and operative'", Evidence.SEEN, "pan_words"),
        Fact("PanRecord.status", "pan_status: every other word", Evidence.INFERRED, "pan_words"),
        Fact(
            "send_otp",
            "POST /ent/v3/kyc/intiate-kyc-auto",
            Evidence.SEEN,
            "aadhaar_start_path",
            "misspelt at the vendor",
        ),
        Fact("submit_otp", "POST /ent/v3/kyc/submit-otp", Evidence.SEEN, "aadhaar_submit_path"),
        Fact(
            "credentials for Aadhaar",
            "Authorization: base64(id:secret)",
            Evidence.SEEN,
            "aadhaar_auth",
            "or with Basic",
        ),
        Fact("Aadhaar codes but 200", "code", Evidence.INFERRED, "aadhaar_codes"),
        Fact("wrong password", "code 400 of submit-otp", Evidence.INFERRED, "wrong_otp_codes"),
        Fact("share code", "shareCode, four digits", Evidence.SEEN, "share_code"),
    ),
    try_calls={"verify_pan": lambda kyc: kyc.verify(Pan("ZZZPN0103N"), ref=VendorRef("A" * 20))},
)
