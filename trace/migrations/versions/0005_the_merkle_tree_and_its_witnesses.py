"""The Merkle tree and its witnesses

Revision: 0005; after: 0004
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
_DAY = sa.Date().with_variant(sa.String(10), "sqlite")


def upgrade() -> None:
    """Apply; the entries stay as they are, a tree grows over their leaf hashes."""
    _tree_tables()
    _plant()
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_ledger_entry_hash_length"), type_="check")
        batch_op.drop_column("link_hash")
        batch_op.create_check_constraint(op.f("ck_ledger_entry_hash_length"), "length(leaf_hash) = 64")
    with op.batch_alter_table("ledger_head", schema=None) as batch_op:
        batch_op.drop_column("link_hash")
    _log_tables()
    _witness_tables()
    for table in ("run", "certificate"):
        op.add_column(table, sa.Column("ledger_size", sa.BigInteger(), nullable=True))
        op.add_column(table, sa.Column("ledger_root", sa.String(64), nullable=True))


def _tree_tables() -> None:
    op.add_column("ledger_head", sa.Column("frontier", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "ledger_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 7", name=op.f("ck_ledger_node_level_range")),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_ledger_node_hash_length")),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_ledger_node")),
    )
    op.create_table(
        "ledger_batch",
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("number", "seq", name=op.f("pk_ledger_batch")),
    )
    op.create_table(
        "ledger_opening",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(200), nullable=False),
        sa.Column("salt", sa.String(64), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", "field", name=op.f("pk_ledger_opening")),
    )


def _plant() -> None:
    """Grow the tree (RFC 6962) over the leaf hashes there are, and note which batches the entries name."""
    connection = op.get_bind()
    node = sa.table("ledger_node", sa.column("level"), sa.column("number"), sa.column("hash"))
    batch = sa.table("ledger_batch", sa.column("number"), sa.column("seq"))
    edge: list[bytes] = []
    rows = connection.execute(sa.text("SELECT seq, leaf_hash, envelope FROM ledger_entry ORDER BY seq"))
    for size, (seq, leaf, envelope) in enumerate(rows.fetchall()):
        value, level = bytes.fromhex(leaf), 0
        while size >> level & 1:
            value = hashlib.sha256(b"\x01" + edge.pop() + value).digest()
            level += 1
            if level % 8 == 0:
                line = {"level": level // 8, "number": size >> level, "hash": value.hex()}
                connection.execute(sa.insert(node).values(line))
        edge.append(value)
        for number in dict.fromkeys(json.loads(envelope).get("batches", [])):
            connection.execute(sa.insert(batch).values({"number": number, "seq": seq}))
    frontier = "".join(value.hex() for value in edge)
    connection.execute(sa.text("UPDATE ledger_head SET frontier = :frontier"), {"frontier": frontier})


def _log_tables() -> None:
    op.create_table(
        "log_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("started_at", _AT, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("lost_size", sa.BigInteger(), nullable=True),
        sa.Column("lost_root", sa.String(64), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(public_key) = 64", name=op.f("ck_log_identity_public_key_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_identity")),
        sa.UniqueConstraint("origin", name=op.f("uq_log_identity_origin")),
        sa.UniqueConstraint("public_key", name=op.f("uq_log_identity_public_key")),
    )
    op.create_table(
        "ledger_checkpoint",
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", _AT, nullable=False),
        sa.CheckConstraint("length(root) = 64", name=op.f("ck_ledger_checkpoint_root_length")),
        sa.ForeignKeyConstraint(
            ["epoch"], ["log_identity.id"], name=op.f("fk_ledger_checkpoint_epoch_log_identity")
        ),
        sa.PrimaryKeyConstraint("epoch", "size", name=op.f("pk_ledger_checkpoint")),
    )
    op.create_table(
        "root_timestamp",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("authority", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("stamped_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["epoch"], ["log_identity.id"], name=op.f("fk_root_timestamp_epoch_log_identity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_root_timestamp")),
    )


def _witness_tables() -> None:
    op.create_table(
        "witness",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("vkey", sa.String(400), nullable=False),
        sa.Column("operator", sa.String(200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", _AT, nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_witness_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["app_user.id"], name=op.f("fk_witness_recorded_by_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness")),
        sa.UniqueConstraint("name", name=op.f("uq_witness_name")),
        sa.UniqueConstraint("vkey", name=op.f("uq_witness_vkey")),
    )
    op.create_table(
        "witness_end",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("witness_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("recorded_at", _AT, nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["witness_id"], ["witness.id"], name=op.f("fk_witness_end_witness_id_witness")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["app_user.id"], name=op.f("fk_witness_end_recorded_by_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness_end")),
        sa.UniqueConstraint("witness_id", name=op.f("uq_witness_end_witness_id")),
    )
    op.create_table(
        "cosignature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("witness_id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("stamped_at", _AT, nullable=False),
        sa.Column("received_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["witness_id"], ["witness.id"], name=op.f("fk_cosignature_witness_id_witness")
        ),
        sa.ForeignKeyConstraint(
            ["epoch"], ["log_identity.id"], name=op.f("fk_cosignature_epoch_log_identity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cosignature")),
        sa.UniqueConstraint("epoch", "size", "witness_id", name=op.f("uq_cosignature_epoch_size_witness_id")),
    )
    with op.batch_alter_table("cosignature", schema=None) as batch_op:
        batch_op.create_index("ix_cosignature_witness_id", ["witness_id"], unique=False)
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("rest", sa.String(64), nullable=True),
        sa.Column("requested_on", _DAY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", _AT, nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_erasure_has_reason")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_erasure_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["app_user.id"], name=op.f("fk_erasure_recorded_by_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.create_index("ix_erasure_seq", ["seq"], unique=False)


def downgrade() -> None:
    """Take back; the links of revision 0004 are made again from the leaf hashes."""
    for table in ("certificate", "run"):
        # Not by copying the table: SQLite would make its columns' CHECKs the table's, and 0004 could not be taken back.
        op.drop_column(table, "ledger_root")
        op.drop_column(table, "ledger_size")
    for table in (
        *("erasure", "cosignature", "witness_end", "witness", "root_timestamp", "ledger_checkpoint"),
        *("log_identity", "ledger_opening", "ledger_batch", "ledger_node"),
    ):
        op.drop_table(table)
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("link_hash", sa.String(64), nullable=False, server_default="0" * 64))
    with op.batch_alter_table("ledger_head", schema=None) as batch_op:
        batch_op.drop_column("frontier")
        batch_op.add_column(sa.Column("link_hash", sa.String(64), nullable=False, server_default="0" * 64))
    _link()
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.alter_column("link_hash", server_default=None)
        batch_op.drop_constraint(op.f("ck_ledger_entry_hash_length"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_ledger_entry_hash_length"), "length(leaf_hash) = 64 AND length(link_hash) = 64"
        )
    with op.batch_alter_table("ledger_head", schema=None) as batch_op:
        batch_op.alter_column("link_hash", server_default=None)


def _link() -> None:
    connection = op.get_bind()
    link = bytes(32)
    rows = connection.execute(sa.text("SELECT seq, leaf_hash FROM ledger_entry ORDER BY seq")).fetchall()
    for seq, leaf in rows:
        link = hashlib.sha256(b"trace-link-v1\n" + link + bytes.fromhex(leaf)).digest()
        connection.execute(
            sa.text("UPDATE ledger_entry SET link_hash = :link WHERE seq = :seq"),
            {"link": link.hex(), "seq": seq},
        )
    connection.execute(sa.text("UPDATE ledger_head SET link_hash = :link"), {"link": link.hex()})
