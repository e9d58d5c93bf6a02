"""Speed profiles fitted to observed runs."""

from siting.calibration.calibrate import Calibration, calibrate
from siting.calibration.written import profile_text

__all__ = ["Calibration", "calibrate", "profile_text"]
