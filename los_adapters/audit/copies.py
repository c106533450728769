"""
Copies of the audit trail outside the database: a folder of lines, or SQS.

    number, root, previous, at   of the seal; roots in hexadecimal
    last                         epoch, transaction and id of the last row
    rows                         base64 of each row's content as it was hashed; values of persons are sealed in it

A message of SQS holds 256 KiB safely, so a segment travels in parts (``part``, ``parts``).
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from los_domain.audit.model import Seal, TrailRow
from los_domain.shared.errors import ProviderUnavailable

_ROOM: Final = 180_000
"""Bytes of rows in one message, with room for what surrounds them."""


def head(seal: Seal) -> dict[str, Any]:
    """Return what is said of *seal* with its rows."""
    return {
        "number": seal.number,
        "root": seal.root.hex(),
        "previous": seal.previous.hex(),
        "at": seal.at.isoformat(),
        "last": [seal.last.epoch, seal.last.xid, str(seal.last.id)],
    }


@attrs.frozen
class FolderCopies:
    """
    One file a segment, written once, named by number and root. Give the folder to a user of its own, or mount a disk that is written
    once.
    """

    folder: Path

    def keep(self, seal: Seal, rows: Sequence[TrailRow]) -> None:
        """Write the segment's file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{seal.number:012}-{seal.root.hex()}.json"
        if path.exists():
            return
        content = {**head(seal), "rows": [base64.b64encode(row.content).decode() for row in rows]}
        fresh = path.with_suffix(".part")
        fresh.write_text(json.dumps(content))
        fresh.replace(path)

    def roots(self) -> Mapping[int, bytes]:
        """Return the roots that the files are named by."""
        named = (path.stem.split("-") for path in self.folder.glob("*-*.json"))
        return {int(number): bytes.fromhex(root) for number, root in named}


@attrs.define
class SqsCopies:
    """Messages to one queue, from which an archive of the operator's takes them."""

    queue_name: str
    endpoint_url: str = ""
    _url: str = ""

    def keep(self, seal: Seal, rows: Sequence[TrailRow]) -> None:
        """Send the segment. Sent again, the archive sees a number that it has."""
        import boto3  # half a second to import, and only this adapter needs it
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            client = boto3.client("sqs", endpoint_url=self.endpoint_url or None)
            if not self._url:
                self._url = client.create_queue(
                    QueueName=self.queue_name, Attributes={"MessageRetentionPeriod": "1209600"}
                )["QueueUrl"]
            parts = list(_parts(rows))
            for part, some in enumerate(parts, start=1):
                body = {**head(seal), "part": part, "parts": len(parts), "rows": some}
                client.send_message(QueueUrl=self._url, MessageBody=json.dumps(body))
        except (BotoCoreError, ClientError) as error:
            raise ProviderUnavailable(f"the queue of audit copies cannot be reached: {type(error).__name__}") from None

    def roots(self) -> Mapping[int, bytes]:
        """Nothing: messages are taken by the archive, which has the roots."""
        return {}


def _parts(rows: Sequence[TrailRow]) -> Iterator[list[str]]:
    part: list[str] = []
    size = 0
    for row in rows:
        said = base64.b64encode(row.content).decode()
        if part and size + len(said) > _ROOM:
            yield part
            part, size = [], 0
        part.append(said)
        size += len(said) + 4
    yield part
