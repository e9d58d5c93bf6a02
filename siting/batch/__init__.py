"""Many scenarios at once on a dask cluster: resumed where it was cut off, and none stopped by the fault of another."""

from siting.batch.run import TABLE, run_batch

__all__ = ["TABLE", "run_batch"]
