"""Files behind both adapters."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from moto.server import ThreadedMotoServer

from los_adapters.documents.folder import FolderFiles
from los_adapters.documents.links import Links
from los_adapters.documents.s3 import S3Files, s3_client
from los_adapters.documents.sealing import FileSeal
from los_adapters.shared.ids import SystemIds
from los_adapters.shared.vault import Vault
from tests.borrowers import borrower, brand, http, officer  # noqa: F401 - fixtures


@attrs.define
class Wall:
    """A wall clock that a test moves."""

    at: datetime = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def links(wall: Wall) -> Links:
    return Links(b"secret of a test", "https://los.example", wall)


@pytest.fixture
def seal() -> FileSeal:
    return FileSeal(Vault(bytes(32)), SystemIds().new)


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "ap-south-1"),
    ):
        monkeypatch.setenv(name, value)
    client = s3_client(s3_url)
    client.create_bucket(Bucket="private", CreateBucketConfiguration={"LocationConstraint": "ap-south-1"})
    yield client
    for item in client.list_objects_v2(Bucket="private").get("Contents", []):
        client.delete_object(Bucket="private", Key=item["Key"])
    client.delete_bucket(Bucket="private")


@pytest.fixture(params=["folder", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path, links: Links, seal: FileSeal) -> FolderFiles | S3Files:
    if request.param == "folder":
        return FolderFiles(tmp_path / "files", seal, links)
    return S3Files(request.getfixturevalue("bucket"), "private", seal, links)
