"""What an operator does to an installation as a whole: find or start its database, migrate it, open it, and start its processes."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import attrs
import psycopg
import sqlalchemy as sa

from los_adapters.bootstrap import Application, NotReady, build, settings_from
from los_adapters.shared import embedded
from los_adapters.shared.embedded import NoPostgres
from los_adapters.shared.migrate import migrate
from los_adapters.shared.schema import Role
from los_adapters.shared.settings import BadSettings, derived
from los_adapters.shared.vault import Vault, VaultError, read_master_key

ADVICE: Final = (BadSettings, VaultError, NoPostgres, NotReady, psycopg.OperationalError, sa.exc.OperationalError)
"""Errors whose message tells whoever runs the installation what to do."""

_ROLE_URLS: Final = tuple(f"LOS_{role.name}_DATABASE_URL" for role in Role)


@attrs.frozen
class Installation:
    """
    One installation, told by its environment and the folder *home*.

    Without ``LOS_DATABASE_URL`` it is embedded: a server of our own over ``home/pg``, in sandbox mode unless ``LOS_SANDBOX=0``.
    """

    environ: Mapping[str, str]
    home: Path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Installation":
        """Return the installation of *environ*: its folder is ``LOS_HOME``, or ``.los`` where we stand."""
        return cls(environ, Path(environ.get("LOS_HOME", ".los")))

    @property
    def is_embedded(self) -> bool:
        """Whether the database is a server of our own."""
        return "LOS_DATABASE_URL" not in self.environ

    @property
    def master_key_file(self) -> Path:
        """Where the master key lies."""
        return Path(self.environ.get("LOS_MASTER_KEY_FILE", self.home / "master.key"))

    @contextmanager
    def database(self) -> Iterator[str]:
        """Yield the owner's URL; a server of our own is started, or adopted where another process runs it. Raises NoPostgres."""
        with embedded.database(self.environ, self.home) as url:
            yield url

    def variables(self, owner_url: str) -> dict[str, str]:
        """Return the environment of the installation's processes: what is set, and what follows from it."""
        missing = {name: url for name, url in derived(owner_url).items() if name not in self.environ}
        usual = {
            "LOS_MASTER_KEY_FILE": str(self.master_key_file),
            "LOS_FILES_FOLDER": str(self.home / "files"),
            "LOS_AUDIT_FOLDER": str(self.home / "audit"),
            **({"LOS_SANDBOX": "1"} if self.is_embedded else {}),
        }
        said = {**usual, **missing, **self.environ}
        said.pop("LOS_DATABASE_URL", None)  # no process that serves requests is given the owner's rights
        return said

    def migrate(self, owner_url: str) -> str:
        """Bring the database to the newest revision and return it; roles get the passwords that their URLs carry."""
        return migrate(owner_url, Vault(read_master_key(self.master_key_file)), passwords=self.passwords())

    def passwords(self) -> Mapping[Role, str]:
        """Return the passwords that the roles' URLs carry."""
        return {
            role: password
            for role, name in zip(Role, _ROLE_URLS, strict=True)
            if (password := urlsplit(self.environ.get(name, "")).password)
        }

    def remove(self) -> None:
        """Delete the embedded database and all files of the installation but the master key, for good."""
        embedded.Place.of(self.home).remove()
        for found in self.home.iterdir():
            if found.is_dir():
                shutil.rmtree(found)
            elif found != self.master_key_file:
                found.unlink()

    @contextmanager
    def application(self) -> Iterator[Application]:
        """Yield the whole system, for one command. Raises BadSettings, VaultError, NoPostgres, NotReady."""
        if all(name in self.environ for name in _ROLE_URLS):
            application = build(settings_from(self.variables("")))
            try:
                yield application
            finally:
                application.close()
            return
        with self.database() as owner_url:
            application = build(settings_from(self.variables(owner_url)))
            try:
                yield application
            finally:
                application.close()
