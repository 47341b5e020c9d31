"""The form of a certificate."""

from __future__ import annotations

from datetime import date

from werkzeug.datastructures import MultiDict

from trace.services.certificate import NewCertificate
from trace.web.inputs.reading import Reading


def read_certificate(sent: MultiDict[str, str]) -> NewCertificate:
    """What the service takes; InvalidInputs naming what is wrong."""
    reading = Reading(sent)
    grams = reading.weight("quantity")
    day = reading.day("issued_on")
    reading.check()
    return NewCertificate(
        quantity_g=grams or 0,
        origin=reading.text("origin"),
        promisor=reading.text("promisor"),
        contact=reading.text("contact"),
        bases=tuple(sent.getlist("bases")),
        issued_on=day or date.min,
    )
