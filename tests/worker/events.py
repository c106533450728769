"""An event of the tests, a table that its consumers write, and a worker to run them in."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.bootstrap import Application
from los_adapters.shared.settings import Settings
from los_domain.shared.actor import BrandScope
from los_domain.shared.events import Event
from los_worker.main import Process
from los_worker.shared.subscription import AnySubscription, Subscription
from los_worker.subscriptions import Table
from tests.services import TEST, SomeBrand

EFFECTS = (
    "create table effects (brand_id uuid not null, consumer text not null, name text not null, at bigserial);"
    "grant select, insert on effects to los_brand; grant usage on sequence effects_at_seq to los_brand"
)


@attrs.frozen
class Called(Event):
    """Somebody called a name."""

    topic: ClassVar[str] = "test.called"
    id: UUID
    name: str


@attrs.frozen
class Effects:
    """What consumers wrote."""

    owner: sa.Engine

    @classmethod
    def prepare(cls, owner_url: str) -> "Effects":
        """Make the table in the test's database."""
        engine = sa.create_engine(owner_url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            connection.exec_driver_sql(EFFECTS)
        return cls(engine)

    def names(self, consumer: str = "") -> list[str]:
        """Return what was written, in order, by *consumer* or by all."""
        with self.owner.connect() as connection:
            rows = connection.exec_driver_sql("select consumer, name from effects order by at").all()
        return [name for by, name in rows if consumer in ("", by)]

    def scalar(self, statement: str) -> Any:
        """Return one value."""
        with self.owner.connect() as connection:
            return connection.exec_driver_sql(statement).scalar()

    def execute(self, statement: str) -> None:
        """Change something behind everybody's back."""
        with self.owner.begin() as connection:
            connection.exec_driver_sql(statement)


def write(application: Application, scope: BrandScope, event: Called) -> None:
    """The usual consumer: one row, in one transaction with the mark."""
    with application.core.postgres.begin(scope) as work:
        work.context.connection.execute(
            sa.text("insert into effects (brand_id, consumer, name) values (:brand, :consumer, :name)"),
            {"brand": scope.brand, "consumer": scope.actor.name, "name": event.name},
        )
        work.finish(None)


def subscription(
    consumer: str = "test.write",
    queue: str = "loans",
    run: Callable[[Application, BrandScope, Called], object] = write,
) -> AnySubscription:
    """Return a subscription to the test's event."""
    return Subscription(event=Called, consumer=consumer, queue=queue, run=run)


def call(application: Application, brand: SomeBrand, *names: str) -> None:
    """Publish one event a name, in one transaction."""
    with application.core.postgres.begin(brand.scope(TEST)) as work:
        work.outbox.add(*(Called(application.core.ids.new(), name) for name in names))


@contextmanager
def working(application: Application, *subscriptions: AnySubscription, **settings: Any) -> Iterator[Process]:
    """Run a worker in this process while the block runs."""
    process = Process(application, table=Table.of(subscriptions), relay_pause_seconds=0.02, **settings)
    process.start()
    try:
        yield process
    finally:
        process.stop()


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """Return the environment of a worker process over the test's database."""
    said = {
        f"LOS_{field.name.upper()}": str(getattr(settings, field.name))
        for field in attrs.fields(Settings)
        if isinstance(getattr(settings, field.name), str | int | os.PathLike) and getattr(settings, field.name) != ""
    }
    return {**os.environ, **said, "LOS_DATABASE_CONNECTIONS": "6", **more}
