"""
Tables of what happened to loan accounts and of the journals that follow: added to, never changed.

No role of a process may update or delete; a trigger refuses it to everybody else, the owner of the tables included.
"""

import sqlalchemy as sa

from los_adapters.shared.schema import Instant, Paise, Uuid, brand_table, one_of, to_brand
from los_domain.ledger import Cause, LedgerAccount
from los_domain.repayment.transactions import Component, PrepaymentMode, TransactionKind

account_transactions = brand_table(
    "account_transactions",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("loan_id", Uuid, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("value_on", sa.Date, nullable=False),
    sa.Column("amount_paise", Paise, nullable=False),
    sa.Column("fee_paise", Paise, nullable=False),
    sa.Column("gst_paise", Paise, nullable=False),
    sa.Column("upfront_interest_paise", Paise, nullable=False),
    sa.Column("component", sa.Text),
    sa.Column("due_on", sa.Date),
    sa.Column("to_on", sa.Date),
    sa.Column("mode", sa.Text),
    sa.Column("rate_units", sa.BigInteger),
    sa.Column("rate_scale", sa.Integer),
    sa.Column("rate_per", sa.Text),
    sa.Column("instalments", sa.Integer),
    sa.Column("instalment_paise", Paise),
    sa.Column("npa", sa.Boolean, nullable=False),
    sa.Column("reverses", Uuid),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("entered_at", Instant, nullable=False),  # business time
    sa.UniqueConstraint("brand_id", "loan_id", "sequence"),
    sa.UniqueConstraint("brand_id", "reverses"),  # nothing is undone twice
    one_of("kind", TransactionKind),
    sa.CheckConstraint(f"component IN ({', '.join(repr(c.value) for c in Component)})", name="component_known"),
    sa.CheckConstraint(f"mode IN ({', '.join(repr(m.value) for m in PrepaymentMode)})", name="mode_known"),
    sa.CheckConstraint("amount_paise >= 0 AND fee_paise >= 0 AND gst_paise >= 0", name="amounts_not_negative"),
    to_brand("loans", "loan_id"),
    append_only=True,
)

journals = brand_table(
    "journals",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("loan_id", Uuid),  # NULL: the brand's own, money in suspense
    sa.Column("place", sa.BigInteger, sa.Identity(always=True), nullable=False),  # the order of writing
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("transaction_id", Uuid),
    sa.Column("value_on", sa.Date, nullable=False),
    sa.Column("booked_on", sa.Date, nullable=False),
    sa.Column("reverses", Uuid),
    sa.Column("written_at", Instant, nullable=False),  # business time
    sa.UniqueConstraint("brand_id", "reverses"),
    one_of("cause", (cause for cause in Cause if cause is not Cause.ACCRUAL)),
    to_brand("loans", "loan_id"),
    sa.Index("ix_journals_loan", "brand_id", "loan_id", "place"),
    sa.Index("ix_journals_booked_on", "brand_id", "booked_on"),
    append_only=True,
)

journal_entries = brand_table(
    "journal_entries",
    sa.Column("journal_id", Uuid, nullable=False),
    sa.Column("line", sa.SmallInteger, nullable=False),
    sa.Column("debit", sa.Text, nullable=False),
    sa.Column("debit_channel", sa.Text, nullable=False),
    sa.Column("credit", sa.Text, nullable=False),
    sa.Column("credit_channel", sa.Text, nullable=False),
    # One positive amount from one account to another: an entry that does not balance cannot be written down.
    sa.Column("amount_paise", Paise, nullable=False),
    one_of("debit", LedgerAccount),
    one_of("credit", LedgerAccount),
    sa.CheckConstraint("amount_paise > 0", name="moves_something"),
    sa.CheckConstraint("(debit, debit_channel) <> (credit, credit_channel)", name="from_one_to_another"),
    to_brand("journals", "journal_id"),
    key=("journal_id", "line"),
    append_only=True,
)

_FUNCTION = sa.DDL(  # type: ignore[no-untyped-call]
    "CREATE OR REPLACE FUNCTION los_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION '%% is only ever added to: enter what undoes it', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; "
    "END $$"
)
for _table in (account_transactions, journals, journal_entries):
    sa.event.listen(_table, "after_create", _FUNCTION)
    for _when, _each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        _trigger = f"CREATE TRIGGER {_table.name}_{_each.lower()} BEFORE {_when} ON {_table.name} FOR EACH {_each}"
        _statement = f"{_trigger} EXECUTE FUNCTION los_refuse_change()"
        sa.event.listen(_table, "after_create", sa.DDL(_statement))  # type: ignore[no-untyped-call]
