"""What went wrong, framed in the reader's language; the faults themselves are told in English."""

from __future__ import annotations

from siting.errors import (
    FetchError,
    InfeasibleError,
    InputError,
    MemoryCapError,
    OutputError,
    SitingError,
    VerificationError,
)
from siting.language import Language, word

_FRAMES = {
    FetchError: "fault_fetch",
    InfeasibleError: "fault_infeasible",
    MemoryCapError: "fault_memory",
    OutputError: "fault_output",
    VerificationError: "fault_verification",
    SitingError: "fault_other",
}
"""The word around a message; the first that fits."""


def fault_text(fault: SitingError, language: Language) -> str:
    """
    What the command line ends with: which file, how many faults, each of them, and what to do next.

    Examples
    --------
    >>> print(fault_text(InputError("stations.csv", ["2 ids occur twice (S1, S4)."]), "zh"))
    stations.csv 有 1 处错误（逐条说明为英文）：
      - 2 ids occur twice (S1, S4).
    请改正后重新运行同一命令。
    >>> print(fault_text(InfeasibleError("Two cells have no site."), "en"))
    Two cells have no site.
    """
    if isinstance(fault, InputError):
        each = "".join(f"\n  - {one}" for one in fault.faults)
        return word("fault_input", language, where=fault.where, n=len(fault.faults), each=each)
    frame = next(key for kind, key in _FRAMES.items() if isinstance(fault, kind))
    return word(frame, language, message=fault)
