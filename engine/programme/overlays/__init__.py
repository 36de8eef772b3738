"""Overlays (调整件): small files that change what rulebooks say, for a county or for a question.

`merging` changes the text of rulebooks before it is understood, so that everything behind it reads one text, each value
of which knows its file. `parts` separates an overlay into what can be changed alone, `blame` finds the change that
makes a line of a rulebook wrong.
"""

from engine.programme.overlays.overlay import Overlay
from engine.programme.overlays.parts import Part, Step

__all__ = ["Overlay", "Part", "Step"]
