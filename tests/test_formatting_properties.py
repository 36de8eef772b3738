"""Whatever the YAML: formatted, it says the same, has the same comments, and stays as it is."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given, settings
from yaml_texts import texts

from engine import yaml_text
from engine.formatting import format_text
from engine.formatting.tree import comments, read

if TYPE_CHECKING:
    from yaml_texts import Written


@settings(max_examples=300, deadline=None)
@given(texts())
def test_formatted_yaml_says_the_same(written: Written) -> None:
    assert yaml_text.parse(written.text, "x.yaml").value == written.value  # else the test is wrong
    formatted = format_text(written.text)
    assert yaml_text.parse(formatted, "x.yaml").value == written.value
    assert Counter(comments(read(formatted))) == Counter(written.comments)
    assert format_text(formatted) == formatted
    assert formatted.endswith("\n")
    assert not re.search(r"\A\n|\r|\ufeff|\n\n\n|\n\n\Z|(?m:^ *\t)", formatted)
