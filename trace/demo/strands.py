"""Stories told side by side, in the order in which things happened: the ledger's clock runs forward in one as in all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count
from threading import Condition, Thread, local
from typing import TypeVar

T = TypeVar("T")


class Strands:
    """Lets one strand act at a time: the one whose next act happened first, the one begun first if two are even."""

    def __init__(self) -> None:
        self._turn = Condition()
        self._numbers = count()
        self._mine = local()
        # When each strand acts next; None while it is at it, or has not said yet.
        self._due: dict[int, datetime | None] = {}

    def wait(self, moment: datetime) -> None:
        """Return once nothing that happened before `moment` is still to be told."""
        me: int | None = getattr(self._mine, "number", None)
        if me is None:
            return
        with self._turn:
            self._due[me] = moment
            self._turn.notify_all()
            self._turn.wait_for(lambda: self._is_next(me))
            self._due[me] = None

    def _is_next(self, me: int) -> bool:
        dues = [(due, number) for number, due in self._due.items() if due is not None]
        return len(dues) == len(self._due) and min(dues)[1] == me

    def together(self, *stories: Callable[[], T]) -> list[T]:
        """Tell them side by side and return what they return; raises what the first that failed raised."""
        parent: int | None = getattr(self._mine, "number", None)
        told: dict[int, T] = {}
        failed: dict[int, BaseException] = {}
        with self._turn:
            numbers = [next(self._numbers) for _ in stories]
            self._due |= dict.fromkeys(numbers)
            if parent is not None:
                del self._due[parent]
        left = set(numbers)

        def tell(number: int, story: Callable[[], T]) -> None:
            self._mine.number = number
            try:
                told[number] = story()
            except BaseException as error:  # raised again by whoever waits for the strands
                failed[number] = error
            with self._turn:
                left.discard(number)
                del self._due[number]
                if not left and parent is not None:
                    # In the same breath: nobody else may go on before the parent has said when it acts next.
                    self._due[parent] = None
                self._turn.notify_all()

        threads = [Thread(target=tell, args=pair) for pair in zip(numbers, stories, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number in numbers:
            if number in failed:
                raise failed[number]
        return [told[number] for number in numbers]
