"""The trail in the database: sealed below every open transaction, copied, verified, over a restore too."""

import json
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from los_adapters.bootstrap import Application
from los_domain.audit.model import Broken
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.audit import AuditEvent
from los_worker.shared.handler import Handler
from los_worker.subscriptions import TABLE
from tests.services import DatabaseUrls, SomeBrand

SCOPE = PlatformScope(Actor.system("sealer"))


@pytest.fixture
def owner(database_urls: DatabaseUrls) -> sa.Engine:
    return sa.create_engine(database_urls.owner.replace("postgresql://", "postgresql+psycopg://"))


def act(application: Application, brand: SomeBrand, *actions: str) -> None:
    """One transaction a change."""
    for action in actions:
        with application.core.postgres.begin(brand.scope()) as work:
            work.audit.add(AuditEvent(action, "loan", brand.id, {"status": "APPLIED"}, {"status": "SANCTIONED"}))


def broken(application: Application) -> tuple[Broken, ...]:
    return application.audit.verify(SCOPE).broken


def copy(application: Application) -> None:
    application.deliveries.fan_out(TABLE.hearing)
    for one in application.deliveries.claim(["audit-copies"]):
        Handler(application, TABLE)(str(one.event_id), one.consumer)


def test_sealed_copied_and_verified(application: Application, brand: SomeBrand) -> None:
    act(application, brand, "loans.a", "loans.b")
    sealed = application.audit.seal(SCOPE)
    assert sealed >= 2
    assert application.audit.seal(SCOPE) == 0
    act(application, brand, "loans.c")
    found = application.audit.verify(SCOPE)
    assert (found.seals, found.rows, found.unsealed, found.broken) == (1, sealed, 1, ())
    application.audit.seal(SCOPE)
    copy(application)
    folder = application.core.settings.audit_folder
    first, second = (json.loads(path.read_bytes()) for path in sorted(folder.iterdir()))
    assert (first["number"], second["number"], second["previous"]) == (1, 2, first["root"])
    assert len(first["rows"]) == sealed
    assert application.audit.verify(SCOPE).broken == ()


def test_a_row_of_a_transaction_that_still_runs_is_waited_for(application: Application, brand: SomeBrand) -> None:
    """The later transaction commits first: its row must not be sealed before the earlier one's, which could then slip below."""
    act(application, brand, "loans.first")  # makes the brand's key, for which the others would wait
    application.audit.seal(SCOPE)
    with application.core.postgres.begin(brand.scope()) as slow:
        slow.audit.add(AuditEvent("loans.slow", "loan", brand.id))
        act(application, brand, "loans.fast")
        assert application.audit.seal(SCOPE) == 0
    assert application.audit.seal(SCOPE) == 2
    assert broken(application) == ()


def test_transactions_are_counted_not_spelled(application: Application, brand: SomeBrand, owner: sa.Engine) -> None:
    act(application, brand, "a.one", "a.two", "a.three")
    with owner.begin() as connection:  # as if the count had come from three digits to four
        for number, action in ((99, "a.one"), (100, "a.two"), (1000, "a.three")):
            connection.exec_driver_sql(
                "update audit_rows set xid = %s::text::xid8 where action = %s", (str(number), action)
            )
    assert application.audit.seal(SCOPE) >= 3
    act(application, brand, "a.four")
    application.audit.seal(SCOPE)
    assert broken(application) == ()


def test_many_sealers_make_one_chain(application: Application, brand: SomeBrand) -> None:
    stop = threading.Event()

    def seals() -> None:
        while not stop.is_set():
            application.audit.seal(SCOPE)

    threads = [threading.Thread(target=seals) for _ in range(4)]
    for thread in threads:
        thread.start()
    act(application, brand, *(f"loans.n{number}" for number in range(60)))
    stop.set()
    for thread in threads:
        thread.join()
    application.audit.seal(SCOPE)
    found = application.audit.verify(SCOPE)
    assert (found.unsealed, found.broken) == (0, ())
    assert found.rows >= 60


TAMPER: dict[str, Callable[[str], str]] = {
    "flip a letter": lambda row: f"update audit_rows set action = 'loans.other' where id = '{row}'",
    "flip a sealed byte": lambda row: (
        f"update audit_rows set details = set_byte(details, 40, get_byte(details, 40) # 1) where id = '{row}'"
    ),
    "blame another": lambda row: f"update audit_rows set actor_id = gen_random_uuid() where id = '{row}'",
    "delete": lambda row: f"delete from audit_rows where id = '{row}'",
    "add": lambda row: (
        "insert into audit_rows (id, xid, at, kind, actor_kind, action, object_kind) "
        f"select gen_random_uuid(), xid, at, kind, actor_kind, action, object_kind from audit_rows where id = '{row}'"
    ),
    "move": lambda row: f"update audit_rows set xid = '3' where id = '{row}'",
    "move the instant": lambda row: f"update audit_rows set at = at + interval '1 microsecond' where id = '{row}'",
    "cut off the end": lambda row: (
        f"delete from audit_seals where number = 3; delete from audit_rows where id >= '{row}'"
    ),
    "lose the first seal": lambda row: "delete from audit_seals where number = 1",
    "count a row less": lambda row: "update audit_seals set rows = rows - 1 where number = 2",
    "another root": lambda row: "update audit_seals set root = sha256('x') where number = 2",
}


@pytest.mark.parametrize("how", TAMPER)
def test_what_the_owner_of_the_database_changes_is_seen(
    application: Application, brand: SomeBrand, owner: sa.Engine, how: str
) -> None:
    for names in (["a", "b"], ["c", "d"], ["e", "f"]):
        act(application, brand, *(f"loans.{name}" for name in names))
        application.audit.seal(SCOPE)
    copy(application)
    assert broken(application) == ()
    with owner.begin() as connection:
        action = "loans.e" if how == "cut off the end" else "loans.c"
        row = connection.execute(sa.text("select id from audit_rows where action = :a"), {"a": action}).scalar_one()
        connection.exec_driver_sql(TAMPER[how](str(row)))
    assert broken(application)


def test_no_role_of_a_process_can_change_the_trail(application: Application, brand: SomeBrand) -> None:
    act(application, brand, "loans.a")
    for scope in (SCOPE, brand.scope()):
        for statement in (
            "update audit_rows set action = 'x'",
            "delete from audit_rows",
            "truncate audit_rows",
            "delete from audit_seals",
        ):
            with (
                pytest.raises(sa.exc.ProgrammingError),
                application.core.database.engines[_role(scope)].begin() as connection,
            ):
                connection.exec_driver_sql(statement)


def _role(scope: object) -> object:
    from los_adapters.shared.database import role_of

    return role_of(scope)  # type: ignore[arg-type]


def test_after_a_restore_a_new_epoch_goes_on(application: Application, brand: SomeBrand, owner: sa.Engine) -> None:
    """The new cluster counts transactions from below what the old one reached; what was not sealed there is sealed here."""
    act(application, brand, "loans.a")
    application.audit.seal(SCOPE)
    act(application, brand, "loans.b")
    with owner.begin() as connection:  # what a dump brings: numbers that this cluster has not reached
        connection.exec_driver_sql("update audit_rows set xid = '900000000' where action = 'loans.b'")
    assert application.audit.seal(SCOPE) == 0
    with owner.begin() as connection:
        connection.exec_driver_sql("update installation set audit_epoch = audit_epoch + 1")  # as a restore does
    act(application, brand, "loans.c")
    assert application.audit.seal(SCOPE) == 2
    assert broken(application) == ()


def test_a_stalled_sealer_is_an_alarm(application: Application, brand: SomeBrand, owner: sa.Engine) -> None:
    act(application, brand, "loans.a")
    assert application.jobs.queries.waiting().alarms() == ()
    with owner.begin() as connection:
        connection.exec_driver_sql("update audit_rows set at = at - interval '6 minutes'")
    (alarm,) = application.jobs.queries.waiting().alarms()
    assert "not being sealed" in alarm
    application.audit.seal(SCOPE)
    assert application.jobs.queries.waiting().alarms() == ()
