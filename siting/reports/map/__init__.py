"""map.html: one file that opens without internet, drawn from the proposal's own roads."""

from siting.reports.map.page import proposal_map, write_map

__all__ = ["proposal_map", "write_map"]
