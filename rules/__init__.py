"""The rulebooks that come with wuhao, one folder per programme, and the clauses that they cite."""
