"""Those who act in a story, each over her own connection: the borrower with her web token, staff with a partner token."""

import secrets
from typing import Any, Final

import attrs

from los_cli.demo.ground import Ground, Staffer, logged_in
from los_cli.demo.outside import Outside, Persona
from los_cli.demo.wire import Line, until

_WEB: Final = "/api/v1/web"
CONSENT: Final = {"consentVersion": "2026-10", "consentLanguage": "en"}
# The smallest picture that is one: nobody looks at it, but its first bytes are read.
_PICTURE: Final = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300") + bytes([1] * 64) + b"\xff\xd9"


def fresh_key() -> dict[str, str]:
    """Return the header that makes a request safe to repeat."""
    return {"Idempotency-Key": secrets.token_urlsafe(16)}


@attrs.define
class Borrower:
    """One person with a phone, borrowing at one brand."""

    line: Line
    outside: Outside
    persona: Persona
    subdomain: str
    texts_read: int = 0

    @classmethod
    def of(cls, ground: Ground, persona: Persona) -> "Borrower":
        """Return *persona* before she has an account."""
        return cls(Line.to(ground.api), ground.outside, persona, ground.subdomain)

    @property
    def phone(self) -> str:
        """Her phone number."""
        return str(self.persona["phone"])

    def get(self, path: str, **query: Any) -> Any:
        """GET below ``/web``."""
        return self.line.get(f"{_WEB}{path}", **query)

    def post(self, path: str, body: Any = None, **asked: Any) -> Any:
        """POST below ``/web``."""
        return self.line.post(f"{_WEB}{path}", body, **asked)

    def get_if_any(self, path: str) -> Any:
        """GET below ``/web``; None where it does not exist (yet)."""
        return self.line.get_if_any(f"{_WEB}{path}")

    def asks_for_a_code(self) -> Any:
        """Ask for a code to sign up or log in with."""
        self.texts_read = len(self.outside.sms(self.phone))
        return self.post("/auth/register", {"brand": self.subdomain, "phoneNumber": self.phone})

    def proves_the_phone(self) -> None:
        """Type the code that came by SMS; from then on every request carries her token."""
        code = self.outside.code_for(self.phone, seen=self.texts_read)
        wish = {"brand": self.subdomain, "phoneNumber": self.phone, "otp": code, "device": "demo phone"}
        tokens = self.post("/auth/verify-otp", wish)
        self.line.headers["Authorization"] = f"Bearer {tokens['accessToken']}"

    def uploads(self, kind: str, content: bytes, content_type: str) -> str:
        """Upload a document through a link and return its id."""
        asked = self.post("/kyc/upload-document", {"type": kind, "contentType": content_type})
        upload = asked["upload"]
        self.line.put_file(upload["url"], upload["method"], upload["headers"], content)
        self.post(f"/kyc/documents/{asked['documentId']}/complete")
        return str(asked["documentId"])

    def uploads_a_selfie(self) -> str:
        """Upload a picture of herself."""
        return self.uploads("SELFIE", _PICTURE, "image/jpeg")

    def loan(self, loan_id: str) -> Any:
        """Return her loan as she sees it."""
        return self.get(f"/loans/{loan_id}")

    def waits_for_status(self, loan_id: str, *statuses: str, seconds: float = 60) -> Any:
        """Return her loan once it is in one of *statuses*."""
        what = f"the loan to become {' or '.join(statuses)}"
        return until(what, lambda: self.loan(loan_id), lambda loan: loan["status"] in statuses, seconds=seconds)


@attrs.define
class Staff:
    """A member of staff at work in one brand."""

    line: Line
    brand: str

    @classmethod
    def of(cls, ground: Ground, staffer: Staffer) -> "Staff":
        """Return *staffer*, logged in."""
        line = Line.to(ground.api)
        line.headers["Authorization"] = f"Bearer {logged_in(line, staffer)}"
        return cls(line, ground.brand)

    def get(self, path: str, **query: Any) -> Any:
        """GET below the brand."""
        return self.line.get(f"/api/v1/partner/brand/{self.brand}{path}", **query)

    def post(self, path: str, body: Any = None, **asked: Any) -> Any:
        """POST below the brand."""
        return self.line.post(f"/api/v1/partner/brand/{self.brand}{path}", body, **asked)

    def get_if_any(self, path: str) -> Any:
        """GET below the brand; None where it does not exist (yet)."""
        return self.line.get_if_any(f"/api/v1/partner/brand/{self.brand}{path}")
