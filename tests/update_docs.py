"""Write the output and values that the docs show anew; then review `git diff README* docs`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from test_docs import PAGES, read_page


def main() -> None:
    """Renew every page, and say what this cannot mend."""
    for page in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            reading = read_page(page, Path(folder))
        lines = page.read_text(encoding="utf-8").splitlines()
        for start, renewed in sorted(reading.renewed.items(), reverse=True):
            end = next(at for at in range(start, len(lines)) if lines[at].startswith("```"))
            lines[start:end] = renewed
        page.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            for problem in read_page(page, Path(folder)).problems:
                sys.stderr.write(f"{page.name}: {problem}\n")


if __name__ == "__main__":
    main()
