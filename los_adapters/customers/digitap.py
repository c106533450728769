"""
Digitap employment look-up. Port: EmploymentVerifier.  Shared: los_adapters/wire/digitap.py.  Seen in public integrations, 2026-07.

    POST svc {uan_path}     20 to 45 s; exactly one way of looking up, a mixture is a 400
      uan                   {client_ref_num, uan}                         alone
      pan, phone or both    {client_ref_num, pan?, mobile?}
      with name and birth   … dob (YYYY-MM-DD), employee_name             only with PAN or phone; then employer_name may come along

    .uan                    summary.matching_uan (v4) | summary.recent_employer_data.matching_uan (v3), else the only one of uan[]
    .name, .date_of_birth   uan_details.<uan>.basic_details.{name, date_of_birth}
    .history                uan_details.<uan>.employment_history[]        else employment_details, else summary.recent_employer_data
      .employer, .member_id establishment_name, member_id
      .joined_on, .left_on  date_of_joining, date_of_exit                 four ways of writing a date; "", "-", "N/A" are none
    .employer_confirmed     summary.employer_name_match                   only where an employer was sent
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import attrs

from los_adapters.wire.digitap import SHARED_FACTS, DigitapConfig, ask, envelope_outcome
from los_adapters.wire.http import Wire
from los_adapters.wire.provider import Evidence, Fact, Provider
from los_adapters.wire.reading import day, first, rows, section, text, word, yes
from los_domain.brands.providers import ProviderKind
from los_domain.customers.model import Employment, EmploymentRecord
from los_domain.shared.identifiers import Pan, Phone, Uan
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Done, NotSent, Outcome, Refused, RefusedFor, Unknown


def lookup_to_wire(
    *,
    phone: Phone | None,
    pan: Pan | None,
    uan: Uan | None,
    employer: str,
    name: str,
    born_on: date | None,
    ref: VendorRef,
) -> dict[str, str] | None:
    """Return the body of a look-up by one way, the UAN first; None where there is nothing to look up by."""
    if uan is not None:
        return {"client_ref_num": str(ref), "uan": uan.value}
    body = {"client_ref_num": str(ref)}
    if pan is not None:
        body["pan"] = pan.value
    if phone is not None:
        body["mobile"] = phone.value
    if len(body) == 1:
        return None
    if name and born_on is not None:
        body |= {"dob": born_on.isoformat(), "employee_name": name}
        if employer:
            body["employer_name"] = employer
    return body


def record_from_wire(result: Mapping[str, Any], request_id: str, *, asked_employer: bool) -> Outcome[EmploymentRecord]:
    """Return the history, or Unknown where the answer says found and holds nobody."""
    summary = section(result.get("summary"))
    recent = section(summary.get("recent_employer_data"))
    details = section(result.get("uan_details"))
    listed = result.get("uan")
    uans = [word(item) for item in listed] if isinstance(listed, list) else [word(listed)]
    uans = [uan for uan in dict.fromkeys([*uans, *details]) if uan]
    matching = first(summary, "matching_uan") or first(recent, "matching_uan")
    chosen = [matching] if matching else uans
    if not chosen:
        return Unknown("the answer says found and names no UAN")
    people = [section(section(details.get(uan)).get("basic_details")) for uan in chosen]
    history = [stint for uan in chosen for stint in _stints(section(details.get(uan)))] or _read([recent])
    record = EmploymentRecord(
        uan=_uan(chosen[0]) if len(chosen) == 1 else None,
        name=next((name for person in people if (name := text(person.get("name")))), ""),
        date_of_birth=next((born for person in people if (born := day(person.get("date_of_birth")))), None),
        history=tuple(sorted(dict.fromkeys(history), key=_recent_first)),
        employer_confirmed=yes(summary.get("employer_name_match")) if asked_employer else None,
    )
    return Done(record, request_id)


def _stints(details: Mapping[str, Any]) -> list[Employment]:
    return _read(rows(details.get("employment_history"))) or _read([section(details.get("employment_details"))])


def _read(entries: Iterable[Mapping[str, Any]]) -> list[Employment]:
    return [
        Employment(
            employer=text(entry.get("establishment_name")),
            member_id=first(entry, "member_id"),
            joined_on=day(entry.get("date_of_joining")),
            left_on=day(entry.get("date_of_exit")),
        )
        for entry in entries
        if text(entry.get("establishment_name"))
    ]


def _recent_first(stint: Employment) -> tuple[bool, int, int]:
    """Order: present employments before past ones, later ones first; without a date last."""
    joined = stint.joined_on.toordinal() if stint.joined_on else 0
    left = stint.left_on.toordinal() if stint.left_on else 0
    return stint.left_on is not None, -left, -joined


def _uan(written: str) -> Uan | None:
    try:
        return Uan(written)
    except ValueError:
        return None


@attrs.frozen
class DigitapEmployment:
    """Digitap's provident-fund look-up."""

    config: DigitapConfig
    wire: Wire

    def find(
        self,
        *,
        phone: Phone | None,
        pan: Pan | None,
        uan: Uan | None,
        employer: str,
        ref: VendorRef,
        name: str = "",
        born_on: date | None = None,
    ) -> Outcome[EmploymentRecord]:
        """Find a person's history. The employer is matched only where name and birth date are known and no UAN is given."""
        body = lookup_to_wire(
            phone=phone, pan=pan, uan=uan, employer=employer.strip(), name=name.strip(), born_on=born_on, ref=ref
        )
        if body is None:
            return Refused(RefusedFor.INVALID_INPUT, "uan", "a UAN, PAN or phone number is needed")
        config = self.config
        url, seconds = config.employment_url + config.uan_path, config.employment_read_seconds
        reply = ask(self.wire, config, config.employment_auth, url, body, read_seconds=seconds)
        if isinstance(reply, NotSent | Unknown):
            return reply
        asked = "employer_name" in body
        return envelope_outcome(
            reply, config, lambda result, id_: record_from_wire(result, id_, asked_employer=asked), ref=ref
        )


PROVIDER = Provider(
    name="DIGITAP",
    kinds=frozenset({ProviderKind.EMPLOYMENT}),
    config=DigitapConfig,
    build=DigitapEmployment,
    facts=(
        *SHARED_FACTS,
        Fact("find", "POST /cv/v4/uan_basic/sync", Evidence.SEEN, "uan_path", "v3 has no employment_history"),
        Fact("EmploymentRecord.uan", "summary.matching_uan, or under recent_employer_data", Evidence.SEEN),
        Fact("EmploymentRecord.employer_confirmed", "summary.employer_name_match", Evidence.SEEN),
        Fact("time to answer", "20 to 45 s", Evidence.SEEN, "employment_read_seconds"),
    ),
    try_calls={
        "find_employment": lambda verifier: verifier.find(
            phone=Phone("9000000103"), pan=None, uan=None, employer="", ref=VendorRef("A" * 20)
        )
    },
)
