"""Map layers: each turns a cube or a field into one Drawing (what, not how) with its legend; renderers draw them."""
