"""The machine on which it was measured: what it is, how fast its disk is, what a process uses."""

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

SYNCS = 50
_MIB = 1024
_TRIAL = 0.2


@dataclass(frozen=True)
class Memory:
    """What a process holds, in MiB."""

    resident: float
    """RSS: with the pages that it shares with others."""
    proportional: float
    """PSS: a shared page counts as the share of each of its users."""


def described(folder: Path) -> list[str]:
    """Return what a reader needs to know about this machine; the disk is the one of `folder`."""
    load = os.getloadavg()[0]
    return [
        f"{platform.system()} {platform.release()}, {_processor()}, {_cores()} cores",
        f"load before the start: {load:.1f}",
        f"{platform.python_implementation()} {platform.python_version()}",
        f"disk: {1000 * fsync_seconds(folder):.2f} ms for an fsync of 4 KiB (median of {SYNCS})",
    ]


def fsync_seconds(folder: Path) -> float:
    """Return how long the disk takes to store 4 KiB safely."""
    path = folder / "fsync"
    taken = []
    with path.open("wb") as file:
        for _ in range(SYNCS):
            file.write(os.urandom(4096))
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - started)
    path.unlink()
    return median(taken)


def slowness() -> float:
    """Return by what other programs multiply the time that work takes now: 1 is undisturbed."""
    started, used = time.perf_counter(), time.process_time()
    while time.process_time() - used < _TRIAL:
        pass
    return (time.perf_counter() - started) / _TRIAL


def memory(process_id: int) -> Memory | None:
    """Return what a process holds; None where there is no /proc (only Linux has it)."""
    try:
        lines = Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    # Each line is a name, a colon, a number and "kB".
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith("kB")}
    return Memory(kilobytes["Rss"] / _MIB, kilobytes["Pss"] / _MIB)


def cpu_seconds(process_id: int) -> float | None:
    """Return how much processor time a process has used; None where there is no /proc."""
    try:
        stat = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8")
    except OSError:
        return None
    # Behind the name, which may hold anything: state is field 3, utime 14, stime 15 (proc(5)).
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
