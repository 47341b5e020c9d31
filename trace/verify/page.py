"""Write a report page from what was proven, instead of believing the one in the bundle."""

from __future__ import annotations

from typing import BinaryIO

from trace.verify import report
from trace.verify.archive import CHECKPOINT, LOG, MANIFEST, WITNESSED, Archive
from trace.verify.log_names import Log
from trace.verify.manifest import Manifest
from trace.verify.story import Story


def write_page(file: BinaryIO, story: Story) -> str:
    """The page of a bundle that was checked; `story` holds its proven records."""
    archive = Archive(file)
    manifest = Manifest.parse(archive.read(MANIFEST))
    note = archive.read(WITNESSED if manifest.witnessed is not None else CHECKPOINT)
    return report.render(manifest, story, Log.parse(archive.read(LOG)), note)
