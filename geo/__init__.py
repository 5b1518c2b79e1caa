"""Space and time, pure: cells, periods, areas, precision, the cube and the view. Imports nothing of the product."""
