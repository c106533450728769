"""Work that goes on beside the deliveries: one thread that takes a step, pauses, and takes the next."""

import threading
import time
from collections.abc import Callable
from typing import Final

import structlog

from los_domain.shared.errors import where

_LOG: Final = structlog.get_logger("los.worker")
_LONGEST_PAUSE: Final = 5.0
STUCK_AFTER_SECONDS: Final = 120.0


class Loop:
    """
    Takes *step* again and again until stopped. A step that did something is followed by the next at once, one that had nothing to do by
    a pause; one that fails is logged by its kind and followed by a longer pause each time, for it will be the database that is away.
    """

    def __init__(self, name: str, step: Callable[[], object], *, pause_seconds: float) -> None:
        self.name = name
        self.step = step
        self.pause_seconds = pause_seconds
        self.stepped_at = time.monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, *, wait_seconds: float = 10.0) -> None:
        """Take no further step, and wait for the running one."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(wait_seconds)

    @property
    def is_alive(self) -> bool:
        """Whether it still takes steps, failing ones included."""
        return self._thread.is_alive() and time.monotonic() - self.stepped_at < STUCK_AFTER_SECONDS

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                did = self.step()
                failures = 0
            except Exception as error:
                did, failures = None, failures + 1
                _LOG.warning("step failed", loop=self.name, kind=type(error).__name__, where=where(error))
            self.stepped_at = time.monotonic()
            if not did:
                self._stopping.wait(min(self.pause_seconds * 2**failures, max(_LONGEST_PAUSE, self.pause_seconds)))
