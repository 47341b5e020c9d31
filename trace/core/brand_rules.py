"""A brand's rules (准入规则) as data: what must be recorded and tested before a label may carry its name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from trace.core.errors import InvalidInput
from trace.core.lateness import DEFAULT_DAYS
from trace.core.stages import STAGES

Activation = Literal["print", "pack"]


@dataclass(frozen=True)
class Area:
    """A township of the protected area: 6-digit county code (行政区划) and its name (乡镇)."""

    region: str
    township: str


@dataclass(frozen=True)
class BrandRules:
    """One edition of the rules. `late_days`: a record entered later than that is flagged for everyone.

    `activation`: labels are active once printed ("print"), or only once somebody activates them ("pack").
    """

    stages: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()
    activation: Activation = "print"
    late_days: int = DEFAULT_DAYS

    def __post_init__(self) -> None:
        # One order for one set of stages: rules that mean the same are the same.
        known = [stage for stage in STAGES if stage in self.stages]
        strange = [stage for stage in dict.fromkeys(self.stages) if stage not in STAGES]
        object.__setattr__(self, "stages", (*known, *strange))

    def text(self) -> str:
        """Canonical JSON: what is stored and entered in the ledger."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def protects(self, region_code: str, township: str) -> bool:
        """Whether a plot lies in the protected area; without an area every plot does."""
        if not self.areas:
            return True
        return any(region_code.startswith(area.region) and township == area.township for area in self.areas)


def read(text: str) -> BrandRules:
    """Read stored rules."""
    return from_mapping(json.loads(text))


def from_mapping(raw: Mapping[str, Any]) -> BrandRules:
    """Rules from plain data; InvalidInput brand.rules if something is of the wrong kind."""
    try:
        rules = BrandRules(
            stages=tuple(str(stage) for stage in raw.get("stages", ())),
            tests=tuple(str(item) for item in raw.get("tests", ())),
            areas=tuple(Area(str(area["region"]), str(area["township"])) for area in raw.get("areas", ())),
            activation=raw.get("activation", "print"),
            late_days=int(raw.get("late_days", DEFAULT_DAYS)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput("brand.rules", "rules") from error
    if rules.activation not in ("print", "pack") or not 0 <= rules.late_days <= 365:
        raise InvalidInput("brand.rules", "rules")
    return rules
