"""A way past busy requests, for what must always be answered: health, and webhooks of money that moved."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from los_http.shared.depends import Req

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 4
"""As many as the connections that bootstrap keeps aside for them."""


def executor() -> ThreadPoolExecutor:
    """Return the threads kept aside; the app holds them in its state as ``aside``."""
    return ThreadPoolExecutor(THREADS, thread_name_prefix="aside")


async def aside(request: Req, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run *call* on the threads kept aside, from an ``async def`` handler: six requests that hang do not delay it."""
    threads: ThreadPoolExecutor = request.app.state.aside
    return await asyncio.get_running_loop().run_in_executor(threads, partial(call, *args, **kwargs))
