"""``los staff``: who may work here."""

import secrets
import sys
from typing import Annotated

import typer

from los_cli.brand import SCOPE
from los_cli.terminal import AsJson, Open, answer, say
from los_domain.access.model import ROLES
from los_domain.shared.identifiers import Email


def app(opened: Open) -> typer.Typer:
    """Return the commands."""
    commands = typer.Typer(help="Staff: who may work here, and as what.", no_args_is_help=True)

    @commands.callback()
    def group() -> None:
        """Staff: who may work here, and as what."""

    @commands.command()
    def create(
        email: Annotated[str, typer.Argument(help="The e-mail she logs in with.")],
        name: Annotated[str, typer.Option(help="Her name.")],
        brand: Annotated[str, typer.Option(help="Subdomain of the brand she works for.")] = "",
        role: Annotated[list[str] | None, typer.Option(help=f"One or several of {', '.join(ROLES)}.")] = None,
        super_admin: Annotated[bool, typer.Option(help="May do everything, in every brand.")] = False,
        as_json: AsJson = False,
    ) -> None:
        """Add a member of staff. Her password is read from standard input, or made and shown once."""
        if bool(brand) != bool(role) or not (brand or super_admin):
            raise typer.BadParameter("say --brand with --role, or --super-admin")
        given = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.readline().strip()
        password = given or secrets.token_urlsafe(15)
        with opened().application() as application:
            roles = [(application.brands.by_subdomain(brand).id, word) for word in role or ()]
            staff = application.access.add_staff(
                SCOPE, Email(email), name=name, password=password, roles=roles, super_admin=super_admin
            )
        answer({"id": staff.id, "email": staff.email, **({} if given else {"password": password})}, as_json=as_json)
        if not given:
            say.print("this password is not shown again")

    return commands
