"""``los openapi``: the API's document, without a database."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer


def add(commands: typer.Typer) -> None:
    """Add the command."""

    @commands.command()
    def openapi(
        out: Annotated[Path | None, typer.Option(help="Write it here instead of standard output.")] = None,
    ) -> None:
        """Print the OpenAPI document as JSON. Needs no database; a running API shows it at /docs/swagger."""
        done = subprocess.run(
            [sys.executable, "-m", "los_http", "--openapi"], stdout=subprocess.PIPE, text=True, check=True
        )
        if out is None:
            typer.echo(done.stdout, nl=False)
        else:
            out.write_text(done.stdout)
