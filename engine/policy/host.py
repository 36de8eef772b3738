"""A host of durable-rules that starts no threads."""

from __future__ import annotations

from durable import engine as durable


class Host(durable.Host):  # type: ignore[misc]
    """Holds rulesets; nothing in it runs by itself."""

    def _run(self) -> None: ...
