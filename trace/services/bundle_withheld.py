"""What a bundle leaves out unless it is asked for: what is about persons, and what the public pages do not show."""

from __future__ import annotations

from trace.core.masking import phones_in
from trace.core.stage import Fact
from trace.core.stages import STAGES
from trace.ledger.commitment import Value

_FACTS = "facts."
_COLUMNS = frozenset({("certificate", "contact"), ("plot", "geometry")})


def withheld(subject: str, name: str, value: Value, stage: str = "") -> bool:
    """Whether a field stays out; `stage` is that of an event. A digest stands in, so all the rest still verifies."""
    if value in ("", None):
        return False
    if (subject, name) in _COLUMNS:
        return True
    # People write phone numbers into remarks whatever the form says.
    if isinstance(value, str) and phones_in(value) != value:
        return True
    return subject == "event" and name.startswith(_FACTS) and _private(stage, name.removeprefix(_FACTS))


def _private(stage: str, path: str) -> bool:
    known: tuple[Fact, ...] = STAGES[stage].facts if stage in STAGES else ()
    for name in (part for part in path.split(".") if not part.isdigit()):
        found = next((fact for fact in known if fact.key == name), None)
        # What no stage knows (any more) nobody has said to be public.
        if found is None or found.personal or not found.public:
            return True
        known = found.columns
    return False
