"""
Posts the vendors' notices: at least once each, again after a failure with growing pauses for a day, as payment and mail
vendors do. What was tried and how it ended is on the record under ``webhooks``.
"""

import asyncio
import time

import httpx

from los_http.sandbox.ledger import Ledger, Notice

PATIENCE_SECONDS = 24 * 3600
LONGEST_PAUSE_SECONDS = 300
AT_ONCE = 8
ANSWER_SECONDS = 10


class Postbox:
    """Takes notices out of *ledger* while its task `run` lives."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def run(self) -> None:
        running: set[asyncio.Task[None]] = set()
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False, follow_redirects=False) as client:
            while True:
                free = AT_ONCE - len(running)
                notices = await asyncio.to_thread(self._ledger.due_notices, free) if free else []
                for notice in notices:
                    task = asyncio.create_task(self._post(client, notice))
                    running.add(task)
                    task.add_done_callback(running.discard)
                if not notices:
                    await asyncio.sleep(0.05)

    async def _post(self, client: httpx.AsyncClient, notice: Notice) -> None:
        status = 0
        try:
            answer = await client.post(notice.url, content=notice.payload, headers=dict(notice.headers))
            status, outcome = answer.status_code, "delivered" if answer.is_success else "refused"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            outcome = type(error).__name__
        await asyncio.to_thread(self._note, notice, status, outcome)

    def _note(self, notice: Notice, status: int, outcome: str) -> None:
        pause = min(LONGEST_PAUSE_SECONDS, 2 ** min(notice.attempt - 1, 10))
        tried_enough = notice.forged or time.time() + pause > notice.first_due + PATIENCE_SECONDS
        state = "delivered" if outcome == "delivered" else "given-up" if tried_enough else "waiting"
        entry = {
            "event": notice.event,
            "call": notice.call,
            "url": notice.url,
            "attempt": notice.attempt,
            "forged": notice.forged,
            "status": status,
            "outcome": outcome,
            "state": state,
            "headers": dict(notice.headers),
            "body": notice.payload.decode(errors="replace"),
        }
        with self._ledger.work():
            self._ledger.posted(notice, state=state, due=time.time() + pause)
            self._ledger.write_down("webhooks", notice.vendor, entry)
