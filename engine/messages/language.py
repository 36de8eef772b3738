"""Messages about programmes, rulebooks and expressions."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {}
