"""Print the table of figures of docs/exercise.md: python -m data.exercise."""

import sys

from data.exercise import geography, measured
from data.exercise.build import make

if __name__ == "__main__":
    sys.stdout.write(measured.page(measured.figures(make(), geography.load())) + "\n")
