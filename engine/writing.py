"""Write a file wholly or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from engine.diagnostic import Diagnostic, InvalidInputError, Place


def write(path: Path, text: str) -> None:
    """Write a text file, which keeps its permissions when it exists.

    Raises:
        InvalidInputError: when it cannot be written; then it is as it was.
    """
    target = path.resolve()
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
            file.write(text.encode())
        made = Path(file.name)
        try:
            if target.exists():
                shutil.copymode(target, made)
            else:
                made.chmod(0o644)  # a temporary file is for its owner alone
            made.replace(target)
        except OSError:
            made.unlink()
            raise
    except OSError as error:
        problem = Diagnostic("file_not_written", Place(str(path)), {"reason": error.strerror})
        raise InvalidInputError([problem]) from error
