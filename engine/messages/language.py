"""Messages about programmes, rulebooks and expressions."""

from __future__ import annotations

from engine.messages import expression, lifecycles, overlays, policy, rulebook, yaml_text

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    **yaml_text.MESSAGES,
    **rulebook.MESSAGES,
    **lifecycles.MESSAGES,
    **policy.MESSAGES,
    **expression.MESSAGES,
    **overlays.MESSAGES,
}
