"""``los brand``: the names under which lenders lend."""

from typing import Annotated

import typer

from los_cli.terminal import AsJson, Open, answer, answers
from los_domain.shared.actor import Actor, PlatformScope

SCOPE = PlatformScope(Actor.system("command line"))


def app(opened: Open) -> typer.Typer:
    """Return the commands."""
    commands = typer.Typer(help="Brands: the names under which a lender lends.", no_args_is_help=True)

    @commands.command()
    def create(
        subdomain: Annotated[str, typer.Argument(help="By which borrowers' apps find it: quick-rupee.")],
        name: Annotated[str, typer.Option(help="As borrowers read it: Quick Rupee.")],
        lender: Annotated[str, typer.Option(help="The regulated entity that lends; added if its name is new.")],
        registration_number: Annotated[str, typer.Option(help="Of a new lender, with the regulator.")] = "",
        as_json: AsJson = False,
    ) -> None:
        """Found a brand."""
        with opened().application() as application:
            brand = application.brand.found(
                SCOPE, name=name, subdomain=subdomain, lender=lender, registration_number=registration_number
            )
        answer(
            {"id": brand.id, "lenderId": brand.lender_id, "name": brand.name, "subdomain": brand.subdomain},
            as_json=as_json,
        )

    @commands.command(name="list")
    def list_(as_json: AsJson = False) -> None:
        """Show every brand."""
        with opened().application() as application:
            found = application.brands.every()
        answers(
            (
                {"id": brand.id, "subdomain": brand.subdomain, "name": brand.name, "isActive": brand.is_active}
                for brand in found
            ),
            as_json=as_json,
        )

    return commands
