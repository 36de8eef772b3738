"""Write a rating as a run, a folder that appears whole or not at all, and open it again.

A run is never changed once written. It holds everything that its grades came from: the files as received, the facts as
read with the place of each, the rules as used, the numbers, the cases with their traces, and a digest of every file.
"""

from engine.archive.run import FORMAT, InvalidRunError, Run
from engine.archive.writing import WORKBOOK_MAX, Occasion, case_table, check_target, write_run

__all__ = ["FORMAT", "WORKBOOK_MAX", "InvalidRunError", "Occasion", "Run", "case_table", "check_target", "write_run"]
