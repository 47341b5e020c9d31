""".env.example tells of every setting, and of nothing else."""

from __future__ import annotations

import re

from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from tests.support.tree import ROOT
from trace.config import Settings


def environment_name(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        alias = alias.choices[0]
    return str(alias) if alias else f"{Settings.model_config['env_prefix']}{name}".upper()


def test_env_example_lists_exactly_the_settings() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    listed = re.findall(r"(?m)^#?([A-Z][A-Z0-9_]*)=", example)
    assert sorted(listed) == sorted(environment_name(*item) for item in Settings.model_fields.items())
