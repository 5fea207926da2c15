"""Official tables: records shown in forms, filled from templates, and read back as grids."""
