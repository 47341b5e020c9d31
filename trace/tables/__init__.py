"""Tables: storage only. Input is validated elsewhere; invariants live in core and in the CHECKs here."""

from trace.tables.account import LoginSession, Membership, User
from trace.tables.attachment import Attachment
from trace.tables.audit import Audit
from trace.tables.authorisation import Authorisation, AuthorisationRevocation, AuthorisationUse
from trace.tables.base import metadata
from trace.tables.batch import Batch, BatchAncestry, BatchState
from trace.tables.brand import Brand, BrandRule
from trace.tables.carton import CartonPack, CartonSplit
from trace.tables.certificate import Certificate
from trace.tables.checkpoint import Cosignature, LedgerCheckpoint, RootTimestamp
from trace.tables.complaint import Complaint, ComplaintAnswer
from trace.tables.erasure import Erasure
from trace.tables.event import Event, EventAttachment
from trace.tables.item import ItemCluster, ItemSeen, ScanMonth
from trace.tables.item_review import CodeAlarm, ItemReview
from trace.tables.job import Job
from trace.tables.label_design import LabelDesign, LabelPicture
from trace.tables.label_stock import LabelStock
from trace.tables.ledger import LedgerBatch, LedgerEntry, LedgerHead, LedgerNode, LedgerOpening
from trace.tables.log_identity import LogIdentity
from trace.tables.operation import Operation, OperationInput
from trace.tables.organisation import Organisation
from trace.tables.part_sheet import PartSheet, SheetCell
from trace.tables.plot import Plot
from trace.tables.printer import PrinterAdjustment
from trace.tables.product import Product
from trace.tables.recall import Freeze, FreezeLift, Recall, RecallClosure
from trace.tables.run import Download, RangeState, Run, RunRequest
from trace.tables.run_check import RunCheck
from trace.tables.run_pin import PinState, PinTry, RunPin
from trace.tables.signing_key import SigningKey, SigningKeySecret, SigningKeyStatus
from trace.tables.witness import Witness, WitnessEnd

__all__ = [
    "Attachment",
    "Audit",
    "Authorisation",
    "AuthorisationRevocation",
    "AuthorisationUse",
    "Batch",
    "BatchAncestry",
    "BatchState",
    "Brand",
    "BrandRule",
    "CartonPack",
    "CartonSplit",
    "Certificate",
    "CodeAlarm",
    "Complaint",
    "ComplaintAnswer",
    "Cosignature",
    "Download",
    "Erasure",
    "Event",
    "EventAttachment",
    "Freeze",
    "FreezeLift",
    "ItemCluster",
    "ItemReview",
    "ItemSeen",
    "Job",
    "LabelDesign",
    "LabelPicture",
    "LabelStock",
    "LedgerBatch",
    "LedgerCheckpoint",
    "LedgerEntry",
    "LedgerHead",
    "LedgerNode",
    "LedgerOpening",
    "LogIdentity",
    "LoginSession",
    "Membership",
    "Operation",
    "OperationInput",
    "Organisation",
    "PartSheet",
    "PinState",
    "PinTry",
    "Plot",
    "PrinterAdjustment",
    "Product",
    "RangeState",
    "Recall",
    "RecallClosure",
    "RootTimestamp",
    "Run",
    "RunCheck",
    "RunPin",
    "RunRequest",
    "ScanMonth",
    "SheetCell",
    "SigningKey",
    "SigningKeySecret",
    "SigningKeyStatus",
    "User",
    "Witness",
    "WitnessEnd",
    "metadata",
]
