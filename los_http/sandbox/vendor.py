"""
What a simulated vendor is made of, and what the sandbox hands it.

A vendor is a `Vendor` value named ``VENDOR`` in its module under ``vendors/``: routes below ``/<name>``, acts (what a
person does on the vendor's own pages) and a maker of credentials. Handlers run one at a time for each vendor inside
one transaction of the sandbox's store: what they put, record and post is kept together or, if they raise, not at all.
They never see a fault: the sandbox applies those around them.
"""

import json
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

import attrs

ALPHANUMERICS = string.ascii_letters + string.digits


class Person(Protocol):
    """A persona, known alike to every vendor."""

    @property
    def pan(self) -> str: ...
    @property
    def phone(self) -> str:
        """Ten digits."""

    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def date_of_birth(self) -> date: ...
    @property
    def gender(self) -> str:
        """``Female`` or ``Male``."""

    @property
    def address_line(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def state(self) -> str:
        """Two letters."""

    @property
    def pin(self) -> str: ...
    @property
    def account_number(self) -> str: ...
    @property
    def ifsc(self) -> str: ...
    @property
    def bank(self) -> str: ...
    @property
    def bureau(self) -> str:
        """One of `bureau_data.CLASSES`."""

    @property
    def statement(self) -> str:
        """One of `statement_data.CLASSES`."""

    @property
    def seed(self) -> int | None:
        """None for the named personas."""

    @property
    def scale(self) -> int:
        """How much money the statement moves, in tenths of its class as drawn."""

    @property
    def monthly_income(self) -> int:
        """Whole rupees, as the statement shows them."""

    @property
    def aadhaar(self) -> str:
        """Twelve digits with their check digit."""

    @property
    def email(self) -> str: ...
    @property
    def employer(self) -> str:
        """As the statement's salary credits name it; empty for who has none."""

    @property
    def uan(self) -> str:
        """Twelve digits; empty for who has no provident fund."""

    @property
    def months_employed(self) -> int: ...
    @property
    def care_of(self) -> str:
        """Father's or husband's name."""


@attrs.frozen
class Account:
    """One lender's account at a vendor. *credentials* are what it was handed; *kept* is what only the vendor knows."""

    id: str
    vendor: str
    credentials: Mapping[str, str]
    webhook_url: str = ""
    kept: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class Request:
    """A request as it arrived. *path* is below the vendor's name, header names are in lower case."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = attrs.field(factory=dict)
    query: Mapping[str, str] = attrs.field(factory=dict)
    parts: Mapping[str, str] = attrs.field(factory=dict)
    """What stood in the braces of the route."""
    base_url: str = ""
    """The vendor's own address as the caller reached it, such as ``http://127.0.0.1:9000/razorpay``."""


@attrs.frozen
class Answer:
    """What the vendor says."""

    status: int
    body: bytes = b""
    media_type: str = "application/json"
    headers: Mapping[str, str] = attrs.field(factory=dict)

    @classmethod
    def of(cls, value: Any, status: int = 200) -> "Answer":
        """Return *value* as JSON without spaces."""
        return cls(status, json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


class Desk(Protocol):
    """What a handler works with: the vendor's accounts, papers, clocks, people, and its postbox."""

    def now(self) -> datetime:
        """Business time, aware: the wall clock moved by the sandbox's offset."""

    def wall(self) -> datetime:
        """Real time, aware: for token lives and settling."""

    def today(self) -> date:
        """The day of `now` in India."""

    def accounts(self) -> Sequence[Account]:
        """Every account at this vendor, oldest first."""

    def get(self, kind: str, key: str) -> dict[str, Any] | None:
        """Return the paper of *kind* under *key*, a copy."""

    def put(self, kind: str, key: str, paper: Mapping[str, Any]) -> None:
        """Keep or replace a paper."""

    def every(self, kind: str) -> list[dict[str, Any]]:
        """Every paper of *kind*, in the order first kept."""

    def record(self, kind: str, entry: Mapping[str, Any]) -> None:
        """Write down for good what the vendor did; shown by ``GET /_sandbox/record/<kind>``."""

    def token(self, length: int, alphabet: str = ALPHANUMERICS) -> str:
        """Return characters nothing else was named by; the same ones for the same seed and history."""

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, event: str, call: str, after: float = 0
    ) -> None:
        """
        Have *body* posted to *url*, at least once, with the vendor's patience for failures. *event* identifies it (a
        doubled one carries the same), *call* is the kind of event, by which faults are armed. It leaves *after*
        seconds of real time. No URL: nothing is sent.
        """

    def person(
        self, *, pan: str = "", phone: str = "", account_number: str = "", aadhaar: str = "", uan: str = ""
    ) -> Person | None:
        """Return the persona who has all that is named."""

    def leaves_open(self) -> bool:
        """
        Whether a ``pending`` was armed for this call, and is now used up: the matter is taken on and not decided. To
        be asked once, at the point where the vendor decides; `Vendor.open_calls` names the calls that ask.
        """


Handler = Callable[[Desk, Request], Answer]
Act = Callable[[Desk, Mapping[str, Any]], Mapping[str, Any]]


class ActRefused(Exception):
    """What was to be done on the vendor's page cannot be done; the message says why."""


@attrs.frozen
class Route:
    """*call* is the name by which faults are armed and calls are recorded; *path* may hold ``{names}`` of single segments."""

    call: str
    method: str
    path: str
    handle: Handler


@attrs.frozen
class Vendor:
    """One outside system."""

    name: str
    routes: tuple[Route, ...]
    new_account: Callable[[str, str, Callable[[int], str]], Account]
    """
    From our own id for the account, the vendor's base URL and a maker of letters and digits; the webhook URL is added
    by the sandbox.
    """
    refusal: Callable[[str], Answer]
    """The vendor's definite no, for an armed ``refuse``; takes the name of the call."""
    acts: Mapping[str, Act] = attrs.field(factory=dict)
    forge: Callable[[bytes, Mapping[str, str]], Mapping[str, str]] = lambda body, headers: headers
    """The headers somebody without the secret would send along with *body*."""
    open_calls: frozenset[str] = frozenset()
    """Calls that ask `Desk.leaves_open`."""
    options: Mapping[str, str] = attrs.field(factory=dict)
    """What may be agreed on when an account is opened, by name, each with what holds unless said; lands in `Account.kept`."""
    coded_refusal: Callable[[str, str], Answer] | None = None
    """As `refusal`, with the vendor's own code for it; None where the vendor has no codes."""
    limited: Callable[[int], Answer] | None = None
    """The vendor's way to say that calls come too fast, for so many seconds; None for 429 with Retry-After."""
    references: tuple[str, ...] = ()
    """Fields that may hold the caller's own reference, the telling one first; on the record of calls as ``reference``."""
    read: Callable[[Desk, Request], Mapping[str, Any]] | None = None
    """What a request says, for the match of a fault and the record, where its body is not plain JSON or a form."""
