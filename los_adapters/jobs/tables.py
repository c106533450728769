"""Table of job runs."""

import sqlalchemy as sa

from los_adapters.shared.schema import Instant, Uuid, one_of, platform_table
from los_domain.jobs.model import RunState

job_runs = platform_table(
    "job_runs",
    sa.Column("id", Uuid, primary_key=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("slot", Instant, nullable=False),  # business time
    sa.Column("claimed_at", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("started_at", Instant),
    sa.Column("finished_at", Instant),
    sa.Column("done", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("total", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("result", sa.Text, nullable=False, server_default=""),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("job", "slot"),
    sa.Index("ix_job_runs_claimed_at", "claimed_at"),
    one_of("state", RunState),
    reason="jobs run for the platform; names, instants and counts",
    rights=("SELECT", "INSERT", "UPDATE"),
)
