"""What this machine is: its processor, what Numba compiles for, and the packages that compute."""

import platform
from importlib.metadata import version
from pathlib import Path

from ..record.passports import VERSIONS


def machine() -> list[str]:
    """Processor, SIMD tier (its own, and the one that Numba compiles for) and versions, as lines."""
    import llvmlite.binding as llvm

    from ..kernels import TARGET, tier

    host = llvm.get_host_cpu_name()
    versions = ", ".join(f"{package} {version(package)}" for package in VERSIONS)
    return [
        f"processor: {_processor()}, {host}, {tier(host, llvm.get_host_cpu_features().flatten())}",
        f"Numba compiles for: {TARGET[0]}, {tier(*TARGET)}",
        f"versions: Python {platform.python_version()}, {versions}",
    ]


def _processor():
    """The processor's name as the system gives it."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
