"""Scans, reviews and complaints

Revision: 0006; after: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
_DAY = sa.Date().with_variant(sa.String(10), "sqlite")
_OPEN = sa.text("decided_at IS NULL")
# Days and months as each database says them.
_COPIES = {
    "sqlite": (
        "INSERT INTO item_seen (run_id, item, first_day, last_day, devices, provinces, cleared, checked)"
        " SELECT run_id, item, day, day, clusters, 0, 0, '' FROM"
        " (SELECT *, date(substr(first_at, 1, 19), '+8 hours') AS day FROM item_seen_before)",
        "INSERT INTO scan_month (run_id, month, province, devices)"
        " SELECT run_id, substr(first_day, 1, 7), '', count(*) FROM item_cluster GROUP BY 1, 2",
    ),
    "postgresql": (
        "INSERT INTO item_seen (run_id, item, first_day, last_day, devices, provinces, cleared, checked)"
        " SELECT run_id, item, day, day, clusters, 0, 0, '' FROM"
        " (SELECT *, (first_at AT TIME ZONE 'Asia/Shanghai')::date AS day FROM item_seen_before) AS before",
        "INSERT INTO scan_month (run_id, month, province, devices)"
        " SELECT run_id, to_char(first_day, 'YYYY-MM'), '', count(*) FROM item_cluster GROUP BY 1, 2",
    ),
}
_WATCH = {"watch_devices": 8, "watch_provinces": 4}


def upgrade() -> None:
    """Apply; who asked for a label stays counted, the moment becomes a day."""
    _scan_tables()
    _review_tables()
    _complaint_tables()
    for column, usual in _WATCH.items():
        check = f"CONSTRAINT {op.f(f'ck_product_{column}_range')} CHECK ({column} >= 2)"
        op.execute(f"ALTER TABLE product ADD COLUMN {column} INTEGER DEFAULT {usual} NOT NULL {check}")


def _scan_tables() -> None:
    for table in ("item_seen", "item_cluster"):
        op.rename_table(table, f"{table}_before")
    if op.get_bind().dialect.name == "postgresql":
        # Names of constraints stay with the renamed tables, and those of indexes are one space for all.
        for table in ("item_seen", "item_cluster"):
            op.execute(f"ALTER TABLE {table}_before DROP CONSTRAINT pk_{table}")
    op.create_table(
        "item_seen",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("first_day", _DAY, nullable=False),
        sa.Column("last_day", _DAY, nullable=False),
        sa.Column("devices", sa.Integer(), nullable=False),
        sa.Column("provinces", sa.Integer(), nullable=False),
        sa.Column("cleared", sa.Integer(), nullable=False),
        sa.Column("checked", sa.String(32), nullable=False, server_default=""),
        sa.CheckConstraint("devices >= 1", name=op.f("ck_item_seen_devices_positive")),
        sa.CheckConstraint("provinces BETWEEN 0 AND devices", name=op.f("ck_item_seen_provinces_range")),
        sa.CheckConstraint("cleared BETWEEN 0 AND devices", name=op.f("ck_item_seen_cleared_range")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_item_seen_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", "item", name=op.f("pk_item_seen")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "item_cluster",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("cluster", sa.String(32), nullable=False),
        sa.Column("household", sa.String(32), nullable=False),
        sa.Column("first_day", _DAY, nullable=False),
        sa.Column("province", sa.String(2), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_item_cluster_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", "item", "cluster", name=op.f("pk_item_cluster")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "scan_month",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("province", sa.String(2), nullable=False),
        sa.Column("devices", sa.Integer(), nullable=False),
        sa.CheckConstraint("devices >= 1", name=op.f("ck_scan_month_devices_positive")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_scan_month_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", "month", "province", name=op.f("pk_scan_month")),
        sqlite_with_rowid=False,
    )
    days, months = _COPIES[op.get_bind().dialect.name]
    op.execute(days)
    op.execute(
        "INSERT INTO item_cluster (run_id, item, cluster, household, first_day, province)"
        " SELECT run_id, item, substr(cluster, 1, 16), '', first_day, '' FROM item_cluster_before"
    )
    op.execute(months)
    op.drop_table("item_seen_before")
    op.drop_table("item_cluster_before")


def _review_tables() -> None:
    op.create_table(
        "item_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("opened_on", _DAY, nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("devices", sa.Integer(), nullable=False),
        sa.Column("provinces", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("decided_at", _AT, nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("decision IN ('', 'copied', 'cleared')", name=op.f("ck_item_review_decision")),
        sa.CheckConstraint("(decided_at IS NULL) = (decision = '')", name=op.f("ck_item_review_decided")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_item_review_run_id_run")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["app_user.id"], name=op.f("fk_item_review_decided_by_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_review")),
    )
    op.create_index(
        "ix_item_review_open_item",
        "item_review",
        ["run_id", "item"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "code_alarm",
        sa.Column("key_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_at", _AT, nullable=False),
        sa.Column("last_at", _AT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("handled_at", _AT, nullable=True),
        sa.Column("handled_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("times >= 1", name=op.f("ck_code_alarm_times_positive")),
        sa.ForeignKeyConstraint(
            ["handled_by"], ["app_user.id"], name=op.f("fk_code_alarm_handled_by_app_user")
        ),
        sa.PrimaryKeyConstraint("key_id", "run", "item", name=op.f("pk_code_alarm")),
    )


def _complaint_tables() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("photo", sa.String(64), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(12), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("closed_at", _AT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('copied', 'label', 'quality', 'record', 'other')", name=op.f("ck_complaint_kind")
        ),
        sa.CheckConstraint("(run_id IS NULL) = (item IS NULL)", name=op.f("ck_complaint_label_whole")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_complaint_run_id_run")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_complaint_batch_id_batch")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_complaint_brand_id_brand")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("receipt", name=op.f("uq_complaint_receipt")),
    )
    for column in ("run_id", "batch_id", "brand_id", "closed_at"):
        op.create_index(f"ix_complaint_{column}", "complaint", [column])
    op.create_table(
        "complaint_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("closes", sa.Boolean(), nullable=False),
        sa.Column("answered_at", _AT, nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_answer_complaint_id_complaint")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["app_user.id"], name=op.f("fk_complaint_answer_answered_by_app_user")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_complaint_answer_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_answer")),
    )
    op.create_index("ix_complaint_answer_complaint_id", "complaint_answer", ["complaint_id"])


def downgrade() -> None:
    """Undo; who asked for a label is counted anew."""
    for column in _WATCH:
        # Not by making the table anew: other tables' rows point to it.
        op.execute(f"ALTER TABLE product DROP COLUMN {column}")
    for table in ("complaint_answer", "complaint", "code_alarm", "item_review", "scan_month"):
        op.drop_table(table)
    op.drop_table("item_cluster")
    op.drop_table("item_seen")
    op.create_table(
        "item_cluster",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("cluster", sa.String(32), nullable=False),
        sa.Column("first_day", _DAY, nullable=False),
        sa.Column("province", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_item_cluster_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", "item", "cluster", name=op.f("pk_item_cluster")),
    )
    op.create_table(
        "item_seen",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("first_at", _AT, nullable=False),
        sa.Column("clusters", sa.Integer(), nullable=False),
        sa.CheckConstraint("clusters >= 1", name=op.f("ck_item_seen_clusters_positive")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_item_seen_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", "item", name=op.f("pk_item_seen")),
    )
