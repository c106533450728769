"""The outside: the sandbox's people, phones, mailboxes and vendors, and its own record of what they did."""

import re
from collections.abc import Mapping
from typing import Any

import attrs

from los_cli.demo.wire import Line, Unexpected, until

Persona = Mapping[str, Any]


@attrs.frozen
class Outside:
    """The sandbox, seen by whoever runs it."""

    line: Line

    def persona(self, seed: int, kind: str = "prime") -> Persona:
        """Return what the person of *seed* knows about herself: identity numbers, phone, account, employer."""
        found: Persona = self.line.get("/_sandbox/personas", **{"seed": seed, "class": kind})
        return found

    def account(self, vendor: str, webhook_url: str = "", secret_path: str = "") -> dict[str, Any]:
        """Open a lender's account at *vendor* and return its credentials."""
        wish = {"vendor": vendor, "webhookUrl": webhook_url, "secretPath": secret_path}
        return dict(self.line.post("/_sandbox/accounts", wish))

    def arm(self, vendor: str, kind: str, **more: Any) -> None:
        """Give *vendor* a bad day."""
        self.line.post("/_sandbox/faults", {"vendor": vendor, "kind": kind, **more})

    def disarm(self) -> None:
        """Let every vendor work again."""
        self.line.ask("DELETE", "/_sandbox/faults")

    def act(self, vendor: str, verb: str, **body: Any) -> Any:
        """Do what a borrower does at a vendor: pay, sign."""
        return self.line.post(f"/_sandbox/act/{vendor}/{verb}", body)

    def record(self, kind: str, **wanted: Any) -> list[dict[str, Any]]:
        """Return the sandbox's own record of what its vendors did."""
        return list(self.line.get(f"/_sandbox/record/{kind}", **wanted)["items"])

    def sms(self, phone: str) -> list[dict[str, Any]]:
        """Return the texts that reached *phone*, oldest first."""
        return [one for one in self.line.get("/_sandbox/outbox/sms")["items"] if str(one["to"]).endswith(phone)]

    def mails(self, address: str) -> list[dict[str, Any]]:
        """Return the mails that reached *address*, oldest first."""
        return [one for one in self.line.get("/_sandbox/outbox/mail")["items"] if one["to"] == address]

    def code_for(self, phone: str, *, seen: int) -> str:
        """Return the code in the first SMS to *phone* beyond the *seen* ones."""
        texts = until("an SMS with a code", lambda: self.sms(phone), lambda found: len(found) > seen)
        code = re.search(r"\b(\d{6})\b", texts[seen]["text"])
        if code is None:
            raise Unexpected("the SMS has no code of six digits")
        return code[1]

    def aadhaar_code(self, aadhaar: str) -> str:
        """Return the password that UIDAI's SMS brought to the phone of *aadhaar*."""
        found = until("UIDAI's SMS", lambda: self.record("aadhaar-otps", aadhaar=aadhaar))
        return str(found[-1]["otp"])

    def statement(self, phone: str, months: int, password: str) -> bytes:
        """Return the bank statement she downloads from her bank."""
        return self.line.fetch(f"/_sandbox/personas/{phone}/statement.pdf?months={months}&password={password}")
