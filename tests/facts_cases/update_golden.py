"""Write the messages that `fixtures/bad` expects: `python tests/facts_cases/update_golden.py`, then read the diff."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[n]) for n in (1, 2)]

from facts_cases import BAD, rendered  # noqa: E402

for case in sorted(path for path in BAD.iterdir() if path.is_dir()):
    for language in ("zh", "en"):
        (case / f"expected.{language}.txt").write_text(rendered(case, language), encoding="utf-8")
