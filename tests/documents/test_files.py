"""Private files: one contract for both adapters, then what each has of its own."""

import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest

from los_adapters.documents.folder import FolderFiles
from los_adapters.documents.links import FileDoor, Links, Purpose
from los_adapters.documents.s3 import S3Files
from los_adapters.documents.sealing import FileSeal
from los_adapters.shared.vault import VaultError
from los_domain.documents.ports import Files, Upload
from los_domain.shared.errors import Conflict, Invalid, NotFound
from tests.documents.conftest import Wall

KEY = "0190f5a2-6c1e-7000-8000-000000000001/documents/0190f5a2-6c1e-7000-8000-000000000002"
PDF = b"%PDF-1.7 salary 68,500"
PERSONAL = b"68,500"


def put_as_client(files: Files, links: Links, upload: Upload, content: bytes) -> None:
    """Do what a borrower's browser does with a link."""
    if upload.url.startswith("https://los.example/api/v1/files/"):
        FileDoor(files, links).receive(upload.url.rpartition("/")[2], content)
        return
    answer = httpx.request(upload.method, upload.url, content=content, headers=dict(upload.headers), trust_env=False)
    assert answer.status_code == 200, answer.text


class TestFiles:
    def test_keeps_and_measures(self, files: Files) -> None:
        assert files.find(KEY) is None
        with pytest.raises(NotFound):
            files.get(KEY)
        stored = files.put(KEY, PDF, media_type="application/pdf")
        assert stored == files.find(KEY)
        assert (stored.size, stored.sha256, stored.media_type) == (
            len(PDF),
            hashlib.sha256(PDF).hexdigest(),
            "application/pdf",
        )
        assert files.get(KEY) == PDF

    def test_replaces(self, files: Files) -> None:
        files.put(KEY, PDF, media_type="application/pdf")
        files.put(KEY, b"another", media_type="text/plain")
        assert files.get(KEY) == b"another"
        found = files.find(KEY)
        assert found is not None
        assert found.size == 7

    def test_keeps_nothing_too(self, files: Files) -> None:
        files.put(KEY, b"", media_type="text/plain")
        assert files.get(KEY) == b""

    def test_deletes_once_or_twice(self, files: Files) -> None:
        files.put(KEY, PDF, media_type="application/pdf")
        files.delete(KEY)
        files.delete(KEY)
        assert files.find(KEY) is None

    def test_a_client_puts_by_a_link_and_is_measured_not_believed(self, files: Files, links: Links) -> None:
        upload = files.upload(KEY, media_type="image/jpeg", max_bytes=1000)
        assert files.find(KEY) is None
        put_as_client(files, links, upload, PDF)
        found = files.find(KEY)
        assert found is not None
        assert (found.media_type, found.sha256) == ("application/pdf", hashlib.sha256(PDF).hexdigest())
        assert files.get(KEY) == PDF

    def test_a_link_used_again_replaces_nothing_that_was_measured(self, files: Files, links: Links) -> None:
        upload = files.upload(KEY, media_type="application/pdf", max_bytes=1000)
        put_as_client(files, links, upload, PDF)
        assert files.find(KEY) is not None
        try:
            put_as_client(files, links, upload, b"%PDF-1.7 other")
        except Conflict:
            assert isinstance(files, FolderFiles)
        assert files.get(KEY) == PDF

    def test_is_fetched_by_a_link_under_its_name(self, files: Files, links: Links) -> None:
        files.put(KEY, PDF, media_type="application/pdf")
        token = files.link(KEY, filename="salary-slip.pdf").rpartition("/")[2]
        fetched = FileDoor(files, links).fetch(token)
        assert (fetched.content, fetched.media_type, fetched.filename) == (PDF, "application/pdf", "salary-slip.pdf")
        files.delete(KEY)
        with pytest.raises(NotFound):
            FileDoor(files, links).fetch(token)


class TestLinks:
    def test_serve_one_purpose(self, links: Links) -> None:
        fetch = links.fetch(KEY, filename="a.pdf").rpartition("/")[2]
        put = links.upload(KEY, media_type="application/pdf", max_bytes=9).url.rpartition("/")[2]
        assert links.read(fetch, Purpose.FETCH).key == links.read(put, Purpose.PUT).key == KEY
        for token, purpose in ((fetch, Purpose.PUT), (put, Purpose.FETCH)):
            with pytest.raises(NotFound):
                links.read(token, purpose)

    def test_expire(self, links: Links, wall: Wall) -> None:
        fetch = links.fetch(KEY, filename="a.pdf").rpartition("/")[2]
        put = links.upload(KEY, media_type="application/pdf", max_bytes=9).url.rpartition("/")[2]
        wall.advance(minutes=5)
        with pytest.raises(NotFound):
            links.read(fetch, Purpose.FETCH)
        assert links.read(put, Purpose.PUT).max_bytes == 9
        wall.advance(minutes=10)
        with pytest.raises(NotFound):
            links.read(put, Purpose.PUT)

    @pytest.mark.parametrize(
        "forge", [lambda t: t[:-1], lambda t: "A" + t, lambda t: t.partition(".")[0], lambda _: ""]
    )
    def test_cannot_be_made_up(self, links: Links, forge: Any) -> None:
        token = links.fetch(KEY, filename="a.pdf").rpartition("/")[2]
        with pytest.raises(NotFound):
            links.read(forge(token), Purpose.FETCH)

    def test_of_another_installation_open_nothing(self, links: Links, wall: Wall) -> None:
        token = Links(b"another secret", "https://los.example", wall).fetch(KEY, filename="a").rpartition("/")[2]
        with pytest.raises(NotFound):
            links.read(token, Purpose.FETCH)

    def test_let_in_no_more_than_was_asked_for(self, tmp_path: Path, seal: FileSeal, links: Links) -> None:
        files = FolderFiles(tmp_path, seal, links)
        token = files.upload(KEY, media_type="application/pdf", max_bytes=4).url.rpartition("/")[2]
        with pytest.raises(Invalid):
            FileDoor(files, links).receive(token, b"12345")
        assert files.find(KEY) is None


class TestFolder:
    @pytest.fixture
    def folder(self, tmp_path: Path, seal: FileSeal, links: Links) -> FolderFiles:
        return FolderFiles(tmp_path / "files", seal, links)

    def test_shows_nothing_to_whoever_reads_the_disk(self, folder: FolderFiles) -> None:
        folder.put(KEY, PDF, media_type="application/pdf")
        path = folder.root / KEY
        assert PERSONAL not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0

    def test_a_file_moved_to_another_key_does_not_open(self, folder: FolderFiles) -> None:
        folder.put(KEY, PDF, media_type="application/pdf")
        (folder.root / KEY).rename(folder.root / f"{KEY}-2")
        with pytest.raises(VaultError):
            folder.get(f"{KEY}-2")

    def test_an_altered_file_does_not_open(self, folder: FolderFiles) -> None:
        folder.put(KEY, PDF, media_type="application/pdf")
        path = folder.root / KEY
        path.write_bytes(path.read_bytes()[:-1] + b"\x00")
        with pytest.raises(VaultError):
            folder.get(KEY)

    @pytest.mark.parametrize("key", ["../etc/passwd", "a/../b", "/etc/passwd", "a", "a//b", "a/B", "a/.hidden"])
    def test_a_key_leads_nowhere_else(self, folder: FolderFiles, key: str) -> None:
        with pytest.raises(ValueError, match="key"):
            folder.put(key, b"", media_type="text/plain")


class TestS3:
    def test_holds_only_what_is_sealed_once_it_was_found(self, bucket: Any, seal: FileSeal, links: Links) -> None:
        files = S3Files(bucket, "private", seal, links)
        put_as_client(files, links, files.upload(KEY, media_type="application/pdf", max_bytes=99), PDF)
        files.find(KEY)
        items = bucket.list_objects_v2(Bucket="private")["Contents"]
        assert [item["Key"] for item in items] == [f"sealed/{KEY}"]
        assert PERSONAL not in bucket.get_object(Bucket="private", Key=f"sealed/{KEY}")["Body"].read()

    def test_an_empty_upload_is_measured(self, bucket: Any, seal: FileSeal, links: Links) -> None:
        files = S3Files(bucket, "private", seal, links)
        put_as_client(files, links, files.upload(KEY, media_type="application/pdf", max_bytes=99), b"")
        found = files.find(KEY)
        assert found is not None
        assert found.size == 0

    def test_a_bucket_that_is_not_there_is_a_fault_and_not_an_absent_file(
        self, bucket: Any, seal: FileSeal, links: Links
    ) -> None:
        files = S3Files(bucket, "nowhere", seal, links)
        with pytest.raises(bucket.exceptions.ClientError):
            files.find(KEY)
