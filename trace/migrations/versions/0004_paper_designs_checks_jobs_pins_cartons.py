"""Paper, designs, checks, jobs, PINs and cartons

Revision: 0004; after: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(80), nullable=False),
        sa.Column(
            "lease_until", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=True
        ),
        sa.Column(
            "run_after", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("error", sa.String(80), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("done_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_job_state")),
        sa.CheckConstraint("progress BETWEEN 0 AND 1000", name=op.f("ck_job_progress_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_job_kind_subject_id")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_state_run_after", ["state", "run_after"], unique=False)

    op.create_table(
        "label_stock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column(
            "retired_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["app_user.id"], name=op.f("fk_label_stock_created_by_app_user")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_label_stock_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_stock")),
    )
    with op.batch_alter_table("label_stock", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_stock_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "part_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("stock", sa.String(40), nullable=False),
        sa.Column("per_page", sa.Integer(), nullable=False),
        sa.Column(
            "opened_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column(
            "closed_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=True
        ),
        sa.Column("closed_reason", sa.String(200), nullable=False),
        sa.CheckConstraint("per_page >= 1", name=op.f("ck_part_sheet_per_page_positive")),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["app_user.id"], name=op.f("fk_part_sheet_opened_by_app_user")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_part_sheet_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_sheet")),
    )
    with op.batch_alter_table("part_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_part_sheet_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "printer_adjustment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("printer", sa.String(60), nullable=False),
        sa.Column("stock", sa.String(40), nullable=False),
        sa.Column("offset_x", sa.Integer(), nullable=False),
        sa.Column("offset_y", sa.Integer(), nullable=False),
        sa.Column("scale_x", sa.Integer(), nullable=False),
        sa.Column("scale_y", sa.Integer(), nullable=False),
        sa.Column(
            "measured_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("measured_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "abs(offset_x) <= 10000 AND abs(offset_y) <= 10000",
            name=op.f("ck_printer_adjustment_offset_range"),
        ),
        sa.CheckConstraint(
            "abs(scale_x) <= 30000 AND abs(scale_y) <= 30000", name=op.f("ck_printer_adjustment_scale_range")
        ),
        sa.ForeignKeyConstraint(
            ["measured_by"], ["app_user.id"], name=op.f("fk_printer_adjustment_measured_by_app_user")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_printer_adjustment_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printer_adjustment")),
    )
    with op.batch_alter_table("printer_adjustment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_printer_adjustment_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "label_design",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("stock", sa.String(40), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column(
            "retired_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_label_design_brand_id_brand")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["app_user.id"], name=op.f("fk_label_design_created_by_app_user")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_label_design_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_design")),
    )
    with op.batch_alter_table("label_design", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_design_brand_id"), ["brand_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_label_design_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "label_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column(
            "retired_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_label_picture_sha256_length")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_label_picture_brand_id_brand")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["app_user.id"], name=op.f("fk_label_picture_created_by_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_picture")),
    )
    with op.batch_alter_table("label_picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_picture_brand_id"), ["brand_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_label_picture_sha256"), ["sha256"], unique=False)

    op.create_table(
        "carton_pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("content_run_id", sa.Integer(), nullable=False),
        sa.Column("content_first", sa.Integer(), nullable=False),
        sa.Column("content_last", sa.Integer(), nullable=False),
        sa.Column("per_carton", sa.Integer(), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "content_first >= 1 AND content_first <= content_last", name=op.f("ck_carton_pack_content_order")
        ),
        sa.CheckConstraint(
            "content_last - content_first < per_carton * (last - first + 1) AND content_last - content_first >= per_carton * (last - first)",
            name=op.f("ck_carton_pack_cartons_hold_content"),
        ),
        sa.CheckConstraint("first >= 1 AND first <= last", name=op.f("ck_carton_pack_carton_order")),
        sa.CheckConstraint("per_carton >= 1", name=op.f("ck_carton_pack_per_carton_positive")),
        sa.CheckConstraint("run_id <> content_run_id", name=op.f("ck_carton_pack_not_in_itself")),
        sa.ForeignKeyConstraint(
            ["content_run_id"], ["run.id"], name=op.f("fk_carton_pack_content_run_id_run")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["app_user.id"], name=op.f("fk_carton_pack_recorded_by_app_user")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_carton_pack_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carton_pack")),
    )
    with op.batch_alter_table("carton_pack", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carton_pack_content_run_id"), ["content_run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_carton_pack_run_id"), ["run_id"], unique=False)

    op.create_table(
        "carton_split",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("item >= 1", name=op.f("ck_carton_split_item_positive")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_carton_split_has_reason")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["app_user.id"], name=op.f("fk_carton_split_recorded_by_app_user")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_carton_split_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carton_split")),
        sa.UniqueConstraint("run_id", "item", name=op.f("uq_carton_split_run_id_item")),
    )
    with op.batch_alter_table("carton_split", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carton_split_run_id"), ["run_id"], unique=False)

    op.create_table(
        "pin_state",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.Column(
            "first_correct_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "locked_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("correct >= 0", name=op.f("ck_pin_state_correct_range")),
        sa.CheckConstraint("wrong BETWEEN 0 AND 5", name=op.f("ck_pin_state_wrong_range")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_pin_state_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", "item", name=op.f("pk_pin_state")),
    )
    op.create_table(
        "pin_try",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False),
        sa.CheckConstraint("result IN ('right', 'wrong', 'locked')", name=op.f("ck_pin_try_result")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_pin_try_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", "item", "number", name=op.f("pk_pin_try")),
    )
    op.create_table(
        "run_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("result", sa.String(10), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(32), nullable=False),
        sa.Column("reader", sa.String(60), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("result IN ('passed', 'failed')", name=op.f("ck_run_check_result")),
        sa.CheckConstraint("checked >= 0", name=op.f("ck_run_check_checked_range")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_check_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_check")),
    )
    with op.batch_alter_table("run_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_check_run_id"), ["run_id"], unique=False)

    op.create_table(
        "run_pin",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_pin_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_pin")),
    )
    op.create_table(
        "sheet_cell",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("cell >= 1", name=op.f("ck_sheet_cell_cell_positive")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_sheet_cell_run_id_run")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["part_sheet.id"], name=op.f("fk_sheet_cell_sheet_id_part_sheet")
        ),
        sa.PrimaryKeyConstraint("sheet_id", "cell", name=op.f("pk_sheet_cell")),
    )
    with op.batch_alter_table("sheet_cell", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_cell_run_id"), ["run_id"], unique=False)

    # Not as a batch: SQLite would rebuild tables that others point at, and drop them to do so.
    op.execute("ALTER TABLE download ADD COLUMN outlet VARCHAR(10)")
    op.execute("ALTER TABLE run ADD COLUMN plan TEXT")
    op.execute("ALTER TABLE run ADD COLUMN level INTEGER CONSTRAINT ck_run_level CHECK (level IN (1, 2))")
    op.execute("ALTER TABLE run ADD COLUMN pin_hash VARCHAR(64)")
    if op.get_bind().dialect.name == "postgresql":  # SQLite does not enforce lengths
        op.alter_column("run", "base_url", type_=sa.String(60))


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("run", "base_url", type_=sa.String(40))
        op.drop_constraint("ck_run_level", "run")
    for table, column in (("run", "pin_hash"), ("run", "level"), ("run", "plan"), ("download", "outlet")):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")

    with op.batch_alter_table("sheet_cell", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sheet_cell_run_id"))

    op.drop_table("sheet_cell")
    op.drop_table("run_pin")
    with op.batch_alter_table("run_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_check_run_id"))

    op.drop_table("run_check")
    op.drop_table("pin_try")
    op.drop_table("pin_state")
    with op.batch_alter_table("carton_split", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_carton_split_run_id"))

    op.drop_table("carton_split")
    with op.batch_alter_table("carton_pack", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_carton_pack_run_id"))
        batch_op.drop_index(batch_op.f("ix_carton_pack_content_run_id"))

    op.drop_table("carton_pack")
    with op.batch_alter_table("label_picture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_picture_sha256"))
        batch_op.drop_index(batch_op.f("ix_label_picture_brand_id"))

    op.drop_table("label_picture")
    with op.batch_alter_table("label_design", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_design_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_label_design_brand_id"))

    op.drop_table("label_design")
    with op.batch_alter_table("printer_adjustment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_printer_adjustment_organisation_id"))

    op.drop_table("printer_adjustment")
    with op.batch_alter_table("part_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_part_sheet_organisation_id"))

    op.drop_table("part_sheet")
    with op.batch_alter_table("label_stock", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_stock_organisation_id"))

    op.drop_table("label_stock")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_state_run_after")

    op.drop_table("job")
