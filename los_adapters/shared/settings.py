"""Typed settings from the environment, read once. A missing or wrong one is named, with all the others, and nothing starts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit, urlunsplit

import attrs

from los_adapters.shared.schema import Role

A = TypeVar("A", bound="attrs.AttrsInstance")


class BadSettings(Exception):
    """Settings that do not add up. The message names every variable at fault and what it should hold."""


def _flag(text: str) -> bool:
    if text.lower() in ("1", "true", "yes", "on"):
        return True
    if text.lower() in ("0", "false", "no", "off", ""):
        return False
    raise ValueError("should be 1 or 0")


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


_READERS: Mapping[Any, Any] = {str: str, int: int, float: float, bool: _flag, Path: Path, tuple[str, ...]: _names}


def load(cls: type[A], environ: Mapping[str, str], *, prefix: str = "LOS") -> A:
    """Build *cls* from variables named PREFIX_FIELD. Raises BadSettings naming every one that is missing or wrong."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for field in attrs.fields(cls):
        variable = f"{prefix}_{field.name}".upper()
        text = environ.get(variable)
        if text is None:
            if field.default is attrs.NOTHING:
                problems.append(f"{variable} is missing: {field.metadata.get('help', 'it has no default')}")
            continue
        try:
            values[field.name] = _READERS[field.type](text)
        except ValueError as error:
            problems.append(f"{variable}: {error}")
    if problems:
        raise BadSettings("; ".join(problems))
    return cls(**values)


@attrs.frozen
class Settings:
    """What a process of the service needs to know. Every field is the environment variable ``LOS_<FIELD>``."""

    brand_database_url: str = attrs.field(repr=False, metadata={"help": "PostgreSQL as role los_brand"})
    lender_database_url: str = attrs.field(repr=False, metadata={"help": "PostgreSQL as role los_lender"})
    platform_database_url: str = attrs.field(repr=False, metadata={"help": "PostgreSQL as role los_platform"})
    master_key_file: Path = attrs.field(metadata={"help": "the file of 32 random bytes that `make setup` wrote"})
    public_url: str = "http://127.0.0.1:4002"  # where vendors and borrowers reach us
    host: str = "127.0.0.1"
    port: int = 4002
    queue: str = "postgres"  # postgres, rabbitmq or redis
    durable_queue: str = ""  # sqs: carries certificates, heavy reports and audit copies
    sqs_namespace: str = "los"
    audit_folder: Path = Path(".los/audit")  # copies of the sealed trail, where SQS does not take them
    worker_threads: int = 8
    worker_metrics_port: int = 0  # 0: no metrics over HTTP
    worker_liveness_file: str = ""  # touched every few seconds while every part of the worker is alive
    rabbitmq_url: str = attrs.field(default="", repr=False)
    redis_url: str = attrs.field(default="", repr=False)
    cache: str = "postgres"  # postgres or redis
    requests_per_minute: int = 6_000  # of one address, in one process; 0: as many as come
    files: str = "folder"  # folder or s3
    files_folder: Path = Path(".los/files")
    s3_private_bucket: str = ""
    s3_public_bucket: str = ""
    aws_endpoint_url: str = ""
    cors_origins: tuple[str, ...] = ()
    sandbox: bool = False  # vendors are the sandbox, the clock is settable
    sandbox_url: str = "http://127.0.0.1:4010"
    log_level: str = "INFO"
    threads: int = 32
    database_connections: int = 12
    access_token_minutes: int = 10
    allow_metrics_from: tuple[str, ...] = ("127.0.0.1", "::1")

    def database_urls(self) -> Mapping[Role, str]:
        """Return the URL of each role."""
        return {
            Role.BRAND: self.brand_database_url,
            Role.LENDER: self.lender_database_url,
            Role.PLATFORM: self.platform_database_url,
        }


def url_as(owner_url: str, role: Role, password: str = "") -> str:
    """Return *owner_url* for another role of the same database: how the embedded profile derives the three."""
    parts = urlsplit(owner_url)
    host = parts.netloc.rpartition("@")[2]
    user = role.value + (f":{quote(password, safe='')}" if password else "")
    return urlunsplit((parts.scheme, f"{user}@{host}", parts.path, parts.query, parts.fragment))


def derived(owner_url: str) -> dict[str, str]:
    """Return the environment of the three roles' URLs where the server trusts local connections."""
    return {f"LOS_{role.name}_DATABASE_URL": url_as(owner_url, role) for role in Role}
