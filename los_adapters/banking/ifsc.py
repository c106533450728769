"""
IFSC to bank and branch. Port: IfscDirectory.  Data: github.com/razorpay/ifsc v2.0.59, public domain; service: ifsc.razorpay.com.

    list           ifsc_data/IFSC.json            {bank code: [branch, …]}; an all-digit branch is a number without its leading zeros
                   ifsc_data/banknames.json       {bank code: name}
                   ifsc_data/sublet.json          {ifsc: code of the small bank that uses it}
                   ifsc_data/custom-sublets.json  {prefix: the same}; the longest prefix holds
                   ifsc_data/banks.json           {bank code: {upi?, nach_debit, …}}; unknown keys mean nothing
    service        GET {look_up_url}/{IFSC}       no key; upper-case names; strings may be empty or null
      200          BRANCH, CITY, DISTRICT, STATE, MICR, BANK, BANKCODE, NEFT, RTGS, IMPS, UPI
      404          unknown there *from memory*    all else: no answer, the list decides

    in the list    service          Done, with the service's address where it gave one
    not listed     200 for it       Done, source SERVICE: the list is older than the branch
    not listed     404, none        NoRecord

A refresh copies the five files of a release as they are and changes ``VERSION``.
"""

import json
import threading
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import attrs

from los_adapters.wire.config import address, between
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact
from los_adapters.wire.reading import first, section, text, yes
from los_domain.banking.model import Branch, BranchSource
from los_domain.shared.identifiers import Ifsc
from los_domain.shared.outcome import Done, NoRecord, Outcome

VERSION = "razorpay-ifsc 2.0.59"
MOST_REMEMBERED = 10_000


def _address_or_nothing(instance: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if value:
        address(instance, attribute, value)


@attrs.frozen
class IfscConfig:
    """Without a service the list alone answers, and no address of a branch is known."""

    look_up_url: str = attrs.field(default="", validator=_address_or_nothing)
    """``https://ifsc.razorpay.com``, or one's own server of the same interface."""
    seconds: float = attrs.field(default=3.0, validator=between(0.1, 30))
    remembered_days: float = attrs.field(default=30.0, validator=between(0, 365))


@attrs.frozen
class BranchList:
    """The list, packed: per bank its numbered branches in order, and the others by their six characters."""

    numbered: Mapping[str, "array[int]"]
    lettered: Mapping[str, frozenset[str]]
    names: Mapping[str, str]
    sublets: Mapping[str, str]
    prefixes: Mapping[str, str]
    banks: Mapping[str, Mapping[str, Any]]

    def holds(self, ifsc: Ifsc) -> bool:
        """Return whether the list knows the branch."""
        place = ifsc.value[5:]
        if not place.isdigit():
            return place in self.lettered.get(ifsc.bank_code, frozenset())
        numbers = self.numbered.get(ifsc.bank_code, array("I"))
        at = bisect_left(numbers, int(place))
        return at < len(numbers) and numbers[at] == int(place)

    def bank_of(self, ifsc: Ifsc) -> str:
        """Return the code of the bank that an account with this IFSC is with."""
        if ifsc.value in self.sublets:
            return self.sublets[ifsc.value]
        fitting = [prefix for prefix in self.prefixes if ifsc.value.startswith(prefix)]
        return self.prefixes[max(fitting, key=len)] if fitting else ifsc.bank_code

    def branch(self, ifsc: Ifsc) -> Branch:
        """Return what the list says of a branch, known or not."""
        code = self.bank_of(ifsc)
        bank = section(self.banks.get(code))
        return Branch(
            ifsc=ifsc,
            bank_code=code,
            bank=self.names.get(code, ""),
            source=BranchSource.LIST,
            dataset=VERSION,
            upi=bool(bank.get("upi")) if bank else None,
            nach_debit=yes(bank.get("nach_debit")),
        )


@cache
def branch_list() -> BranchList:
    """Read the list that ships with the system, once a process."""

    def read(name: str) -> Any:
        return json.loads(files("los_adapters.banking").joinpath("ifsc_data", name).read_bytes())

    branches = read("IFSC.json")
    return BranchList(
        numbered={bank: array("I", sorted(b for b in held if isinstance(b, int))) for bank, held in branches.items()},
        lettered={bank: frozenset(b for b in held if isinstance(b, str)) for bank, held in branches.items()},
        names=read("banknames.json"),
        sublets=read("sublet.json"),
        prefixes=read("custom-sublets.json"),
        banks=read("banks.json"),
    )


def branch_from_wire(body: Mapping[str, Any], listed: Branch, *, known: bool) -> Branch | None:
    """Return *listed* with what the service adds, or None where the answer is about another branch. *known*: the list holds it."""
    if text(body.get("IFSC")).upper() != listed.ifsc.value:
        return None
    upi = yes(body.get("UPI"))
    return attrs.evolve(
        listed,
        bank=listed.bank or text(body.get("BANK")),
        source=BranchSource.LIST if known else BranchSource.SERVICE,
        branch=text(body.get("BRANCH")),
        city=first(body, "CITY", "CENTRE"),
        district=text(body.get("DISTRICT")),
        state=text(body.get("STATE")),
        micr=text(body.get("MICR")),
        neft=yes(body.get("NEFT")),
        rtgs=yes(body.get("RTGS")),
        imps=yes(body.get("IMPS")),
        upi=listed.upi if upi is None else upi,
    )


@attrs.define
class IfscBranches:
    """The list, and the service behind it where one is set. Answers of the service are remembered in the process."""

    config: IfscConfig
    wire: Wire
    now: Callable[[], float] = time.monotonic
    _remembered: dict[str, tuple[float, Branch]] = attrs.field(factory=dict, init=False, repr=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    def lookup(self, ifsc: Ifsc) -> Outcome[Branch]:
        """Look a branch up."""
        held = branch_list()
        known, listed = held.holds(ifsc), held.branch(ifsc)
        told = self._from_service(ifsc, listed, known=known)
        if told is not None:
            return Done(told)
        if known:
            return Done(listed)
        if ifsc.bank_code not in held.numbered:
            return NoRecord(
                "no bank uses this code now; the bank may have merged: look at a recent cheque or the bank's app"
            )
        return NoRecord("the bank has no such branch in our list; look at a recent cheque or the bank's app")

    def _from_service(self, ifsc: Ifsc, listed: Branch, *, known: bool) -> Branch | None:
        if not self.config.look_up_url:
            return None
        now = self.now()
        with self._lock:
            before = self._remembered.get(ifsc.value)
        if before is not None and now - before[0] < self.config.remembered_days * 86400:
            return before[1]
        url, seconds = f"{self.config.look_up_url}/{ifsc.value}", self.config.seconds
        reply = self.wire.exchange("GET", url, connect_seconds=seconds, read_seconds=seconds)
        if not isinstance(reply, Reply) or reply.status != 200:
            return None
        branch = branch_from_wire(reply.object(), listed, known=known)
        if branch is not None:
            with self._lock:
                if len(self._remembered) >= MOST_REMEMBERED:
                    self._remembered.pop(next(iter(self._remembered)))
                self._remembered[ifsc.value] = (now, branch)
        return branch


FACTS = (
    Fact(
        "list", "IFSC.json and its companions of release 2.0.59", Evidence.PUBLIC, note="182,295 branches of 260 banks"
    ),
    Fact("service", "GET https://ifsc.razorpay.com/{IFSC}", Evidence.PUBLIC, "look_up_url"),
    Fact("unknown at the service", "404", Evidence.SEEN, note="any answer but 200 leaves the list to decide"),
    Fact("patience", "3 s", Evidence.INFERRED, "seconds"),
)
