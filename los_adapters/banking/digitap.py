"""
Digitap penny drop. Port: BankAccountVerifier.  Shared: los_adapters/wire/digitap.py.  Seen in public integrations, 2026-07.

    verify                 POST api {penny_drop_path}           {ifsc, accNo, benificiaryName, clientRefNum}; misspelt at the vendor
    status                 GET api {penny_drop_status_path}     ?transactionId=
    Outcome                code: a string inside HTTP 200       "200", else the HTTP tables, where a 422, 503 or 505 is Unknown
      model.status         SUCCESS                              Done(VALID); the name may be empty
                           FAILED                               Done(INVALID), unless the message blames the road: setting
                                                                ``penny_drop_silence_words`` *inferred*, then Unknown
                           PENDING, and any other word          Pending(transactionId)
      .name_at_bank        model.beneficiaryName                *inferred*, as the next two: setting ``penny_drop_fields``
      .bank_reference      model.rrn
      handle               model.transactionId

While one is pending no other is begun: it would be a second rupee. Every drop is billed, a failed one often too.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from los_adapters.wire.digitap import SHARED_FACTS, DigitapConfig, ask, http_outcome
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact, Provider
from los_adapters.wire.reading import first, text, word
from los_domain.banking.model import AccountState, PennyDropResult
from los_domain.brands.providers import ProviderKind
from los_domain.shared.identifiers import AccountNumber, Ifsc
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Done, NotSent, Outcome, Pending, Refused, RefusedFor, Unknown


def drop_to_wire(account: AccountNumber, ifsc: Ifsc, name: str, *, ref: VendorRef) -> dict[str, str]:
    """Return the body of a penny drop."""
    return {"ifsc": ifsc.value, "accNo": account.value, "benificiaryName": name, "clientRefNum": str(ref)}


def drop_from_wire(
    reply: Reply, config: DigitapConfig, *, ref: VendorRef | None = None, handle: str = ""
) -> Outcome[PennyDropResult]:
    """Return what an answer to either call means. *ref* and *handle* are what was asked for: another's answer is no answer."""
    if reply.status != 200:
        return http_outcome(reply, config, effect=True)
    body = reply.object()
    code = word(body.get("code"))
    if code != "200":
        return http_outcome(reply, config, status=code, effect=True) if code else Unknown("the answer has no code")
    model = body.get("model")
    if not isinstance(model, Mapping):
        return Unknown("the answer says yes and holds nothing")
    fields = config.penny_drop_fields
    transaction, echoed = first(model, fields["handle"]), first(model, fields["ref"])
    if (ref is not None and echoed not in ("", str(ref))) or (handle and transaction not in ("", handle)):
        return Unknown("the answer is about another request")
    transaction = transaction or handle
    told = text(model.get("status")).upper()
    bank_reference = first(model, fields["bank_reference"])
    if told == "SUCCESS":
        name = text(model.get(fields["name"]))
        return Done(PennyDropResult(AccountState.VALID, name, bank_reference), transaction)
    if told == "FAILED":
        reason = f"{text(body.get('msg'))} {text(model.get('msg'))} {text(model.get('reason'))}".lower()
        if any(silence in reason for silence in config.penny_drop_silence_words):
            return Unknown("the bank did not answer")
        return Done(PennyDropResult(AccountState.INVALID, "", bank_reference), transaction)
    return Pending(transaction, told) if transaction else Unknown("the answer says pending and gives nothing to ask by")


@attrs.frozen
class DigitapPennyDrop:
    """Digitap's penny drop."""

    config: DigitapConfig
    wire: Wire

    def verify(self, account: AccountNumber, ifsc: Ifsc, *, name: str, ref: VendorRef) -> Outcome[PennyDropResult]:
        """Send a rupee and read who got it."""
        if not name.strip():
            return Refused(RefusedFor.INVALID_INPUT, "benificiaryName", "the holder's name is needed")
        reply = self._ask(self.config.penny_drop_path, drop_to_wire(account, ifsc, name.strip(), ref=ref), None)
        return reply if isinstance(reply, NotSent | Unknown) else drop_from_wire(reply, self.config, ref=ref)

    def status(self, handle: str, *, ref: VendorRef) -> Outcome[PennyDropResult]:
        """Ask again for one that was pending. A failure of this question leaves it pending; it is no second drop."""
        reply = self._ask(self.config.penny_drop_status_path, None, {"transactionId": handle})
        return reply if isinstance(reply, NotSent | Unknown) else drop_from_wire(reply, self.config, handle=handle)

    def _ask(
        self, path: str, body: Mapping[str, Any] | None, params: Mapping[str, str] | None
    ) -> Reply | NotSent | Unknown:
        config = self.config
        url, seconds = config.penny_drop_url + path, config.penny_drop_read_seconds
        return ask(self.wire, config, config.penny_drop_auth, url, body, read_seconds=seconds, params=params)


PROVIDER = Provider(
    name="DIGITAP",
    kinds=frozenset({ProviderKind.PENNY_DROP}),
    config=DigitapConfig,
    build=DigitapPennyDrop,
    facts=(
        *SHARED_FACTS,
        Fact("verify", "POST /penny-drop/v2/check-valid", Evidence.SEEN, "penny_drop_path"),
        Fact("status", "GET /penny-drop/v2/check-status?transactionId=", Evidence.SEEN, "penny_drop_status_path"),
        Fact(
            "credentials for the penny drop", "ent_authorization: base64(id:secret)", Evidence.SEEN, "penny_drop_auth"
        ),
        Fact("Done(VALID)", "model.status SUCCESS", Evidence.SEEN),
        Fact(
            "other fields",
            "model.{transactionId, beneficiaryName, rrn}",
            Evidence.INFERRED,
            setting="penny_drop_fields",
            note="guessed",
        ),
        Fact("FAILED without an answer of the bank", "words in msg", Evidence.INFERRED, "penny_drop_silence_words"),
    ),
    try_calls={"penny_drop_status": lambda drop: drop.status("txn-00000000", ref=VendorRef("A" * 20))},
)
