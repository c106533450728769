"""The fixtures themselves: one database a test, the system over it, and the servers beside it."""

import socket

import pika
import psycopg
import pytest
import redis as redis_client

from los_adapters.bootstrap import Application
from los_domain.access.model import Audience
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.identifiers import Email
from tests.services import DatabaseUrls, PostgresServer, SettableClock, a_lender_and_brand, a_staff


def test_two_databases_know_nothing_of_each_other(postgres_server: PostgresServer) -> None:
    with postgres_server.fresh() as one, postgres_server.fresh() as other:
        with psycopg.connect(one.owner) as connection:
            connection.execute("insert into lenders (id, name) values (gen_random_uuid(), 'One')")
        with psycopg.connect(other.owner) as connection:
            assert connection.execute("select count(*) from lenders").fetchone() == (0,)


def test_the_application_reads_the_tests_clock(application: Application, clock: SettableClock) -> None:
    before = application.core.clock.today()
    clock.advance(days=35)
    assert (application.core.clock.today() - before).days == 35


def test_a_member_of_staff_can_log_in(application: Application) -> None:
    brand = a_lender_and_brand(application)
    staff = a_staff(application, "ADMIN", brand=brand)
    scope = PlatformScope(Actor.system("test"))
    tokens = application.access.log_in_staff(scope, Email(staff.email), staff.password, device="")
    claims = application.core.secrets.read_access_token(tokens.access, audience=Audience.PARTNER)
    assert claims.subject == staff.id


def test_a_brand_is_found_by_its_subdomain(application: Application) -> None:
    brand = a_lender_and_brand(application)
    assert application.brands.by_subdomain(brand.subdomain).id == brand.id


def test_redis(redis: str) -> None:
    with redis_client.Redis.from_url(redis) as client:
        client.set("a", 1)
        assert client.get("a") == b"1"


def test_rabbitmq(rabbitmq: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(rabbitmq))
    assert connection.is_open
    connection.close()


def test_a_superuser_is_for_the_test_alone(database_urls: DatabaseUrls) -> None:
    with psycopg.connect(database_urls.superuser) as connection:
        assert connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (True,)


def test_only_this_machine_is_spoken_to() -> None:
    with pytest.raises(RuntimeError, match="this machine only"):
        socket.create_connection(("203.0.113.7", 9), timeout=1)
