"""Batches and what happened to them

Revision: 0002; after: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_attachment_sha256_length")),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_size_positive")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["app_user.id"], name=op.f("fk_attachment_created_by_app_user")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_attachment_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_sha256"), ["sha256"], unique=False)

    op.create_table(
        "operation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("occurred_on", sa.Date().with_variant(sa.String(10), "sqlite"), nullable=False),
        sa.Column("loss_g", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('split', 'merge', 'transform')", name=op.f("ck_operation_kind")),
        sa.CheckConstraint("loss_g >= 0", name=op.f("ck_operation_loss_not_negative")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_operation_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["app_user.id"], name=op.f("fk_operation_recorded_by_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
    )
    with op.batch_alter_table("operation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operation_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("plot_id", sa.Integer(), nullable=True),
        sa.Column("operation_id", sa.Integer(), nullable=True),
        sa.Column("quantity_g", sa.BigInteger(), nullable=False),
        sa.Column("grade", sa.String(40), nullable=False),
        sa.Column("started_on", sa.Date().with_variant(sa.String(10), "sqlite"), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(number) BETWEEN 3 AND 32", name=op.f("ck_batch_number_length")),
        sa.CheckConstraint(
            "quantity_g >= 0 AND quantity_g <= 10000000000", name=op.f("ck_batch_quantity_range")
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_batch_operation_id_operation")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_batch_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f("fk_batch_plot_id_plot")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_batch_product_id_product")),
        sa.ForeignKeyConstraint(["recorded_by"], ["app_user.id"], name=op.f("fk_batch_recorded_by_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_batch_number")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_operation_id"), ["operation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_batch_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_batch_plot_id"), ["plot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_batch_product_id"), ["product_id"], unique=False)

    op.create_table(
        "batch_ancestry",
        sa.Column("descendant_id", sa.Integer(), nullable=False),
        sa.Column("ancestor_id", sa.Integer(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.CheckConstraint("depth >= 0", name=op.f("ck_batch_ancestry_depth_not_negative")),
        sa.ForeignKeyConstraint(
            ["ancestor_id"], ["batch.id"], name=op.f("fk_batch_ancestry_ancestor_id_batch")
        ),
        sa.ForeignKeyConstraint(
            ["descendant_id"], ["batch.id"], name=op.f("fk_batch_ancestry_descendant_id_batch")
        ),
        sa.PrimaryKeyConstraint("descendant_id", "ancestor_id", name=op.f("pk_batch_ancestry")),
    )
    with op.batch_alter_table("batch_ancestry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_ancestry_ancestor_id"), ["ancestor_id"], unique=False)

    op.create_table(
        "batch_state",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("total_g", sa.BigInteger(), nullable=False),
        sa.Column("used_g", sa.BigInteger(), nullable=False),
        sa.Column("labelled_g", sa.BigInteger(), nullable=False),
        sa.Column("sold_g", sa.BigInteger(), nullable=False),
        sa.Column("certified_g", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "total_g >= 0 AND used_g >= 0 AND labelled_g >= 0 AND sold_g >= 0 AND certified_g >= 0",
            name=op.f("ck_batch_state_not_negative"),
        ),
        sa.CheckConstraint(
            "used_g + labelled_g <= total_g", name=op.f("ck_batch_state_labels_within_weight")
        ),
        sa.CheckConstraint("used_g + sold_g <= total_g", name=op.f("ck_batch_state_out_within_in")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_state_batch_id_batch")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_batch_state")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("product_name", sa.String(200), nullable=False),
        sa.Column("quantity_g", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("issued_on", sa.Date().with_variant(sa.String(10), "sqlite"), nullable=False),
        sa.Column("promisor", sa.String(200), nullable=False),
        sa.Column("contact", sa.String(60), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("template", sa.String(20), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity_g > 0", name=op.f("ck_certificate_quantity_positive")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_certificate_batch_id_batch")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_certificate_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["app_user.id"], name=op.f("fk_certificate_recorded_by_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column(
            "occurred_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("destination", sa.String(200), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("quantity_g", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=True),
        sa.CheckConstraint(
            "NOT withdrawn OR corrects_id IS NOT NULL", name=op.f("ck_event_withdrawal_corrects")
        ),
        sa.CheckConstraint(
            "corrects_id IS NULL OR length(reason) > 0", name=op.f("ck_event_correction_has_reason")
        ),
        sa.CheckConstraint("quantity_g IS NULL OR quantity_g > 0", name=op.f("ck_event_quantity_positive")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_event_batch_id_batch")),
        sa.ForeignKeyConstraint(["corrects_id"], ["event.id"], name=op.f("fk_event_corrects_id_event")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_event_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["app_user.id"], name=op.f("fk_event_recorded_by_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_event_corrects_id")),
        sa.UniqueConstraint("request_id", name=op.f("uq_event_request_id")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "freeze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_freeze_batch_id_batch")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_freeze_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["app_user.id"], name=op.f("fk_freeze_recorded_by_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freeze")),
    )
    with op.batch_alter_table("freeze", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_freeze_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "operation_input",
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("quantity_g", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity_g > 0", name=op.f("ck_operation_input_quantity_positive")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_operation_input_batch_id_batch")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_operation_input_operation_id_operation")
        ),
        sa.PrimaryKeyConstraint("operation_id", "batch_id", name=op.f("pk_operation_input")),
    )
    with op.batch_alter_table("operation_input", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operation_input_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "recall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("advice", sa.String(200), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_recall_batch_id_batch")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_recall_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["app_user.id"], name=op.f("fk_recall_recorded_by_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
    )
    with op.batch_alter_table("recall", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recall_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "event_attachment",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_event_attachment_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_attachment_event_id_event")),
        sa.PrimaryKeyConstraint("event_id", "attachment_id", name=op.f("pk_event_attachment")),
    )
    with op.batch_alter_table("event_attachment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_attachment_attachment_id"), ["attachment_id"], unique=False
        )

    op.create_table(
        "freeze_lift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("freeze_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["freeze_id"], ["freeze.id"], name=op.f("fk_freeze_lift_freeze_id_freeze")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["app_user.id"], name=op.f("fk_freeze_lift_recorded_by_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freeze_lift")),
        sa.UniqueConstraint("freeze_id", name=op.f("uq_freeze_lift_freeze_id")),
    )
    op.create_table(
        "recall_closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recall_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recall_id"], ["recall.id"], name=op.f("fk_recall_closure_recall_id_recall")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["app_user.id"], name=op.f("fk_recall_closure_recorded_by_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_closure")),
        sa.UniqueConstraint("recall_id", name=op.f("uq_recall_closure_recall_id")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("recall_closure")
    op.drop_table("freeze_lift")
    with op.batch_alter_table("event_attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_attachment_attachment_id"))

    op.drop_table("event_attachment")
    with op.batch_alter_table("recall", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recall_batch_id"))

    op.drop_table("recall")
    with op.batch_alter_table("operation_input", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_operation_input_batch_id"))

    op.drop_table("operation_input")
    with op.batch_alter_table("freeze", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_freeze_batch_id"))

    op.drop_table("freeze")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_event_batch_id"))

    op.drop_table("event")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_certificate_batch_id"))

    op.drop_table("certificate")
    op.drop_table("batch_state")
    with op.batch_alter_table("batch_ancestry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_ancestry_ancestor_id"))

    op.drop_table("batch_ancestry")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_product_id"))
        batch_op.drop_index(batch_op.f("ix_batch_plot_id"))
        batch_op.drop_index(batch_op.f("ix_batch_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_batch_operation_id"))

    op.drop_table("batch")
    with op.batch_alter_table("operation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_operation_organisation_id"))

    op.drop_table("operation")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_sha256"))
        batch_op.drop_index(batch_op.f("ix_attachment_organisation_id"))

    op.drop_table("attachment")
