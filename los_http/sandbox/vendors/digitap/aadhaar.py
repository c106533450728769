"""
The Aadhaar e-KYC by password: UIDAI texts six digits to the phone that is linked, Digitap trades them for the identity.

A password lives ten minutes of real time and may be tried three times. What is handed out once is not handed out again.
"""

import io
import zipfile
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

from los_http.sandbox.people import STATE_NAMES, verhoeff_digit
from los_http.sandbox.shape import Field, boolean, needed, optional, text
from los_http.sandbox.vendor import Answer, Desk, Person, Request
from los_http.sandbox.vendors.digitap import wire

LIFE_SECONDS = 600
MOST_TRIES = 3

START: Mapping[str, Field] = {
    "uniqueId": needed(wire.CLIENT_REF),
    "uid": needed(text(pattern="[0-9]{12}")),
}
SUBMIT: Mapping[str, Field] = {
    "transactionId": needed(text(least=1, most=100)),
    "fwdp": needed(text(least=1, most=200)),
    "codeVerifier": needed(text(least=1, most=200)),
    "otp": needed(text(pattern="[0-9]{6}")),
    "shareCode": needed(text(pattern="[0-9]{4}")),
    "validateXml": optional(boolean()),
    "isSendPdf": optional(boolean()),
}


def start(desk: Desk, request: Request) -> Answer:
    """Have a password texted."""
    said = wire.body_of(request, START)
    number = said["uid"]
    if number[0] in "01" or verhoeff_digit(number[:11]) != number[11]:
        raise wire.Refusal(400, "Invalid Aadhaar number")
    person = desk.person(aadhaar=number)
    if person is None:
        raise wire.Refusal(404, "No such Aadhaar number")
    otp = desk.token(6, wire.DIGITS)
    session = {
        "transactionId": desk.token(32, wire.LOWER_HEX),
        "fwdp": desk.token(40),
        "codeVerifier": desk.token(43),
    }
    kept = {"uniqueId": said["uniqueId"], "aadhaar": number, "otp": otp, "tries": 0, "at": desk.wall().timestamp()}
    desk.put("aadhaar", session["transactionId"], session | kept)
    desk.record(
        "sms",
        {
            "to": person.phone,
            "text": f"OTP for Aadhaar XX{number[-4:]} is {otp}, good for 10 minutes. UIDAI never asks for it by phone.",
            "header": "AADHAR",
            "messageId": session["transactionId"],
            "reference": said["uniqueId"],
            "parts": 1,
            "result": "000",
        },
    )
    return wire.model(session | {"uniqueId": said["uniqueId"]}, "OTP sent")


def submit(desk: Desk, request: Request) -> Answer:
    """Trade the password for the identity."""
    said = wire.body_of(request, SUBMIT)
    session = desk.get("aadhaar", said["transactionId"])
    if session is None or any(session[name] != said[name] for name in ("fwdp", "codeVerifier")):
        raise wire.Refusal(409, "Transaction expired or not known")
    if session["tries"] >= MOST_TRIES or desk.wall().timestamp() > session["at"] + LIFE_SECONDS:
        raise wire.Refusal(409, "Transaction expired")
    if said["otp"] != session["otp"]:
        desk.put("aadhaar", said["transactionId"], session | {"tries": session["tries"] + 1})
        raise wire.Refusal(400, "Invalid OTP")
    person = desk.person(aadhaar=session["aadhaar"])
    if person is None:
        raise wire.Refusal(404, "No such Aadhaar number")
    desk.put("aadhaar", said["transactionId"], session | {"tries": MOST_TRIES, "otp": ""})
    name = desk.token(24)
    desk.put("xml", name, {"aadhaar": session["aadhaar"], "at": desk.now().strftime("%Y%m%d%H%M%S000")})
    return wire.model(_identity(desk, person, session["uniqueId"], said, f"{request.base_url}/files/{name}.zip"))


def _identity(desk: Desk, person: Person, unique: str, said: Mapping[str, Any], link: str) -> dict[str, Any]:
    return {
        "uniqueId": unique,
        "referenceId": person.aadhaar[-4:] + desk.now().strftime("%Y%m%d%H%M%S000"),
        "adharNumber": "",
        "maskedAdharNumber": "xxxxxxxx" + person.aadhaar[-4:],
        "name": person.name,
        "gender": person.gender.upper(),
        "dob": person.date_of_birth.strftime("%d-%m-%Y"),
        "careOf": f"C/O {person.care_of}",
        "passCode": said["shareCode"],
        "link": link,
        "image": b64encode(portrait(person)).decode(),
        "isXmlValid": bool(said.get("validateXml")),
        "address": _address(person),
    }


def _address(person: Person) -> dict[str, str]:
    house, _, street = person.address_line.partition(" ")
    return {
        "house": house,
        "street": street,
        "landmark": "",
        "loc": "",
        "po": person.city,
        "dist": person.city,
        "subdist": "",
        "vtc": person.city,
        "pc": person.pin,
        "state": STATE_NAMES[person.state],
        "country": "India",
    }


def paper(desk: Desk, request: Request) -> Answer:
    """The offline XML, in a zip. It is neither locked nor signed: the sandbox has no key of UIDAI's."""
    kept = desk.get("xml", request.parts["name"].removesuffix(".zip"))
    person = desk.person(aadhaar=kept["aadhaar"]) if kept else None
    if kept is None or person is None:
        return wire.refused(404, "Not Found")
    who = {"name": person.name, "dob": person.date_of_birth.strftime("%d-%m-%Y"), "gender": person.gender[0]}
    where = {"careof": f"C/O {person.care_of}"} | _address(person)
    xml = (
        f"<OfflinePaperlessKyc referenceId={quoteattr(person.aadhaar[-4:] + kept['at'])}><UidData>"
        f"<Poi {_attributes(who)}/><Poa {_attributes(where)}/><Pht>{b64encode(portrait(person)).decode()}</Pht>"
        "</UidData></OfflinePaperlessKyc>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("offlineaadhaar.xml"), xml)
    return Answer(200, file.getvalue(), "application/zip")


def _attributes(named: Mapping[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(value)}" for name, value in named.items())


def portrait(person: Person) -> bytes:
    """Return a JPEG of eight by eight grey points, which names *person* in its comment: baseline, ITU-T T.81 annex B."""

    def segment(marker: int, content: bytes) -> bytes:
        return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content

    one_code = bytes((1, *[0] * 15, 0))  # a table with a single code of one bit, for the value 0
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xFE, person.name.encode()),
            segment(0xDB, bytes((0, *[1] * 64))),
            segment(0xC0, bytes((8, 0, 8, 0, 8, 1, 1, 0x11, 0))),
            segment(0xC4, b"\x00" + one_code),
            segment(0xC4, b"\x10" + one_code),
            segment(0xDA, bytes((1, 1, 0, 0, 63, 0))),
            b"\x3f\xff\xd9",
        )
    )
