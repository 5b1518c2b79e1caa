"""Statistics, one a file: pure functions of a cube, as `docs/methods.md` defines them. They import `geo` only."""
