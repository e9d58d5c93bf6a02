"""
A written proposal held to its own files: every printed figure computed again, by other code.

Nothing here comes from the rooms that made the answer. Drives are found by scipy on the roads layer, with times as
real numbers; shares, districts and units are summed from the written cells; hydrants are measured by sampling.
"""

from siting.verification.claim import Claim, Verification
from siting.verification.verify import verify
from siting.verification.written import read_summary, read_written

__all__ = ["Claim", "Verification", "read_summary", "read_written", "verify"]
