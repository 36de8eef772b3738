"""A programme: a folder of rulebooks that are evaluated together, lower kinds first."""

from engine.programme.kinds import STANDARD_KINDS
from engine.programme.loading import SHIPPED, all_in, load
from engine.programme.model import Programme, tables

__all__ = ["SHIPPED", "STANDARD_KINDS", "Programme", "all_in", "load", "tables"]
