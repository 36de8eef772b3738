"""Say what this machine lacks before anything is installed: `make` runs it with the Python that it found."""

import importlib.util
import os
import shutil
import sys
import sysconfig
from pathlib import Path

oldest, too_new = (3, 11), (3, 13)  # durable-rules calls C functions that 3.13 no longer has
found = ".".join(str(part) for part in sys.version_info[:3])
compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
header = Path(sysconfig.get_path("include")) / "Python.h"

missing = []
if not oldest <= sys.version_info < too_new:
    missing.append(f"wuhao needs Python 3.11 or 3.12, and `{sys.executable}` is {found}.")
    missing.append("Install Python 3.11, or name another one: `make PYTHON=/path/to/python3.11 …`.")
else:
    if importlib.util.find_spec("ensurepip") is None:
        missing.append(f"`{sys.executable}` cannot make environments: install its venv package (Debian: python3-venv).")
    if not header.exists():
        missing.append(f"`{header}` is missing: install the headers of Python {found} (Debian: python3-dev).")
    if shutil.which(compiler) is None:
        missing.append(f"The C compiler `{compiler}` is missing: install one (Debian: gcc), or name yours in `CC`.")
if missing:
    sys.exit("\n".join(missing))
