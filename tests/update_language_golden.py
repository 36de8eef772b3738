"""Write anew what is said about wrong rules in `language_cases`; then review `git diff tests/language_cases`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from test_language_messages import CASES, LANGUAGES, names, problems_of, told, written
from test_language_mistakes import FOLDER, page
from test_language_overlays import FOLDER as OVERLAYS
from test_language_overlays import page as page_of_overlays

from engine.programme import loading


def main() -> None:
    """Write every `expected.<language>.txt`, and `told.<language>.txt` of the mistakes and of overlays."""
    with tempfile.TemporaryDirectory() as folder:
        loading.SHIPPED = Path(folder) / "nothing"
        for name in names("bad"):
            case = written(name, Path(folder))
            diagnostics = problems_of(case)
            for language in LANGUAGES:
                text = told(diagnostics, language, case)
                (CASES / "bad" / name / f"expected.{language}.txt").write_text(text, encoding="utf-8")
        for language in LANGUAGES:
            (FOLDER / f"told.{language}.txt").write_text(page(language), encoding="utf-8")
            (OVERLAYS / f"told.{language}.txt").write_text(page_of_overlays(language), encoding="utf-8")


if __name__ == "__main__":
    main()
