"""The same bits on every processor: golden digests here,
and again as other processors and systems would compute them.

What a machine cannot be (another vendor, another width of vectors) is imitated: NumPy and the system's
library are told to do without features, Numba compiles for other processors, and a mathematical library is
put before the system's whose logarithms and powers are one unit in the last place off.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import golden
import numpy as np
import pytest

HERE = Path(__file__).parent
X86 = platform.machine() in ("x86_64", "AMD64")
NO_AVX512 = "glibc.cpu.hwcaps=-AVX512F,-AVX512DQ,-AVX512BW,-AVX512VL"
NO_AVX = f"{NO_AVX512},-AVX2,-FMA"
# without an instruction for it, a fused multiply-add takes a hundred times as long
QUICK = "grids matrices streams trajectories"


def numpy_without(words):
    """NPY_DISABLE_CPU_FEATURES that names what NumPy would otherwise use here,
    of the tiers that hold one of `words`.
    """
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    return " ".join(
        tier
        for tier in __cpu_dispatch__
        if __cpu_features__.get(tier) and any(word in tier for word in words)
    )


def avx512():
    from numpy._core._multiarray_umath import __cpu_features__

    return bool(__cpu_features__.get("AVX512F"))


# without the second name Numba would keep all features of this processor
PROCESSORS = {
    "avx2": dict(
        NUMBA_CPU_NAME="haswell",
        NUMBA_CPU_FEATURES="",
        GLIBC_TUNABLES=NO_AVX512,
        NPY_DISABLE_CPU_FEATURES=("V4", "AVX512"),
    ),
    "baseline": dict(
        NUMBA_CPU_NAME="generic",
        NUMBA_CPU_FEATURES="",
        GLIBC_TUNABLES=NO_AVX,
        NPY_DISABLE_CPU_FEATURES=("V3", "V4", "AVX512"),
        GOLDEN_PARTS=QUICK,
    ),
    "avx512": dict(NUMBA_CPU_NAME="skylake-avx512", NUMBA_CPU_FEATURES=""),
    "x86-64-v3": dict(NUMBA_CPU_NAME="x86-64-v3", NUMBA_CPU_FEATURES=""),
}
HABITS = {
    "one worker, another locale and hash seed": dict(
        GOLDEN_WORKERS="1", PYTHONHASHSEED="77", LC_ALL="C", TZ="Asia/Tokyo"
    ),
    "four threads": dict(GOLDEN_WORKERS="4", GOLDEN_PARTS="sweeps ledger", OMP_NUM_THREADS="4"),
    "processes": dict(GOLDEN_WORKERS="5", GOLDEN_PARTS="sweeps ledger"),
}


def run(environment):
    """What golden.py says in a process of its own."""
    if isinstance(environment.get("NPY_DISABLE_CPU_FEATURES"), tuple):
        environment = environment | dict(
            NPY_DISABLE_CPU_FEATURES=numpy_without(environment["NPY_DISABLE_CPU_FEATURES"])
        )
    command = [sys.executable, "-W", "ignore", str(HERE / "golden.py")]
    paths = os.pathsep.join(filter(None, [str(HERE.parent), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | dict(PYTHONPATH=paths) | environment
    )
    assert done.stdout, done.stderr
    return done.stdout.strip().splitlines()[-1]


def test_the_digests_of_this_machine_are_the_recorded_ones():
    found = golden.digests()
    assert len(found) > 400
    assert golden.first_difference(found, json.loads(golden.FILE.read_text())) == ""


def test_the_first_digest_that_differs_is_named():
    recorded = {"grids 0": "a", "grids 1": "b", "sweeps 0": "c"}
    assert golden.first_difference({"grids 0": "a", "grids 1": "x"}, recorded) == "grids 1: x instead of b"
    assert golden.first_difference({"grids 0": "a", "grids 1": "b"}, recorded) == ""
    assert golden.first_difference(recorded | {"grids 2": "d"}, recorded) == "grids 2: not recorded"


@pytest.mark.skipif(not X86, reason="imitates processors of the x86-64 family")
@pytest.mark.parametrize("name", PROCESSORS)
def test_other_processors_give_the_same(name, tmp_path):
    if name in ("avx512", "x86-64-v3") and not avx512():
        pytest.skip("this processor has no AVX-512: to compile with it or without")
    said = run(PROCESSORS[name] | dict(NUMBA_CACHE_DIR=str(tmp_path)))
    assert said.endswith("golden digests: the same"), said


@pytest.mark.parametrize("name", HABITS)
def test_workers_locale_and_hash_seed_do_not_matter(name):
    said = run(HABITS[name])
    assert said.endswith("golden digests: the same"), said


# ---------------------------------------------------------------- a mathematical library that is one bit off
ONE_ARGUMENT = ("log", "exp", "log1p", "expm1", "log2", "log10", "exp2", "tanh", "sin", "cos", "cbrt")
SOURCE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#define OFF(NAME) double NAME(double x) { \\
    static double (*real)(double); \\
    if (!real) real = (double (*)(double))dlsym(RTLD_NEXT, #NAME); \\
    double y = real(x); \\
    return y == 0 || y == 1 || !isfinite(y) ? y : nextafter(y, INFINITY); }
%s
double pow(double x, double p) {
    static double (*real)(double, double);
    if (!real) real = (double (*)(double, double))dlsym(RTLD_NEXT, "pow");
    double y = real(x, p);
    return y == rint(y) || !isfinite(y) ? y : nextafter(y, INFINITY); }
"""


@pytest.fixture(scope="module")
def shifted(tmp_path_factory):
    """A shared library, loaded before the system's, whose functions are one unit in the last place off."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler or not sys.platform.startswith("linux"):
        pytest.skip("there is no C compiler to build a mathematical library with")
    folder = tmp_path_factory.mktemp("libm")
    (folder / "shifted.c").write_text(SOURCE % "\n".join(f"OFF({name})" for name in ONE_ARGUMENT))
    command = [
        compiler,
        "-O1",
        "-fno-builtin",
        "-shared",
        "-fPIC",
        "-o",
        "shifted.so",
        "shifted.c",
        "-ldl",
        "-lm",
    ]
    subprocess.run(command, cwd=folder, check=True)
    return dict(LD_PRELOAD=str(folder / "shifted.so"), NPY_DISABLE_CPU_FEATURES=("V3", "V4", "AVX512"))


def test_the_shifted_library_is_in_use(shifted):
    words = "import math; print(math.log(3.0).hex(), math.pow(3.0, 0.3).hex())"
    paths = dict(LD_PRELOAD=shifted["LD_PRELOAD"])
    plain, off = (
        subprocess.run(
            [sys.executable, "-c", words], capture_output=True, text=True, env=os.environ | more
        ).stdout
        for more in ({}, paths)
    )
    assert all(here != there for here, there in zip(plain.split(), off.split()))
    assert all(
        abs(float.fromhex(here) / float.fromhex(there) - 1) < 1e-15
        for here, there in zip(plain.split(), off.split())
    )


def test_another_mathematical_library_changes_nothing(shifted):
    said = run(shifted)
    assert said.endswith("golden digests: the same"), said


def test_it_would_be_noticed(shifted):
    """The tail of NumPy's normals and np.geomspace do go through the library that is one bit off."""
    words = (
        "import hashlib, numpy as np; rng = np.random.Generator(np.random.PCG64(1)); "
        "arrays = rng.standard_normal(10**5), np.geomspace(0.3, 6, 9); "
        "print([hashlib.sha256(array.tobytes()).hexdigest() for array in arrays])"
    )
    off = shifted | dict(NPY_DISABLE_CPU_FEATURES=numpy_without(("V3", "V4", "AVX512")))
    plain, there = (
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", words],
            capture_output=True,
            text=True,
            env=os.environ | more,
        ).stdout
        for more in ({}, off)
    )
    assert all(a != b for a, b in zip(eval(plain), eval(there)))


def test_normals_are_on_their_grid():
    from regrnn_lib.weights import normal, random_stream

    values = normal(random_stream(3, "matrix"), 10**5)
    assert np.array_equal(values * 2.0**40, np.rint(values * 2.0**40))
    assert np.abs(values - random_stream(3, "matrix").standard_normal(10**5)).max() <= 2.0**-41
