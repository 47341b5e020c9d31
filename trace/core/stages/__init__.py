"""The stages of the chain in order. A stage or a fact is added in its own file and here, nowhere else."""

from __future__ import annotations

from collections.abc import Mapping

from trace.core import facts
from trace.core.errors import InvalidInput
from trace.core.stage import Facts, Stage
from trace.core.stages.growing import BREEDING, HARVEST, PLANTING
from trace.core.stages.inspecting import INSPECTION
from trace.core.stages.making import PACKAGING, PROCESSING
from trace.core.stages.moving import PURCHASE, SALE, STORAGE, TRANSPORT

STAGES: dict[str, Stage] = {
    stage.key: stage
    for stage in (
        PLANTING,
        BREEDING,
        HARVEST,
        PURCHASE,
        PROCESSING,
        PACKAGING,
        INSPECTION,
        STORAGE,
        TRANSPORT,
        SALE,
    )
}


def stage_of(key: str) -> Stage:
    """The stage with this key; InvalidInput event.unknown-stage if there is none."""
    try:
        return STAGES[key]
    except KeyError:
        raise InvalidInput("event.unknown-stage", "stage") from None


def validate_facts(stage_key: str, raw: Mapping[str, object]) -> Facts:
    """The facts of that stage in canonical form; InvalidInputs with one error for each wrong field."""
    return facts.validate(stage_of(stage_key), raw)
