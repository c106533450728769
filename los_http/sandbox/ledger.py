"""
What the sandbox keeps, in one SQLite file: accounts, papers, the record of what was done, armed faults, notices to post.

Everything happens in a `Ledger.work`, one at a time, and is on disk when it ends; another process may read the file
meanwhile. A ledger keeps the seed and the clock it was given through restarts.
"""

import json
import random
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs

from los_http.sandbox.faults import Fault
from los_http.sandbox.vendor import ALPHANUMERICS, Account

_SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS account (
    vendor TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (vendor, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS paper (
    seq INTEGER PRIMARY KEY, vendor TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (vendor, kind, key));
CREATE TABLE IF NOT EXISTS record (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, vendor TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS record_kind ON record (kind, seq);
CREATE TABLE IF NOT EXISTS fault (id INTEGER PRIMARY KEY AUTOINCREMENT, vendor TEXT NOT NULL, left INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT, vendor TEXT NOT NULL, body TEXT NOT NULL, due REAL NOT NULL, first_due REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting');
CREATE INDEX IF NOT EXISTS notice_due ON notice (state, due);
"""


class SeedDiffers(ValueError):
    """The folder was begun with another seed."""


class ClockGoesForward(ValueError):
    """An offset may only grow."""


@attrs.frozen
class Notice:
    """A webhook to be posted. *attempt* counts from 1; a *forged* one is tried once, as its sender would."""

    id: int
    vendor: str
    event: str
    call: str
    url: str
    payload: bytes
    headers: Mapping[str, str]
    attempt: int
    first_due: float
    forged: bool = False


class Ledger:
    """The file ``sandbox.sqlite`` in *folder*. *seed* is that of the first start; None takes whatever is there, else 1."""

    def __init__(self, folder: Path, seed: int | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            folder / "sandbox.sqlite", isolation_level=None, check_same_thread=False, timeout=10
        )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)
        with self.work():
            kept = self.setting("seed")
            if kept and seed is not None and int(kept) != seed:
                raise SeedDiffers(f"this folder was begun with seed {kept}; take another folder for seed {seed}")
            self.seed = int(kept or (1 if seed is None else seed))
            self._set("seed", str(self.seed))
            self._connection.execute("UPDATE notice SET state = 'waiting' WHERE state = 'posting'")

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def work(self) -> Iterator[None]:
        """One piece of work: kept whole or, when it raises, not at all. Nested ones are part of the outer."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    # settings and clock

    def setting(self, name: str) -> str:
        rows = self._rows("SELECT value FROM setting WHERE name = ?", name)
        return str(rows[0][0]) if rows else ""

    def _set(self, name: str, value: str) -> None:
        self._rows(
            "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value
        )

    @property
    def offset_seconds(self) -> int:
        return int(self.setting("offset") or 0)

    def move_clock(self, offset_seconds: int) -> None:
        """Set how far business time is ahead of the wall clock. Raises `ClockGoesForward` for less than now."""
        with self.work():
            if offset_seconds < self.offset_seconds:
                raise ClockGoesForward(
                    f"the clock is {self.offset_seconds} seconds ahead and cannot go back to {offset_seconds}"
                )
            self._set("offset", str(offset_seconds))

    def wall(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC)

    def now(self) -> datetime:
        return self.wall() + timedelta(seconds=self.offset_seconds)

    def token(self, namespace: str, length: int, alphabet: str = ALPHANUMERICS) -> str:
        """Return the next *length* characters of *namespace*: the same row of them for the same seed."""
        with self.work():
            place = int(self.setting(f"token {namespace}") or 0)
            self._set(f"token {namespace}", str(place + 1))
        chance = random.Random(f"{self.seed}/{namespace}/{place}")
        return "".join(chance.choice(alphabet) for _ in range(length))

    # accounts

    def next_account_number(self, vendor: str) -> int:
        return int(self._rows("SELECT count(*) FROM account WHERE vendor = ?", vendor)[0][0]) + 1

    def open_account(self, account: Account) -> None:
        number = self.next_account_number(account.vendor)
        self._rows("INSERT INTO account VALUES (?, ?, ?)", account.vendor, number, json.dumps(attrs.asdict(account)))

    def accounts(self, vendor: str = "") -> list[Account]:
        rows = self._rows("SELECT body FROM account WHERE vendor = ? OR ? = '' ORDER BY vendor, number", vendor, vendor)
        return [Account(**json.loads(body)) for (body,) in rows]

    # papers

    def paper(self, vendor: str, kind: str, key: str) -> dict[str, Any] | None:
        rows = self._rows("SELECT body FROM paper WHERE vendor = ? AND kind = ? AND key = ?", vendor, kind, key)
        return json.loads(rows[0][0]) if rows else None

    def keep_paper(self, vendor: str, kind: str, key: str, paper: Mapping[str, Any]) -> None:
        self._rows(
            "INSERT INTO paper (vendor, kind, key, body) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (vendor, kind, key) DO UPDATE SET body = excluded.body",
            vendor, kind, key, json.dumps(paper),
        )  # fmt: skip

    def papers(self, vendor: str, kind: str) -> list[dict[str, Any]]:
        rows = self._rows("SELECT body FROM paper WHERE vendor = ? AND kind = ? ORDER BY seq", vendor, kind)
        return [json.loads(body) for (body,) in rows]

    # the record

    def write_down(self, kind: str, vendor: str, entry: Mapping[str, Any]) -> None:
        body = {"vendor": vendor, "recordedAt": self.now().isoformat(), **entry}
        self._rows("INSERT INTO record (kind, vendor, body) VALUES (?, ?, ?)", kind, vendor, json.dumps(body))

    def recorded(self, kind: str, wanted: Mapping[str, str], last: int = 0) -> list[dict[str, Any]]:
        """Return what was recorded of *kind*, oldest first, that has every *wanted* value; of them the *last* few."""
        found = []
        for seq, body in self._rows("SELECT seq, body FROM record WHERE kind = ? ORDER BY seq", kind):
            entry = json.loads(body)
            if all(_has(entry, name, value) for name, value in wanted.items()):
                found.append({"seq": seq, **entry})
        return found[-last:] if last else found

    # faults

    def arm(self, fault: Fault) -> Fault:
        with self.work():
            self._rows(
                "INSERT INTO fault (vendor, left, body) VALUES (?, ?, ?)", fault.vendor, fault.times, fault.to_json()
            )
            return attrs.evolve(fault, id=int(self._rows("SELECT last_insert_rowid()")[0][0]))

    def armed(self) -> list[Fault]:
        rows = self._rows("SELECT id, left, body FROM fault ORDER BY id")
        return [Fault.from_json(body, id=number, times=left) for number, left, body in rows]

    def disarm(self, number: int | None = None) -> int:
        """Take one fault or all of them away; returns how many there were."""
        with self.work():
            there = len([fault for fault in self.armed() if number in (None, fault.id)])
            self._rows("DELETE FROM fault WHERE id = ? OR ? IS NULL", number, number)
            return there

    def take_fault(self, vendor: str, call: str, fields: Mapping[str, str], kinds: Sequence[str]) -> Fault | None:
        """Return the oldest armed fault that fits, one time fewer; at none left it is gone."""
        with self.work():
            for fault in self.armed():
                if fault.vendor == vendor and fault.kind in kinds and fault.fits(call, fields):
                    self._rows("UPDATE fault SET left = left - 1 WHERE id = ?", fault.id)
                    self._rows("DELETE FROM fault WHERE left <= 0")
                    return fault
        return None

    # notices

    def add_notice(
        self,
        vendor: str,
        *,
        url: str,
        payload: bytes,
        headers: Mapping[str, str],
        event: str,
        call: str,
        after: float = 0,
        forged: bool = False,
    ) -> None:
        body = {
            "url": url,
            "payload": payload.hex(),
            "headers": dict(headers),
            "event": event,
            "call": call,
            "forged": forged,
        }
        due = time.time() + after
        self._rows(
            "INSERT INTO notice (vendor, body, due, first_due) VALUES (?, ?, ?, ?)", vendor, json.dumps(body), due, due
        )

    def due_notices(self, most: int) -> list[Notice]:
        """Return notices whose time has come, marked as being posted, each vendor's own in the order they were due."""
        with self.work():
            rows = self._rows(
                "UPDATE notice SET state = 'posting', attempts = attempts + 1 WHERE id IN "
                "(SELECT id FROM notice WHERE state = 'waiting' AND due <= ? ORDER BY due, id LIMIT ?) "
                "RETURNING id, vendor, body, attempts, first_due",
                time.time(), most,
            )  # fmt: skip
        found = []
        for number, vendor, body, attempts, first_due in sorted(rows):
            said = json.loads(body)
            payload = bytes.fromhex(said.pop("payload"))
            found.append(Notice(number, vendor, payload=payload, attempt=attempts, first_due=first_due, **said))
        return found

    def posted(self, notice: Notice, *, state: str, due: float = 0) -> None:
        """Note how an attempt ended: ``delivered``, ``given-up`` or ``waiting`` until *due*."""
        self._rows("UPDATE notice SET state = ?, due = max(due, ?) WHERE id = ?", state, due, notice.id)

    def notices_open(self) -> int:
        return int(self._rows("SELECT count(*) FROM notice WHERE state IN ('waiting', 'posting')")[0][0])


def _has(entry: Mapping[str, Any], name: str, value: str) -> bool:
    held = entry.get(name)
    if name == "to":
        return (
            str(held).lower()[-10:] == value.lower()[-10:]
            if str(held).isdigit()
            else str(held).lower() == value.lower()
        )
    if held is True or held is False:
        return str(held).lower() == value.lower()
    return str(held) == value
