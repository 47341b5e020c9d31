"""The form of a plot."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from trace.services.plot import NewPlot


def read_plot(sent: MultiDict[str, str]) -> NewPlot:
    """What the service takes and checks."""
    return NewPlot(
        code=sent.get("code", ""),
        name=sent.get("name", ""),
        region_code=sent.get("region_code", ""),
        township=sent.get("township", ""),
        area_mu=sent.get("area_mu", ""),
        village=sent.get("village", ""),
    )
