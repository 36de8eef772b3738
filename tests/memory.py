"""How much memory a test's own process took."""

from __future__ import annotations

import re
from pathlib import Path


def peak() -> int:
    """Bytes that this process held at most; `ru_maxrss` would count those of the process that started it, too."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found
    return int(found[1]) * 1024
