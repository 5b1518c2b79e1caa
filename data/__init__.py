"""How facts come in: schemas, sources, readers, the snapshot store and what is held now. Imports geo only."""

from typing import Final

VERSION: Final = "0.1.0"
"""The version that snapshots name as the software that made them."""
