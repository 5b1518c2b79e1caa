"""Boundaries that a user loads: admin areas (COD-AB, geoBoundaries) and border lines (LSIB), kept beside the snapshots.

No admin-2 polygon is shipped (docs/boundaries.md): areas of the second order exist only where somebody loads them.
"""
