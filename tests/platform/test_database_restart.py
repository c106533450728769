"""The database goes away under the API and comes back: clear answers meanwhile, and no restart of ours needed."""

import time
from pathlib import Path

import psycopg
from litestar.testing import TestClient

from los_adapters.bootstrap import build
from los_adapters.shared.embedded import Cluster
from los_adapters.shared.schema import Role
from los_adapters.shared.settings import Settings, url_as
from los_http.app import build as api_over
from tests.services import PostgresServer, a_lender_and_brand

BACK_WITHIN_SECONDS = 5.0


def test_503_while_it_is_away_and_answers_soon_after_it_is_back(
    durable_postgres_server: PostgresServer, master_key_file: Path, tmp_path: Path
) -> None:
    server = durable_postgres_server
    owner = server.cluster.url(server.template)
    application = build(
        Settings(
            brand_database_url=url_as(owner, Role.BRAND),
            lender_database_url=url_as(owner, Role.LENDER),
            platform_database_url=url_as(owner, Role.PLATFORM),
            master_key_file=master_key_file,
            files_folder=tmp_path / "files",
            sandbox=True,
        )
    )
    with TestClient(api_over(application), raise_server_exceptions=False) as api:
        brand = a_lender_and_brand(application)
        asked = {"brand": brand.subdomain, "phoneNumber": "9000000001"}
        assert api.post("/api/v1/web/auth/register", json=asked).status_code == 202
        home = server.cluster.place.home
        server.cluster._ephemeral = False
        server.cluster.kill()

        away = [api.post("/api/v1/web/auth/register", json=asked) for _ in range(2)]
        assert {answer.status_code for answer in away} == {503}
        assert all(int(answer.headers["retry-after"]) > 0 for answer in away)
        assert all(set(answer.json()) >= {"statusCode", "message", "path"} for answer in away)
        assert api.get("/health/ready").status_code == 503
        assert api.get("/health/live").status_code == 200

        server.cluster = Cluster.open(home, durable=True, ephemeral=True)
        back = time.monotonic()
        while api.get("/health/ready").status_code != 200:
            assert time.monotonic() - back < BACK_WITHIN_SECONDS, "the pools did not come back"
        asked["phoneNumber"] = "9000000002"
        while api.post("/api/v1/web/auth/register", json=asked).status_code != 202:
            assert time.monotonic() - back < 2 * BACK_WITHIN_SECONDS, "requests are still refused"
        with psycopg.connect(owner) as connection:  # both that were acknowledged are there
            assert connection.execute("select count(distinct phone_index) from otps").fetchone() == (2,)
