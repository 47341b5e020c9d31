"""Keys, runs and items

Revision: 0003; after: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "signing_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("held_by", sa.String(20), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("id BETWEEN 1 AND 99999", name=op.f("ck_signing_key_id_range")),
        sa.CheckConstraint("length(public_key) = 64", name=op.f("ck_signing_key_public_key_length")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_signing_key_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        sa.UniqueConstraint("public_key", name=op.f("uq_signing_key_public_key")),
    )
    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signing_key_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "signing_key_secret",
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_key.id"], name=op.f("fk_signing_key_secret_key_id_signing_key")
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_signing_key_secret")),
    )
    op.create_table(
        "signing_key_status",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column(
            "effective_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("status IN ('retired', 'revoked')", name=op.f("ck_signing_key_status_status")),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_key.id"], name=op.f("fk_signing_key_status_key_id_signing_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key_status")),
    )
    with op.batch_alter_table("signing_key_status", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signing_key_status_key_id"), ["key_id"], unique=False)

    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("authorisation_id", sa.Integer(), nullable=True),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("unit_weight_g", sa.Integer(), nullable=False),
        sa.Column("base_url", sa.String(40), nullable=False),
        sa.Column("stock", sa.String(40), nullable=False),
        sa.Column("start_cell", sa.Integer(), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("count BETWEEN 1 AND 999999", name=op.f("ck_run_count_range")),
        sa.CheckConstraint("id BETWEEN 1 AND 99999999", name=op.f("ck_run_id_range")),
        sa.CheckConstraint("start_cell >= 1", name=op.f("ck_run_start_cell_positive")),
        sa.CheckConstraint("unit_weight_g > 0", name=op.f("ck_run_unit_weight_positive")),
        sa.ForeignKeyConstraint(
            ["authorisation_id"], ["authorisation.id"], name=op.f("fk_run_authorisation_id_authorisation")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_run_batch_id_batch")),
        sa.ForeignKeyConstraint(["created_by"], ["app_user.id"], name=op.f("fk_run_created_by_app_user")),
        sa.ForeignKeyConstraint(["key_id"], ["signing_key.id"], name=op.f("fk_run_key_id_signing_key")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_run_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["replaces_id"], ["run.id"], name=op.f("fk_run_replaces_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_run_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "download",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["app_user.id"], name=op.f("fk_download_recorded_by_app_user")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_download_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download")),
    )
    with op.batch_alter_table("download", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_download_run_id"), ["run_id"], unique=False)

    op.create_table(
        "item_cluster",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("cluster", sa.String(32), nullable=False),
        sa.Column("first_day", sa.Date().with_variant(sa.String(10), "sqlite"), nullable=False),
        sa.Column("province", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_item_cluster_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", "item", "cluster", name=op.f("pk_item_cluster")),
    )
    op.create_table(
        "item_seen",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column(
            "first_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("clusters", sa.Integer(), nullable=False),
        sa.CheckConstraint("clusters >= 1", name=op.f("ck_item_seen_clusters_positive")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_item_seen_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", "item", name=op.f("pk_item_seen")),
    )
    op.create_table(
        "range_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'void' OR length(reason) > 0", name=op.f("ck_range_state_void_has_reason")
        ),
        sa.CheckConstraint("state IN ('active', 'void')", name=op.f("ck_range_state_state")),
        sa.CheckConstraint("first >= 1 AND first <= last", name=op.f("ck_range_state_range_order")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["app_user.id"], name=op.f("fk_range_state_recorded_by_app_user")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_range_state_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_range_state")),
    )
    with op.batch_alter_table("range_state", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_range_state_run_id"), ["run_id"], unique=False)

    op.create_table(
        "run_request",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_run_request_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_request_run_id_run")),
        sa.PrimaryKeyConstraint("organisation_id", "request_id", name=op.f("pk_run_request")),
        sa.UniqueConstraint("run_id", name=op.f("uq_run_request_run_id")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("run_request")
    with op.batch_alter_table("range_state", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_range_state_run_id"))

    op.drop_table("range_state")
    op.drop_table("item_seen")
    op.drop_table("item_cluster")
    with op.batch_alter_table("download", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_download_run_id"))

    op.drop_table("download")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_run_batch_id"))

    op.drop_table("run")
    with op.batch_alter_table("signing_key_status", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signing_key_status_key_id"))

    op.drop_table("signing_key_status")
    op.drop_table("signing_key_secret")
    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signing_key_organisation_id"))

    op.drop_table("signing_key")
