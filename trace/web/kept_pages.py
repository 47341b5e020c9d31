"""Pages drawn once for many readers, kept in memory (页面缓存): the ones least asked for make room for new ones."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

from trace.services.label_book import KnownBatch
from trace.web.spliced import Spliced

LIMIT = 4096  # pages of one process, of some 16 kB each


@dataclass(frozen=True, slots=True)
class Page:
    """A page with gaps, and the headers that go with it."""

    body: Spliced
    headers: tuple[tuple[str, str], ...]


class KeptPages:
    """Pages by what they are about: a batch as it is known, or None for pages about no batch; safe between threads."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._lock = Lock()
        self._pages: OrderedDict[tuple[int, Hashable], tuple[KnownBatch | None, Page]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, batch_id: int, batch: KnownBatch | None, name: Hashable) -> Page | None:
        """The page of that name; None if it shows the batch as it was known before, or was never kept."""
        key = (batch_id, name)
        with self._lock:
            about, page = self._pages.get(key, (None, None))
            if page is None or about is not batch:
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, batch_id: int, batch: KnownBatch | None, name: Hashable, page: Page) -> None:
        """Keep a page in place of what had its name."""
        with self._lock:
            self._pages[batch_id, name] = (batch, page)
            self._pages.move_to_end((batch_id, name))
            while len(self._pages) > self._limit:
                self._pages.popitem(last=False)
