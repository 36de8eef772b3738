"""Messages about tables of facts."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {}
