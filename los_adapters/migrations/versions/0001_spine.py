"""The tables of the spine, their walls and grants."""

from importlib.resources import files

from alembic import op

from los_adapters.shared.schema import REGISTER, access_statements, load_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table, then close it to all but the roles of its list."""
    connection = op.get_bind()
    connection.exec_driver_sql((files("los_adapters") / "audit" / "epoch.sql").read_text())  # a column's default
    load_tables().create_all(connection)
    owner = connection.exec_driver_sql("select quote_ident(current_user)").scalar_one()
    for entry in REGISTER.values():
        for statement in access_statements(entry, owner=owner):
            connection.exec_driver_sql(statement)
    connection.exec_driver_sql((files("los_adapters") / "access" / "enter.sql").read_text().replace("%", "%%"))
