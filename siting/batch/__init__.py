"""Many scenarios at once on a dask cluster: resumed where it was cut off, and none stopped by the fault of another."""

from siting.batch.jobs import TABLE
from siting.batch.run import run_batch
from siting.batch.split import reach_on

__all__ = ["TABLE", "reach_on", "run_batch"]
