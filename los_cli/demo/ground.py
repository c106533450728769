"""
The ground a story stands on: an installation of its own, a brand with providers for every need, and staff.

All of it by the command line, as an operator would: ``los run`` starts the processes, ``los brand``, ``los staff`` and ``los provider``
furnish the brand, the last with an account at every vendor of the sandbox.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import attrs
import httpx

from los_cli.demo.outside import Outside
from los_cli.demo.wire import Line, Unexpected
from los_cli.processes import Ports

_START_SECONDS: Final = 90

PRODUCT: Final = {
    "name": "Salary loan",
    "leastAmount": "10000.00",
    "mostAmount": "100000.00",
    "tenuresMonths": [3, 4, 6, 12],
    "ratePercent": "24",
    "fee": {"percent": "2", "gstPercent": "18"},
    "coolingOffDays": 3,
    "servicing": {
        "penal": {"percent": "24"},
        "foreclosure": {"chargePercent": "4", "gstPercent": "18"},
    },
}
"""What the brand lends: the administrator's own choice, over HTTP."""

LEGAL: Final = {
    "grievanceOfficer": "Meera Nair",
    "grievancePhone": "1800 000 0000",
    "grievanceEmail": "grievance@aarambh.example",
}
"""Who answers complaints; key facts are told with it."""


@attrs.frozen
class Staffer:
    """A member of staff who can log in."""

    email: str
    password: str = attrs.field(repr=False)


@attrs.frozen
class Ground:
    """Where a story happens. *api* is the API's address; *los* runs a command of the command line."""

    api: str
    outside: Outside
    brand: str
    subdomain: str
    staff: Mapping[str, Staffer]
    los: "Los"


@attrs.frozen
class Los:
    """The command line of one installation."""

    environment: Mapping[str, str]

    def __call__(self, *words: str, given: str = "") -> Any:
        """Run ``los WORDS --json`` and return what it prints. Raises Unexpected with its complaint."""
        return json.loads(self.run(*words, "--json", given=given))

    def keeps(self, name: str, content: bytes) -> Path:
        """Write a file into the installation's folder and return where it lies."""
        path = Path(self.environment["LOS_HOME"]) / name
        path.write_bytes(content)
        return path

    def run(self, *words: str, given: str = "") -> str:
        """Run ``los WORDS`` and return what it prints. Raises Unexpected with its complaint."""
        done = subprocess.run(
            [sys.executable, "-m", "los_cli", *words],
            input=given or None,
            stdin=None if given else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=dict(self.environment),
            check=False,
        )
        if done.returncode:
            raise Unexpected(f"los {' '.join(words)}: {done.stderr.strip()[-800:]}")
        return done.stdout


@contextmanager
def running(los: Los, ports: Ports, *, log: Path) -> Iterator[tuple[str, Outside]]:
    """Yield (the API's address, the outside) of an installation that runs while the block does."""
    api, sandbox = ports.api_url, ports.sandbox_url
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as kept:
        process = subprocess.Popen(
            [sys.executable, "-m", "los_cli", "run", "--port", str(ports.api), "--sandbox-port", str(ports.sandbox)],
            stdin=subprocess.DEVNULL,
            stdout=kept,
            stderr=kept,
            env=dict(los.environment),
            start_new_session=True,
        )
    try:
        _await(process, [f"{api}/health/ready", f"{sandbox}/_sandbox/health"], log)
        yield api, Outside(Line.to(sandbox))
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(60)
        if process.poll() is None:
            process.kill()


def _await(process: "subprocess.Popen[bytes]", urls: list[str], log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    with httpx.Client(timeout=2, trust_env=False) as asking:
        for url in urls:
            while True:
                with suppress(httpx.HTTPError):
                    if asking.get(url).status_code == 200:
                        break
                if process.poll() is not None or time.monotonic() > end:
                    tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
                    raise Unexpected(f"the installation did not start; {log} ends with:\n{tail}")
                time.sleep(0.1)


def prepare(los: Los, api: str, outside: Outside, *, name: str = "Aarambh") -> Ground:
    """Found a brand with staff and a provider for every need, and return the ground for its stories."""
    subdomain = f"{name.lower()}-{secrets.token_hex(3)}"
    lender = f"{name} Finance Ltd {subdomain[-6:]}"
    brand = los("brand", "create", subdomain, "--name", name, "--lender", lender)["id"]
    staff = {role: _hire(los, role, subdomain) for role in ("ADMIN", "CREDIT", "ACCOUNTS")}
    los("provider", "connect", subdomain)
    admin = Line.to(api)
    admin.headers["Authorization"] = f"Bearer {logged_in(admin, staff['ADMIN'])}"
    settings = f"/api/v1/partner/brand/{brand}/settings"
    admin.post(f"{settings}/loan-rules", PRODUCT)
    admin.ask("PUT", f"{settings}/legal", {"version": admin.get(f"{settings}/legal")["version"], **LEGAL})
    return Ground(api, outside, brand, subdomain, staff, los)


def logged_in(line: Line, staffer: Staffer) -> str:
    """Return an access token of a member of staff."""
    wish = {"email": staffer.email, "password": staffer.password}
    return str(line.post("/api/v1/partner/auth/login", wish)["accessToken"])


def _hire(los: Los, role: str, subdomain: str) -> Staffer:
    email, password = f"{role.lower()}@{subdomain}.example", secrets.token_urlsafe(12)
    words = ("staff", "create", email, "--name", f"Demo {role.title()}", "--brand", subdomain, "--role", role)
    los(*words, given=f"{password}\n")
    return Staffer(email, password)


def environment_of(home: Path, ports: Ports) -> dict[str, str]:
    """Return the environment of an installation in *home*, in sandbox mode, beside whatever is set already."""
    return {**os.environ, "LOS_HOME": str(home), "LOS_SANDBOX": "1", **ports.variables()}
