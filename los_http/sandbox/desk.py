"""The desk a vendor's handler sits at during one call: its own papers and accounts, and the sandbox's clock, people, record and postbox."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from functools import partial
from typing import Any

import attrs

from los_http.sandbox import people
from los_http.sandbox.faults import AROUND_NOTICES, PENDING, flat
from los_http.sandbox.ledger import Ledger
from los_http.sandbox.vendor import ALPHANUMERICS, Account, Person, Vendor

INDIA = timezone(timedelta(hours=5, minutes=30))


@attrs.frozen
class VendorDesk:
    """The `los_http.sandbox.vendor.Desk` of *vendor* during *call* with these request *fields*. Used inside a `Ledger.work`."""

    vendor: Vendor
    ledger: Ledger
    call: str = ""
    fields: Mapping[str, str] = attrs.field(factory=dict)

    def now(self) -> datetime:
        return self.ledger.now()

    def wall(self) -> datetime:
        return self.ledger.wall()

    def today(self) -> date:
        return self.now().astimezone(INDIA).date()

    def accounts(self) -> Sequence[Account]:
        return self.ledger.accounts(self.vendor.name)

    def get(self, kind: str, key: str) -> dict[str, Any] | None:
        return self.ledger.paper(self.vendor.name, kind, key)

    def put(self, kind: str, key: str, paper: Mapping[str, Any]) -> None:
        self.ledger.keep_paper(self.vendor.name, kind, key, paper)

    def every(self, kind: str) -> list[dict[str, Any]]:
        return self.ledger.papers(self.vendor.name, kind)

    def record(self, kind: str, entry: Mapping[str, Any]) -> None:
        self.ledger.write_down(kind, self.vendor.name, entry)

    def token(self, length: int, alphabet: str = ALPHANUMERICS) -> str:
        return self.ledger.token(self.vendor.name, length, alphabet)

    def person(
        self, *, pan: str = "", phone: str = "", account_number: str = "", aadhaar: str = "", uan: str = ""
    ) -> Person | None:
        return people.find(pan=pan, phone=phone, account_number=account_number, aadhaar=aadhaar, uan=uan)

    def leaves_open(self) -> bool:
        return self.ledger.take_fault(self.vendor.name, self.call, self.fields, (PENDING,)) is not None

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, event: str, call: str, after: float = 0
    ) -> None:
        if not url:
            return
        try:
            fields = flat(json.loads(body))
        except ValueError:
            fields = {}
        fault = self.ledger.take_fault(self.vendor.name, call, fields, tuple(AROUND_NOTICES))
        kind = fault.kind if fault else ""
        if kind == "no_webhook":
            self.record("webhooks", {"event": event, "call": call, "url": url, "outcome": "withheld"})
            return
        send = partial(self.ledger.add_notice, self.vendor.name, url=url, payload=body, event=event, call=call)
        if kind == "forged_webhook":
            send(headers=self.vendor.forge(body, headers), after=after, forged=True)
        if kind == "late_webhook" and fault:
            after += fault.seconds
        for _ in range(2 if kind == "duplicate_webhook" else 1):
            send(headers=headers, after=after)
