"""The text of a file as a tree in which each value carries its own place, so that two files can be made one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from engine.yaml_text import Source

if TYPE_CHECKING:
    from engine.diagnostic import Place
    from engine.yaml_text import Path_


@dataclass(frozen=True)
class Node:
    """A value of a file.

    Attributes:
        content: text, or the values inside it.
        place: where it starts.
        key: where its key starts; None for an item of a list.
        inline: what stands inside the text can be pointed at.
    """

    content: str | dict[str, Node] | list[Node]
    place: Place
    key: Place | None = None
    inline: bool = False

    @property
    def named(self) -> dict[str, Node]:
        """The values by their keys; none where it is no mapping."""
        return self.content if isinstance(self.content, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The items; none where it is no list."""
        return self.content if isinstance(self.content, list) else []

    @property
    def text(self) -> str | None:
        """The text; None where it is none."""
        return self.content if isinstance(self.content, str) else None

    @property
    def start(self) -> Place:
        """Where its key starts, or else itself."""
        return self.key or self.place

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The value without places."""
        if isinstance(self.content, dict):
            return {key: item.value for key, item in self.content.items()}
        return [item.value for item in self.content] if isinstance(self.content, list) else self.content

    def holding(self, content: dict[str, Node] | list[Node]) -> Node:
        """The same place with something else in it."""
        return replace(self, content=content, inline=False)

    def under(self, key: str, name: Place | None = None) -> Node:
        """A mapping at this place whose only key holds this value."""
        return Node({key: replace(self, key=name or self.place)}, self.place, self.key)


def tree(source: Source, path: Path_ = ()) -> Node:
    """The value at a path of a file."""
    value = source.value
    for part in path:
        value = value[part]
    return _tree(source, path, value)


def _tree(source: Source, path: Path_, value: Any) -> Node:  # noqa: ANN401
    content: Any = value
    if isinstance(value, dict):
        content = {key: _tree(source, (*path, key), item) for key, item in value.items()}
    elif isinstance(value, list):
        content = [_tree(source, (*path, at), item) for at, item in enumerate(value)]
    return Node(content, source.place(*path), source.keys.get(path), path in source.inline)


def flat(file: str, root: Node) -> Source:
    """A tree as the text of a file, to be read on as if it had been written so."""
    made = Source(file, root.value)
    inline: set[Path_] = set()

    def walk(path: Path_, node: Node) -> None:
        made.places[path] = node.place
        if node.key:
            made.keys[path] = node.key
        if node.inline:
            inline.add(path)
        for key, item in node.named.items():
            walk((*path, key), item)
        for at, item in enumerate(node.items):
            walk((*path, at), item)

    walk((), root)
    return replace(made, inline=frozenset(inline))
