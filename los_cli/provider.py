"""``los provider``: the outside services that a brand uses."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from los_cli.brand import SCOPE
from los_cli.terminal import AsJson, Open, answer, answers, say
from los_domain.brands.model import BrandProvider
from los_domain.brands.providers import ProviderKind
from los_domain.brands.usecases.providers import ProviderWish
from los_domain.shared.actor import BrandScope

Facts = Callable[[str], Sequence[Mapping[str, Any]]]
"""Gives a vendor's table: what is public, what was seen, what is inferred and which setting changes it. Raises KeyError."""

Connect = Callable[..., Sequence[BrandProvider]]
"""Opens accounts at the sandbox and makes them a brand's providers."""

Subdomain = Annotated[str, typer.Argument(help="The brand, by its subdomain.")]


def app(opened: Open, facts_of: Facts, connected: Connect) -> typer.Typer:
    """Return the commands."""
    commands = typer.Typer(help="Providers: the outside services that a brand uses.", no_args_is_help=True)

    def scope_of(application: Any, brand: str) -> BrandScope:
        return BrandScope(application.brands.by_subdomain(brand).id, SCOPE.actor)

    @commands.command()
    def add(
        brand: Subdomain,
        kind: Annotated[ProviderKind, typer.Argument(help="What it is for.")],
        name: Annotated[
            str, typer.Argument(help="The vendor: GUPSHUP; `los provider facts` says what is known of it.")
        ],
        config: Annotated[Path, typer.Option(help="Its settings as a JSON object; - for standard input.")] = Path("-"),
        rank: Annotated[int, typer.Option(help="0 is the primary; the others are asked in order when it cannot.")] = 99,
        as_json: AsJson = False,
    ) -> None:
        """Add a provider to a brand. Its settings are checked by the vendor's own class; secrets are sealed and never shown."""
        raw = sys.stdin.read() if str(config) == "-" else config.read_text()
        try:
            settings = json.loads(raw)
        except ValueError:
            raise typer.BadParameter("the settings are no JSON object") from None
        if not isinstance(settings, dict):
            raise typer.BadParameter("the settings are no JSON object")
        with opened().application() as application:
            wish = ProviderWish(kind, name.upper(), settings, rank=rank)
            made = application.brand.save_provider(scope_of(application, brand), wish)
        answer(
            {
                "id": made.id,
                "kind": made.kind.value,
                "name": made.name,
                "rank": made.rank,
                "webhookPath": made.webhook_path,
            },
            as_json=as_json,
        )

    @commands.command(name="list")
    def list_(brand: Subdomain, as_json: AsJson = False) -> None:
        """Show a brand's providers in the order in which they are asked."""
        with opened().application() as application:
            found = application.brand.providers(scope_of(application, brand))
        answers(
            (
                {
                    "id": one.id,
                    "kind": one.kind.value,
                    "rank": one.rank,
                    "name": one.name,
                    "isActive": one.is_active,
                    "isDisabled": one.is_disabled,
                }
                for one in found
            ),
            as_json=as_json,
        )

    @commands.command()
    def facts(name: Annotated[str, typer.Argument(help="The vendor: GUPSHUP.")], as_json: AsJson = False) -> None:
        """Show what is known of a vendor's wire, how sure it is, and which setting changes it. Needs no database."""
        try:
            table = facts_of(name.upper())
        except KeyError as unknown:
            raise typer.BadParameter(str(unknown.args[0])) from None
        answers(table, as_json=as_json, title=name.upper())

    @commands.command(name="try")
    def try_(
        brand: Subdomain,
        name: Annotated[str, typer.Argument(help="The vendor: GUPSHUP.")],
        call: Annotated[str, typer.Argument(help="One of the vendor's harmless calls.")],
        as_json: AsJson = False,
    ) -> None:
        """Make one harmless call with the brand's real credentials; values of the answer are shown by their shape alone."""
        with opened().application() as application:
            found = application.brand.try_call(scope_of(application, brand), name.upper(), call)
        if as_json:
            rows = [{"path": one.path, "shape": one.shape, "inTable": one.in_table} for one in found.fields]
            facts = {
                "outcome": found.outcome,
                "detail": found.detail,
                "exchanges": list(found.exchanges),
                "fields": rows,
            }
            typer.echo(json.dumps(facts, indent=1))
            return
        answer(
            {"outcome": found.outcome, "detail": found.detail, "exchanges": "\n".join(found.exchanges)}, as_json=False
        )
        answers(
            ({"field": one.path, "looks like": one.shape, "in the table": one.in_table} for one in found.fields),
            as_json=False,
        )
        if found.inferred:
            say.print("inferred rows of the table, to be compared: " + "; ".join(one.wire for one in found.inferred))

    @commands.command()
    def connect(
        brand: Subdomain,
        sandbox: Annotated[str, typer.Option(help="Address of the sandbox; default: the installation's.")] = "",
        as_json: AsJson = False,
    ) -> None:
        """Open an account at every vendor of the sandbox and add all to the brand."""
        with opened().application() as application:
            settings = application.core.settings
            made = connected(
                application,
                scope_of(application, brand),
                sandbox_url=sandbox or settings.sandbox_url,
                public_url=settings.public_url,
            )
        answers(
            ({"id": one.id, "kind": one.kind.value, "rank": one.rank, "name": one.name} for one in made),
            as_json=as_json,
        )

    return commands
