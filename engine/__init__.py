"""Rate organizations by declarative rules, and explain every grade."""
