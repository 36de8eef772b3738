"""The expressions of rulebooks: parsed, checked, and compiled to columns."""
