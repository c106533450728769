"""
Private files in an S3 bucket. Port: Files.  Docs: docs.aws.amazon.com/AmazonS3/latest/API, read 2026-11.

    upload     presigned PUT to incoming/<key>      Content-Type and x-amz-server-side-encryption are part of the signature
    find       GET sealed/<key>, first bytes; else what lies in incoming/<key>: read, measured, sealed to sealed/<key>, removed there
    put, get   PUT, GET sealed/<key>                sealed before it leaves this process
    link       a link of the API, which opens the seal

A presigned PUT can bound neither size nor content, and can be used again until it expires: what counts is what *find* measures, and a file
that is sealed is never replaced from incoming/. A lifecycle rule of the bucket should clear incoming/ after a day.
"""

from typing import Any, Final

import attrs
from botocore.exceptions import ClientError

from los_adapters.documents.links import PUT_WITHIN, Links
from los_adapters.documents.sealing import HEAD_BYTES, FileSeal
from los_domain.documents.policy import media_type_of
from los_domain.documents.ports import Stored, Upload
from los_domain.shared.errors import NotFound

MOST_BYTES: Final = 50 * 1024 * 1024
"""A larger file in incoming/ is measured by its length alone and never read."""

_ENCRYPTION: Final = "AES256"


@attrs.frozen
class S3Files:
    """Files of one bucket. *client* is boto3's for S3."""

    client: Any
    bucket: str
    seal: FileSeal
    links: Links

    def put(self, key: str, content: bytes, *, media_type: str) -> Stored:
        """Seal and store *content*."""
        sealed, stored = self.seal.seal(key, content, media_type=media_type)
        self.client.put_object(
            Bucket=self.bucket,
            Key=f"sealed/{key}",
            Body=sealed,
            ContentType="application/octet-stream",
            ServerSideEncryption=_ENCRYPTION,
        )
        return stored

    def get(self, key: str) -> bytes:
        """Return the content. Raises NotFound."""
        sealed = self._read(f"sealed/{key}")
        if sealed is None:
            raise NotFound("no such file")
        return self.seal.open(key, sealed)

    def find(self, key: str) -> Stored | None:
        """Return what lies there, or None; a file that a client put is taken in first."""
        beginning = self._read(f"sealed/{key}", most=HEAD_BYTES)
        if beginning is not None:
            return self.seal.head(key, beginning)
        size = self._size(f"incoming/{key}")
        if size is None:
            return None
        if size > MOST_BYTES:
            return Stored(size, "", "application/octet-stream")
        content = self._read(f"incoming/{key}") if size else b""
        if content is None:
            return None
        stored = self.put(key, content, media_type=media_type_of(content))
        self.client.delete_object(Bucket=self.bucket, Key=f"incoming/{key}")
        return stored

    def upload(self, key: str, *, media_type: str, max_bytes: int) -> Upload:
        """Return a presigned PUT. *max_bytes* is held by whoever completes the upload: S3 cannot."""
        asked = {
            "Bucket": self.bucket,
            "Key": f"incoming/{key}",
            "ContentType": media_type,
            "ServerSideEncryption": _ENCRYPTION,
        }
        expires_at = self.links.wall.now() + PUT_WITHIN
        url = self.client.generate_presigned_url("put_object", Params=asked, ExpiresIn=int(PUT_WITHIN.total_seconds()))
        headers = (("Content-Type", media_type), ("x-amz-server-side-encryption", _ENCRYPTION))
        return Upload(url, "PUT", headers, expires_at)

    def link(self, key: str, *, filename: str) -> str:
        """Return a link of the API: what lies in the bucket is sealed."""
        return self.links.fetch(key, filename=filename)

    def delete(self, key: str) -> None:
        """Remove it, and what a client may have put beside."""
        for name in (f"sealed/{key}", f"incoming/{key}"):
            self.client.delete_object(Bucket=self.bucket, Key=name)

    def _size(self, name: str) -> int | None:
        try:
            return int(self.client.head_object(Bucket=self.bucket, Key=name)["ContentLength"])
        except ClientError as error:
            _refuse_unless_absent(error)
            return None

    def _read(self, name: str, *, most: int = 0) -> bytes | None:
        asked = {"Range": f"bytes=0-{most - 1}"} if most else {}
        try:
            content: bytes = self.client.get_object(Bucket=self.bucket, Key=name, **asked)["Body"].read()
        except ClientError as error:
            _refuse_unless_absent(error)
            return None
        return content


def _refuse_unless_absent(error: ClientError) -> None:
    """Raise *error* unless it says that there is no such object."""
    if error.response.get("Error", {}).get("Code") not in ("404", "NoSuchKey", "NotFound"):
        raise error


def s3_client(endpoint_url: str) -> Any:
    """Return boto3's client; imported here, because that takes half a second."""
    import boto3
    from botocore.config import Config

    config = Config(
        signature_version="s3v4",
        connect_timeout=5,
        read_timeout=30,
        retries={"max_attempts": 3, "mode": "standard"},
        s3={"addressing_style": "path" if endpoint_url else "auto"},
    )
    return boto3.client("s3", endpoint_url=endpoint_url or None, config=config)
