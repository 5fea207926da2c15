"""Many machines: departments made by the workers of a Dask cluster; an extra."""
