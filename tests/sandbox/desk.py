"""A desk in memory, and a caller of a vendor's routes: what a vendor says is tested here, how it is carried elsewhere."""

import copy
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import attrs

from los_http.sandbox.vendor import ALPHANUMERICS, Account, Answer, Person, Request, Vendor

INDIA = timezone(timedelta(hours=5, minutes=30))
START = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


@attrs.frozen
class Persona:
    """A person as the sandbox knows one."""

    pan: str = "ZZZPD0001A"
    phone: str = "9000000001"
    first_name: str = "Anaya"
    last_name: str = "Deshmukh"
    date_of_birth: date = date(1988, 3, 14)
    gender: str = "Female"
    address_line: str = "Flat 12 Sample Heights Baner Road"
    city: str = "Pune"
    state: str = "MH"
    pin: str = "411045"
    account_number: str = "50100000001001"
    ifsc: str = "SBXB0000411"
    bank: str = "DEMO BANK"
    bureau: str = "prime"
    statement: str = "stable-salary"
    seed: int | None = None
    scale: int = 10

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


ANAYA = Persona()
ROHIT = Persona(
    pan="ZZZPK0002B",
    phone="9000000002",
    first_name="Rohit",
    last_name="Kujur",
    account_number="50100000002002",
    ifsc="SBXB0000834",
    bureau="thin-file-ntc",
    statement="gig-income",
)


@attrs.frozen
class Posted:
    url: str
    body: bytes
    headers: Mapping[str, str]
    event: str
    call: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@attrs.define
class MemoryDesk:
    """Keeps papers in dictionaries; both clocks stand until moved."""

    people: tuple[Person, ...] = (ANAYA, ROHIT)
    business: datetime = START
    real: datetime = START
    open_accounts: list[Account] = attrs.field(factory=list)
    papers: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    recorded: dict[str, list[dict[str, Any]]] = attrs.field(factory=dict)
    posted: list[Posted] = attrs.field(factory=list)
    count: int = 0
    next_is_left_open: bool = False

    def now(self) -> datetime:
        return self.business

    def wall(self) -> datetime:
        return self.real

    def today(self) -> date:
        return self.business.astimezone(INDIA).date()

    def accounts(self) -> list[Account]:
        return self.open_accounts

    def get(self, kind: str, key: str) -> dict[str, Any] | None:
        return copy.deepcopy(self.papers.get(kind, {}).get(key))

    def put(self, kind: str, key: str, paper: Mapping[str, Any]) -> None:
        self.papers.setdefault(kind, {})[key] = json.loads(json.dumps(paper))

    def every(self, kind: str) -> list[dict[str, Any]]:
        return copy.deepcopy(list(self.papers.get(kind, {}).values()))

    def record(self, kind: str, entry: Mapping[str, Any]) -> None:
        self.recorded.setdefault(kind, []).append(json.loads(json.dumps(entry)))

    def token(self, length: int, alphabet: str = ALPHANUMERICS) -> str:
        self.count += 1
        letters, left = "", self.count
        for _ in range(length):
            left, place = divmod(left, len(alphabet))
            letters += alphabet[place]
        return letters

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, event: str, call: str, after: float = 0
    ) -> None:
        if url:
            self.posted.append(Posted(url, body, dict(headers), event, call))

    def person(
        self, *, pan: str = "", phone: str = "", account_number: str = "", aadhaar: str = "", uan: str = ""
    ) -> Person | None:
        for person in self.people:
            if (pan, phone, account_number) in {
                (person.pan, "", ""),
                ("", person.phone, ""),
                ("", "", person.account_number),
            }:
                return person
        return None

    def leaves_open(self) -> bool:
        armed, self.next_is_left_open = self.next_is_left_open, False
        return armed

    def open(self, vendor: Vendor, webhook_url: str = "http://lender/hook") -> Account:
        account = vendor.new_account(f"acc{len(self.open_accounts)}", f"http://sandbox/{vendor.name}", self.token)
        self.open_accounts.append(attrs.evolve(account, webhook_url=webhook_url))
        return self.open_accounts[-1]

    def later(self, *, seconds: float = 0, days: int = 0) -> None:
        self.real += timedelta(seconds=seconds)
        self.business += timedelta(seconds=seconds, days=days)

    def ask(
        self,
        vendor: Vendor,
        method: str,
        path: str,
        body: bytes | Any = b"",
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request to the route that takes it. Raises LookupError if none does."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        for route in sorted(vendor.routes, key=lambda route: route.path.count("{")):
            parts = _parts(route.path, path)
            if route.method == method and parts is not None:
                lowered = {name.lower(): value for name, value in (headers or {}).items()}
                return route.handle(
                    self,
                    Request(method, path, raw, lowered, query or {}, parts, f"http://sandbox/{vendor.name}"),
                )
        raise LookupError(f"{vendor.name} takes no {method} {path}")


def _parts(template: str, path: str) -> dict[str, str] | None:
    wanted, given = template.split("/"), path.split("/")
    if len(wanted) != len(given):
        return None
    parts = {}
    for want, got in zip(wanted, given, strict=True):
        if want.startswith("{"):
            parts[want[1:-1]] = got
        elif want != got:
            return None
    return parts
