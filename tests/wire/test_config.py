"""A vendor's settings: read strictly with every fault at once, shown without secrets, described for a screen."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import attrs
import pytest

from los_adapters.wire.config import (
    MASK,
    address,
    between,
    filled,
    form,
    path,
    public_view,
    schema,
    stored,
    structure,
    with_kept_secrets,
)
from los_adapters.wire.provider import secret
from los_domain.shared.errors import Invalid


class Style(Enum):
    PLAIN = "plain"
    FANCY = "fancy"


@attrs.frozen
class Config:
    account: str = attrs.field(validator=form(r"\d{4}", "four digits"))
    password: str = secret(validator=filled)
    old_passwords: tuple[str, ...] = secret(factory=tuple)
    url: str = attrs.field(default="https://vendor.example/api", validator=address)
    where: str = attrs.field(default="/go", validator=path)
    style: Style = Style.PLAIN
    codes: Mapping[str, Style] = attrs.field(factory=dict)
    words: tuple[str, ...] = ("a",)
    seconds: float = attrs.field(default=10.0, validator=between(1, 60))
    pages: int = 3
    strict: bool = True
    note: str | None = None


GOOD: dict[str, Any] = {"account": "1234", "password": "pw-secret-01"}


def problems(**changed: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        structure(Config, GOOD | changed)
    return {problem.field: problem.message for problem in caught.value.problems}


def test_defaults_fill_what_is_left_out() -> None:
    assert structure(Config, GOOD) == Config("1234", "pw-secret-01")


def test_every_kind_of_field_is_read() -> None:
    sent = {
        "old_passwords": ["x"], "style": "fancy", "codes": {"7": "plain"}, "words": ["b", "c"], "seconds": 5, "pages": 1,
        "strict": False, "note": "n", "url": "http://127.0.0.1:8080", "where": "/a/b",
    }  # fmt: skip
    config = structure(Config, GOOD | sent)
    assert (config.old_passwords, config.style, config.codes) == (("x",), Style.FANCY, {"7": Style.PLAIN})
    assert (config.words, config.seconds, config.pages, config.strict, config.note) == (("b", "c"), 5.0, 1, False, "n")
    assert structure(Config, stored(config)) == config


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"account": 1234}, "must be text"),
        ({"account": "12"}, "does not have the right form"),
        ({"password": ""}, "is empty"),
        ({"password": None}, "must be text"),
        ({"old_passwords": "abc"}, "must be a list"),
        ({"old_passwords": [1]}, "must be text"),
        ({"style": "loud"}, "must be one of plain, fancy"),
        ({"style": ["plain"]}, "must be one of plain, fancy"),
        ({"codes": ["7"]}, "must be an object"),
        ({"codes": {"7": "loud"}}, "must be one of plain, fancy"),
        ({"seconds": "10"}, "must be a number"),
        ({"seconds": True}, "must be a number"),
        ({"seconds": float("nan")}, "must be a number"),
        ({"seconds": 61}, "must lie between 1 and 60"),
        ({"pages": 1.0}, "must be a whole number"),
        ({"pages": True}, "must be a whole number"),
        ({"strict": "yes"}, "must be true or false"),
        ({"url": "ftp://vendor.example"}, "is not the address of a service"),
        ({"url": "https://vendor.example/"}, "is not the address of a service"),
        ({"url": "https://user:pw@vendor.example"}, "is not the address of a service"),
        ({"url": "https://vendor.example/?key=1"}, "is not the address of a service"),
        ({"where": "go"}, "is not a path"),
        ({"colour": "red"}, "is not a setting of this provider"),
    ],
)
def test_each_fault_names_its_field(changed: dict[str, Any], message: str) -> None:
    assert problems(**changed) == {next(iter(changed)): message}


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        structure(Config, {"account": 7, "colour": "red", "seconds": 0, "style": "loud"})
    assert {p.field for p in caught.value.problems} == {"account", "password", "colour", "seconds", "style"}


def test_no_fault_repeats_a_value() -> None:
    with pytest.raises(Invalid) as caught:
        structure(
            Config, {"account": "hunter2", "password": ["hunter2"], "url": "hunter2", "note": 5, "words": "hunter2"}
        )
    assert "hunter2" not in str(caught.value) + repr(caught.value.problems)


def test_secrets_are_masked_and_kept() -> None:
    config = structure(Config, GOOD | {"old_passwords": ["older-secret"]})
    shown = public_view(config)
    assert (shown["password"], shown["old_passwords"], shown["account"]) == (MASK, MASK, "1234")
    assert "secret" not in repr(shown) + repr(config)
    assert public_view(structure(Config, GOOD))["old_passwords"] == ""
    sent = with_kept_secrets(Config, shown | {"pages": 9}, stored(config))
    assert structure(Config, sent) == attrs.evolve(config, pages=9)


def test_the_schema_tells_a_screen_everything_but_secrets() -> None:
    told = schema(Config)
    assert told["required"] == ["account", "password"]
    assert told["additionalProperties"] is False
    fields = told["properties"]
    assert fields["password"] == {"type": "string", "writeOnly": True}
    assert fields["old_passwords"] == {"type": "array", "items": {"type": "string"}, "writeOnly": True}
    assert fields["style"] == {"type": "string", "enum": ["plain", "fancy"], "default": "plain"}
    assert fields["codes"]["additionalProperties"] == {"type": "string", "enum": ["plain", "fancy"]}
    assert fields["seconds"] == {"type": "number", "default": 10.0}
    assert fields["words"] == {"type": "array", "items": {"type": "string"}, "default": ["a"]}
    assert fields["note"] == {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
