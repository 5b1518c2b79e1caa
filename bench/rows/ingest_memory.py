"""The most memory that a process has while it ingests a file of many rows."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from bench.row import Row
from bench.rows.ingest import SEED
from bench.scale import FULL, Scale
from bench.synthetic import write_ged_csv

ROWS: Final = 10_000_000
"""Rows of the full measurement: three times those of the others, to see that memory does not grow with them."""
MOST_MB: Final = 1500.0

_FRESH: Final = """
import sys
from pathlib import Path
from data.ingest import ingest
from data.store import Store
ingest(Path(sys.argv[1]), Store(Path(sys.argv[2])))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
"""VmHWM counts pages of mapped files too; that of a child begins anew, which is not so of `getrusage`."""


def name(scale: Scale) -> str:
    """Return the row's name."""
    return f"peak MB while ingesting {'10M' if scale == FULL else scale.called}"


def measure(scale: Scale) -> Row:
    """Ingest a made file in a process of its own, with everything that it imports, and ask the system."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        path = write_ged_csv(Path(folder) / "made.csv", ROWS if scale == FULL else scale.rows, SEED)
        command = [sys.executable, "-c", _FRESH, str(path), str(Path(folder) / "home")]
        told = subprocess.run(command, capture_output=True, check=True, text=True)
    peak = int(told.stdout) / 1024
    return Row(name(scale), "MB", peak, peak, peak, 1, target=MOST_MB)
