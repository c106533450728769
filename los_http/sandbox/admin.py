"""
The desk of whoever runs the sandbox, below ``/_sandbox``: accounts, clock, faults, people, acts, and what the vendors did.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import attrs
import msgspec
from litestar import Litestar, MediaType, Request, Response, delete, get, post
from litestar.exceptions import HTTPException
from litestar.params import Body

from los_http.sandbox import people
from los_http.sandbox.desk import INDIA, VendorDesk
from los_http.sandbox.faults import AROUND_NOTICES, KINDS, PENDING, USUAL_SECONDS, Fault, flat
from los_http.sandbox.ledger import ClockGoesForward, Ledger
from los_http.sandbox.statement_file import statement_file
from los_http.sandbox.vendor import ActRefused, Vendor


class AccountAsked(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """A lender opens an account at a vendor."""

    vendor: str
    webhook_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://\S+)?$")] = ""
    secret_path: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_\-/]*$")] = ""
    options: dict[str, str] = {}


class ClockAsked(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """How far business time is to be ahead of the wall clock."""

    offset_seconds: Annotated[int, msgspec.Meta(ge=0, le=100 * 366 * 86400)]


class FaultAsked(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """A bad day."""

    vendor: str
    kind: Literal[
        "down", "slow", "rate_limited", "server_error", "garbage", "success_then_timeout", "refuse", "pending",
        "duplicate_webhook", "late_webhook", "forged_webhook", "no_webhook",
    ]  # fmt: skip
    call: str = "*"
    match: dict[str, Any] = {}
    times: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1
    seconds: Annotated[float, msgspec.Meta(ge=0, le=7 * 86400)] | None = None
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] = 0
    code: str = ""


def _bad(problem: str, status: int = 400) -> HTTPException:
    return HTTPException(detail=problem, status_code=status)


def _shown(fault: Fault) -> dict[str, Any]:
    return attrs.asdict(fault)


def _fault(asked: FaultAsked, vendors: Mapping[str, Vendor]) -> Fault:
    vendor = vendors.get(asked.vendor)
    if vendor is None:
        raise _bad("vendor is one of " + ", ".join(vendors))
    calls = {route.call for route in vendor.routes}
    if asked.kind == PENDING:
        calls = set(vendor.open_calls)
    if asked.call != "*" and asked.kind not in AROUND_NOTICES and asked.call not in calls:
        raise _bad(f"call of {asked.kind} at {asked.vendor} is one of " + (", ".join(sorted(calls)) or "none"))
    if asked.kind == PENDING and not calls:
        raise _bad(f"nothing at {asked.vendor} can be left open")
    if asked.code and (asked.kind != "refuse" or vendor.coded_refusal is None):
        raise _bad("code goes with refuse, at vendors that have codes")
    if asked.status and asked.kind not in ("server_error", "garbage"):
        raise _bad("status goes with server_error and garbage")
    seconds = USUAL_SECONDS.get(asked.kind, 30.0) if asked.seconds is None else asked.seconds
    return Fault(
        asked.vendor, asked.call, asked.kind, flat(asked.match), asked.times, seconds, asked.status, asked.code
    )


def build(
    vendors: Mapping[str, Vendor],
    ledger: Ledger,
    *,
    on_startup: Sequence[Any] = (),
    on_shutdown: Sequence[Any] = (),
) -> Litestar:
    """Return the application that serves ``/_sandbox``."""

    def vendor_named(name: str) -> Vendor:
        if name not in vendors:
            raise _bad("vendor is one of " + ", ".join(vendors), 404)
        return vendors[name]

    @get("/_sandbox/health", sync_to_thread=False)
    def health() -> dict[str, Any]:
        return {
            "status": "ok",
            "vendors": list(vendors),
            "seed": ledger.seed,
            "faultsArmed": len(ledger.armed()),
            "noticesOpen": ledger.notices_open(),
        }

    @get("/_sandbox/vendors", sync_to_thread=False)
    def list_vendors() -> dict[str, Any]:
        return {
            "items": [
                {
                    "vendor": vendor.name,
                    "routes": [
                        {"call": route.call, "method": route.method, "path": f"/{vendor.name}{route.path}"}
                        for route in vendor.routes
                    ],
                    "acts": list(vendor.acts),
                    "options": dict(vendor.options),
                    "openCalls": sorted(vendor.open_calls),
                }
                for vendor in vendors.values()
            ]
        }

    @post("/_sandbox/accounts", sync_to_thread=False)
    def open_account(data: Annotated[AccountAsked, Body()], request: Request[Any, Any, Any]) -> dict[str, Any]:
        vendor = vendors.get(data.vendor)
        if vendor is None:
            raise _bad("vendor is one of " + ", ".join(vendors))
        unknown = sorted(set(data.options) - set(vendor.options))
        if unknown:
            raise _bad(f"{data.vendor} knows no option " + ", ".join(unknown))
        url = data.webhook_url
        if data.secret_path:
            url = f"{url.rstrip('/')}/{data.secret_path.lstrip('/')}" if url else ""
        base_url = f"{request.url.scheme}://{request.url.netloc}/{vendor.name}"
        with ledger.work():
            number = ledger.next_account_number(vendor.name)
            row = f"account {vendor.name} {number}"
            made = vendor.new_account(f"{vendor.name}-{number}", base_url, lambda length: ledger.token(row, length))
            kept = {**vendor.options, **data.options, **made.kept}
            account = attrs.evolve(made, webhook_url=url, kept=kept)
            ledger.open_account(account)
        return {
            "baseUrl": base_url,
            **account.credentials,
            "account": account.id,
            "vendor": vendor.name,
            "webhookUrl": url,
        }

    @get("/_sandbox/accounts", sync_to_thread=False)
    def list_accounts() -> dict[str, Any]:
        return {
            "items": [
                {
                    "account": account.id,
                    "vendor": account.vendor,
                    "webhookUrl": account.webhook_url,
                    **account.credentials,
                }
                for account in ledger.accounts()
            ]
        }

    def clock() -> dict[str, Any]:
        return {
            "offsetSeconds": ledger.offset_seconds,
            "now": ledger.now().isoformat(),
            "wall": ledger.wall().isoformat(),
        }

    @get("/_sandbox/clock", sync_to_thread=False)
    def read_clock() -> dict[str, Any]:
        return clock()

    @post("/_sandbox/clock", sync_to_thread=False, status_code=200)
    def move_clock(data: Annotated[ClockAsked, Body()]) -> dict[str, Any]:
        try:
            ledger.move_clock(data.offset_seconds)
        except ClockGoesForward as problem:
            raise _bad(str(problem), 409) from None
        return clock()

    @post("/_sandbox/faults", sync_to_thread=False)
    def arm(data: Annotated[FaultAsked, Body()]) -> dict[str, Any]:
        return _shown(ledger.arm(_fault(data, vendors)))

    @get("/_sandbox/faults", sync_to_thread=False)
    def list_faults() -> dict[str, Any]:
        return {"items": [_shown(fault) for fault in ledger.armed()], "kinds": dict(KINDS)}

    @delete("/_sandbox/faults", sync_to_thread=False, status_code=200)
    def disarm_all() -> dict[str, Any]:
        return {"disarmed": ledger.disarm()}

    @delete("/_sandbox/faults/{number:int}", sync_to_thread=False, status_code=200)
    def disarm(number: int) -> dict[str, Any]:
        if not ledger.disarm(number):
            raise _bad("no such fault is armed", 404)
        return {"disarmed": 1}

    def recorded(kind: str, request: Request[Any, Any, Any]) -> dict[str, Any]:
        wanted = {name: value for name, value in request.query_params.items() if name != "last"}
        last = request.query_params.get("last", "0")
        if not last.isdigit():
            raise _bad("last is a whole number")
        return {"items": ledger.recorded(kind, wanted, int(last))}

    @get("/_sandbox/record/{kind:str}", sync_to_thread=False)
    def read_record(kind: str, request: Request[Any, Any, Any]) -> dict[str, Any]:
        return recorded(kind, request)

    @get("/_sandbox/outbox/{kind:str}", sync_to_thread=False)
    def read_outbox(kind: str, request: Request[Any, Any, Any]) -> dict[str, Any]:
        if kind not in ("sms", "mail"):
            raise _bad("there is an outbox of sms and of mail", 404)
        return recorded(kind, request)

    @get("/_sandbox/personas", sync_to_thread=False)
    def list_personas(request: Request[Any, Any, Any]) -> dict[str, Any]:
        seed = request.query_params.get("seed", "")
        if not seed:
            return {"items": [person.knows() for person in people.NAMED], "classes": list(people.CLASSES)}
        if not seed.isdigit():
            raise _bad("seed is a whole number")
        try:
            return people.persona(int(seed), request.query_params.get("class", "")).knows()
        except ValueError as problem:
            raise _bad(str(problem)) from None

    @get("/_sandbox/personas/{who:str}", sync_to_thread=False)
    def read_persona(who: str) -> dict[str, Any]:
        found = people.find(pan=who) or people.find(phone=who)
        if found is None:
            raise _bad("the sandbox knows nobody of this PAN or phone", 404)
        return found.knows()

    @get("/_sandbox/personas/{who:str}/statement.pdf", sync_to_thread=True)
    def statement_pdf(who: str, request: Request[Any, Any, Any]) -> Response[bytes]:
        """The statement she downloads from her bank: ``months`` (6) to the clock's last full one, under ``password``."""
        months = request.query_params.get("months", "6")
        found = people.find(pan=who) or people.find(phone=who)
        if found is None and who.isdigit() and len(who) < 10:
            found = people.persona(int(who), request.query_params.get("class", ""))
        if found is None:
            raise _bad("the sandbox knows nobody of this PAN, phone or seed", 404)
        try:
            on = ledger.now().astimezone(INDIA).date()
            password = request.query_params.get("password", "")
            document = statement_file(found, on=on, months=int(months), password=password)
        except ValueError as problem:
            raise _bad(str(problem)) from None
        return Response(document, media_type="application/pdf")

    @post("/_sandbox/act/{vendor:str}/{verb:str}", sync_to_thread=False, status_code=200)
    def act(vendor: str, verb: str, data: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        whose = vendor_named(vendor)
        if verb not in whose.acts:
            raise _bad(f"acts at {vendor} are " + (", ".join(whose.acts) or "none"), 404)
        try:
            with ledger.work():
                return dict(whose.acts[verb](VendorDesk(whose, ledger, verb, flat(data)), data))
        except ActRefused as refused:
            raise _bad(str(refused), 409) from None

    def told(_request: Request[Any, Any, Any], problem: HTTPException) -> Response[dict[str, Any]]:
        content: dict[str, Any] = {"error": problem.detail}
        if problem.extra:
            content["problems"] = problem.extra
        return Response(content, status_code=problem.status_code, media_type=MediaType.JSON)

    return Litestar(
        route_handlers=[
            health, list_vendors, open_account, list_accounts, read_clock, move_clock, arm, list_faults, disarm_all, disarm,
            read_record, read_outbox, list_personas, read_persona, statement_pdf, act,
        ],
        exception_handlers={HTTPException: told},
        openapi_config=None,
        on_startup=list(on_startup),
        on_shutdown=list(on_shutdown),
    )  # fmt: skip
