"""Messages about runs and about what a command was asked for."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {}
