"""``los``: the command line. The only module here that opens los_adapters, and only when a command needs it."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from los_cli import (
    audit,
    backup,
    brand,
    bureau,
    clock,
    database,
    day,
    dead,
    doctor,
    jobs,
    math,
    openapi,
    processes,
    provider,
    staff,
    statement,
)
from los_cli.demo import command as demo
from los_cli.terminal import say
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import LosError

if TYPE_CHECKING:
    from los_adapters.backup import Manifest
    from los_adapters.bootstrap import Application
    from los_adapters.doctor import Finding
    from los_adapters.operations import Installation
    from los_domain.brands.model import BrandProvider


def installation() -> "Installation":
    """Return the installation that the environment tells of."""
    from los_adapters.operations import Installation

    return Installation.of(os.environ)


def _examined() -> Iterator["Finding"]:
    from los_adapters.doctor import examined

    return examined(installation())


def _back_up(installation: "Installation", folder: Path) -> "Manifest":
    from los_adapters.backup import back_up

    return back_up(installation, folder)


def _restore(installation: "Installation", folder: Path) -> "Manifest":
    from los_adapters.backup import restore

    return restore(installation, folder)


def _report(raw: bytes, as_of: date | None) -> Mapping[str, Any]:
    from los_adapters.bureau.shapes import metrics_as_json

    return metrics_as_json(raw, as_of=as_of)


def _statement(raw: bytes, as_of: date | None) -> Mapping[str, Any]:
    from los_adapters.banking.shapes import metrics_as_json

    return metrics_as_json(raw, as_of=as_of)


def _facts(name: str) -> Sequence[Mapping[str, Any]]:
    from los_adapters.shared.providers_catalogue import CATALOGUE

    if name not in CATALOGUE:
        raise KeyError(f"no vendor is called {name}: there are {', '.join(CATALOGUE)}")
    return [
        {
            "ours": fact.ours,
            "wire": fact.wire,
            "evidence": fact.evidence.value,
            "setting": fact.setting,
            "note": fact.note,
        }
        for fact in CATALOGUE[name].facts
    ]


def _connected(application: "Application", scope: BrandScope, **where: str) -> "Sequence[BrandProvider]":
    from los_adapters.sandbox import connect

    return connect(application, scope, **where)


GROUPS: Mapping[str, Callable[[], typer.Typer]] = {
    "brand": lambda: brand.app(installation),
    "provider": lambda: provider.app(installation, _facts, _connected),
    "staff": lambda: staff.app(installation),
    "clock": lambda: clock.app(installation),
    "day": lambda: day.app(installation),
    "db": lambda: database.app(installation),
    "jobs": lambda: jobs.app(installation),
    "dead": lambda: dead.app(installation),
    "audit": lambda: audit.app(installation),
    "bureau": lambda: bureau.app(_report),
    "statement": lambda: statement.app(_statement),
    "math": math.app,
}
"""Each group's commands: one file of this package a group."""


def commands() -> typer.Typer:
    """Return everything that ``los`` can do."""
    app = typer.Typer(
        help="Loan origination and servicing. Begin with `los demo`; `los run` starts the service, `los doctor` says what is wrong.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    processes.add(app, installation)
    database.add(app, installation)
    demo.add(app)
    openapi.add(app)
    doctor.add(app, _examined)
    backup.add(app, installation, _back_up, _restore)
    for name, group in GROUPS.items():
        app.add_typer(group(), name=name)
    return app


def main() -> None:
    """Run one command. What can be told in a sentence is told so; a fault of ours shows where it happened."""
    try:
        commands()()
    except LosError as refusal:
        _refuse(refusal)
    except Exception as error:
        if not _is_advice(error):
            raise
        _refuse(error)


def _is_advice(error: Exception) -> bool:
    """Return whether the message of *error* was written for whoever runs the installation."""
    from los_adapters.backup import BackupError
    from los_adapters.operations import ADVICE

    return isinstance(error, (processes.Died, BackupError, *ADVICE))


def _refuse(error: Exception) -> None:
    say.print(f"los: {getattr(error, 'orig', error)}", style="red", markup=False, soft_wrap=True)
    sys.exit(1)
