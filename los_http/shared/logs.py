"""Structured logs: one JSON object a line on standard error, without bodies, query strings, exceptions' values or personal data."""

import logging
import sys
from typing import Any

import structlog


def configure(level: str) -> None:
    """Set up logging for this process. Libraries' own loggers are kept at WARNING: at DEBUG they print requests and statements."""
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stderr,
        format='{"event": "library", "logger": "%(name)s", "level": "%(levelname)s"}',
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _no_exception_values,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def _no_exception_values(_logger: Any, _method: str, event: Any) -> Any:
    """Drop tracebacks: the text of an exception may hold a value of a person."""
    event.pop("exc_info", None)
    event.pop("exception", None)
    return event
