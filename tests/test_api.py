"""What a user of Python imports from `engine`."""

from __future__ import annotations

from inspect import isclass, isfunction
from pkgutil import iter_modules

import pytest

import engine


@pytest.mark.parametrize("name", engine.__all__)
def test_a_name_is_a_function_or_class_whatever_was_imported_before(name: str) -> None:
    assert name not in {module.name for module in iter_modules(engine.__path__)}, "it would take the place of the name"
    found = getattr(engine, name)
    assert isclass(found) if name[0].isupper() else isfunction(found)
    assert found.__doc__
    assert found.__name__ == name


def test_there_is_no_other_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'remdy'"):
        _ = engine.remdy
