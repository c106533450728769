"""Structured logs: one JSON object a line on standard error, without bodies, query strings, exceptions' values or personal data."""

import json
import logging
import sys
from typing import Any

import structlog


def configure(level: str) -> None:
    """Set up logging for this process. Libraries' own loggers are kept at WARNING: at DEBUG they print requests and statements."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_NameAndLevel())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
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


class _NameAndLevel(logging.Formatter):
    """Says which library complained, how badly, and about what kind of error: never its words, which may quote a row or a message."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one JSON object; the traceback, which ``logging`` would add by itself, stays out."""
        said = {"event": "library", "logger": record.name, "level": record.levelname}
        if record.exc_info and record.exc_info[0]:
            said["kind"] = record.exc_info[0].__name__
        return json.dumps(said)


def _no_exception_values(_logger: Any, _method: str, event: Any) -> Any:
    """Drop tracebacks: the text of an exception may hold a value of a person."""
    event.pop("exc_info", None)
    event.pop("exception", None)
    return event
