"""``python -m los_http``: the API process."""

import os
import sys

import uvicorn

from los_adapters.bootstrap import build as build_application
from los_adapters.bootstrap import settings_from
from los_adapters.shared import logs
from los_adapters.shared.settings import BadSettings
from los_adapters.shared.vault import VaultError
from los_http.app import build


def main() -> int:
    """Serve until told to stop; finish the running requests first."""
    try:
        settings = settings_from(os.environ)
        application = build_application(settings)
    except (BadSettings, VaultError, RuntimeError) as error:
        print(f"los_http does not start: {error}", file=sys.stderr)
        return 2
    logs.configure(settings.log_level)
    uvicorn.run(
        build(application),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=20,
        http="httptools",
    )
    return 0
