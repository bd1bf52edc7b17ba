"""How a service's log is written: for people, or one JSON object a line for a machine to gather."""

from __future__ import annotations

import sys
from typing import Any

import structlog


def set_up_logs(as_json: bool) -> None:
    """Everything that is logged from now on goes to stderr."""
    last: Any = structlog.processors.JSONRenderer()
    if not as_json:
        last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=8)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            last,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
