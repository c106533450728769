"""
The OpenAPI document keeps its word: generated requests, good and bad, to every operation over real HTTP.

No answer is a 5xx fault, none has a status, content type or body that the document does not name. ``LOS_EXAMPLES`` asks for more of them.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from uuid import UUID

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from los_adapters.bootstrap import Application, build
from los_adapters.shared.schema import Role
from los_adapters.shared.settings import Settings
from los_domain.access.model import Audience
from los_domain.customers.model import Customer
from los_domain.shared.actor import PlatformScope
from los_domain.shared.identifiers import Phone
from los_domain.shared.ids import CustomerId
from los_http.app import build as api_over
from los_http.app import openapi
from tests.services import MASTER_KEY, TEST, PostgresServer, SomeBrand, a_lender_and_brand, a_staff

EXAMPLES = int(os.environ.get("LOS_EXAMPLES", "10"))
load_all_checks()
HELD = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "response_headers_conformance",
    ]
)


@pytest.fixture(scope="module")
def running(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Application, str]]:
    """The API over a database of the module, on a port."""
    folder = tmp_path_factory.mktemp("document")
    key = folder / "master.key"
    key.touch(0o600)
    key.write_bytes(MASTER_KEY)
    with postgres_server.fresh() as urls, socket.socket() as listening:
        application = build(
            Settings(
                brand_database_url=urls.of(Role.BRAND),
                lender_database_url=urls.of(Role.LENDER),
                platform_database_url=urls.of(Role.PLATFORM),
                master_key_file=key,
                files_folder=folder / "files",
                sandbox=True,
                sandbox_url="http://127.0.0.1:9",
            )
        )
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(api_over(application), log_config=None, access_log=False, lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield application, f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def callers(running: tuple[Application, str]) -> tuple[SomeBrand, dict[Audience, UUID]]:
    """A brand, and a caller of each audience in it."""
    application, _ = running
    brand = a_lender_and_brand(application)
    staff = a_staff(application, "ADMIN", brand=brand, super_admin=True)
    customer = Customer(CustomerId(application.core.ids.new()), Phone("9000000077"), application.core.wall.now())
    with application.core.postgres.begin(brand.scope()) as work:
        work.customers.add(customer)
    return brand, {Audience.PARTNER: staff.id, Audience.WEB: customer.id}


@pytest.fixture
def tokens(running: tuple[Application, str], callers: tuple[SomeBrand, dict[Audience, UUID]]) -> dict[str, str]:
    """A fresh access token of each audience: one of the operations ends its session."""
    application, (brand, subjects) = running[0], callers
    opened: dict[str, str] = {}
    with application.core.postgres.begin(PlatformScope(TEST)) as work:
        for audience, subject in subjects.items():
            is_staff = audience is Audience.PARTNER
            _, made = application.access.open_session(
                work.sessions,
                audience=audience,
                subject=subject,
                brand=None if is_staff else brand.id,
                epoch=1 if is_staff else 0,
                now=application.core.wall.now(),
                address="",
            )
            opened[audience.value] = made.access
    return opened


@pytest.fixture(scope="module")
def document(running: tuple[Application, str]) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{running[1]}/docs/openapi.json")


OPERATIONS = [
    (method, path)
    for path, item in openapi()["paths"].items()
    for method in ("get", "post", "put", "patch", "delete")
    if method in item
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{method} {path}" for method, path in OPERATIONS])
def test_every_operation(
    method: str,
    path: str,
    document: schemathesis.BaseSchema,
    running: tuple[Application, str],
    tokens: dict[str, str],
    callers: tuple[SomeBrand, dict[Audience, UUID]],
) -> None:
    operation = document[path][method]
    wanted = next((name for one in operation.definition.raw.get("security", [{}]) for name in one), None)
    headers = {"Authorization": f"Bearer {tokens[wanted]}"} if wanted else {}

    good, bad = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @given(case=st.one_of(good, bad))
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    def holds(case: schemathesis.Case) -> None:
        if "brandId" in case.path_parameters:
            case.path_parameters["brandId"] = str(callers[0].id)
        case.call_and_validate(base_url=running[1], headers=headers, checks=HELD)

    holds()
