"""The form of a new batch."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from trace.core.errors import InvalidInput
from trace.services.batch import NewBatch
from trace.web.inputs.reading import Reading


def read_batch(sent: MultiDict[str, str]) -> NewBatch:
    """What the service takes; InvalidInputs naming what is wrong."""
    reading = Reading(sent)
    product_id = reading.key("product")
    if product_id is None:
        reading.errors.append(InvalidInput("event.choose", "product"))
    started_on = reading.day("started_on")
    reading.check()
    if product_id is None or started_on is None:
        raise InvalidInput("event.choose", "product")
    return NewBatch(
        product_id=product_id,
        started_on=started_on,
        plot_id=reading.key("plot"),
        grade=reading.text("grade"),
        number=reading.text("number"),
    )
