#!/usr/bin/env bash
# The golden digests on 64-bit ARM, emulated: does it give the recorded ones?
#
#   bash tests/arm.sh [FOLDER]      (root on Debian or Ubuntu; a quarter of an hour; 1 GB below FOLDER, default results/arm)
#
# Debian's arm64 Python is unpacked, not installed; the aarch64 wheels of the versions in requirements.lock are put beside it,
# and qemu runs both. Not part of `make test`.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p "${1:-results/arm}"
work=$(realpath "${1:-results/arm}")
packages="numpy numba llvmlite scipy pandas xarray pydantic pydantic-core joblib cloudpickle loky tqdm scikit-learn threadpoolctl
    typing-extensions annotated-types typing-inspection python-dateutil six packaging narwhals"

command -v qemu-aarch64-static debootstrap >/dev/null || {
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends qemu-user-static debootstrap
}
release=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ' || true)
if [ ! -e "$work/debian/usr/bin/python3" ]; then
    debootstrap --arch=arm64 --foreign --variant=minbase --include=python3 "$release" "$work/debian" "$mirror" >"$work/debootstrap.log"
    for package in "$work"/debian/var/cache/apt/archives/*.deb; do dpkg-deb -x "$package" "$work/debian"; done
fi
version=$(basename "$(readlink -f "$work/debian/usr/bin/python3")")  # such as python3.11

# the versions of the lock; where it names several, the one for this Python
wanted=$(.venv/bin/python - "${version#python}" $packages <<'PY'
import re, sys
from packaging.requirements import Requirement
python, names = sys.argv[1], sys.argv[2:]
pins = map(Requirement, re.findall(r"^([a-z][^\\\n]*?) *\\?$", open("requirements.lock").read(), re.MULTILINE))
system = dict(python_version=python, python_full_version=f"{python}.0", sys_platform="linux")
print(*(f"{p.name}{p.specifier}" for p in pins if p.name in names and (not p.marker or p.marker.evaluate(system))))
PY
)
abi=cp${version#python}
platforms=$(for glibc in 28 27 17; do echo "--platform manylinux_2_${glibc}_aarch64"; done)
.venv/bin/python -m pip download -q --no-deps --only-binary=:all: -d "$work/wheels" --python-version "${version#python}" \
    --implementation cp --abi "${abi/./}" --abi abi3 --abi none $platforms --platform manylinux2014_aarch64 --platform any $wanted
mkdir -p "$work/site"
for wheel in "$work"/wheels/*.whl; do .venv/bin/python -m zipfile -e "$wheel" "$work/site"; done

export PYTHONPATH="$PWD:$work/site" HOME="$work" NUMBA_CACHE_DIR="$work/numba" PYTHONDONTWRITEBYTECODE=1 GOLDEN_WORKERS=1
qemu-aarch64-static -L "$work/debian" "$work/debian/usr/bin/$version" -W ignore tests/golden.py
