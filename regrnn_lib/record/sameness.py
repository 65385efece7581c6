"""Whether two runs show the same: the rule by which `make` keeps committed bytes and `make verify` compares.

Two numbers are the same if they differ by at most one unit in the sixth significant digit: of the larger of
the two in a table or a text, of the largest in its series in the data of a figure (smaller differences
cannot be seen). All that is not a number must be equal, letter by letter. On that ground

- a table is the same if its rows, its key and its caption are;
- a figure is the same if its data, its caption and the code that draws it are; then its pictures need not
  be compared;
- an executed notebook is the same if its cells and the texts of its outputs are, its saved figures are, and
  its other pictures have the same pixels.

Every function here returns what differs, one line each: nothing, if it is the same.
"""

import base64
import csv
import io
import math
import re
import shutil
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from .passports import intact, passport, write_passport

NUMBER = re.compile(r"(?<![\w.])[-−+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]*[A-Za-z_])")
FIELDS = (
    "caption",
    "notebook",
    "parameters",
    "command",
    "key",
    "drawing",
)  # of a passport; versions are told apart
PICTURES = {".svg", ".png"}


def unit(number: float) -> float:
    """One unit in the sixth significant digit of a number."""
    return 10.0 ** (math.floor(math.log10(abs(number))) - 5) if number and math.isfinite(number) else 0.0


def near(a: float, b: float, scale: float = 0.0) -> bool:
    """Whether two numbers are the same; `scale` is the largest of their series."""
    return a == b or abs(a - b) <= 1.000001 * unit(max(abs(a), abs(b), scale)) or (a != a and b != b)


def unlike_texts(recorded: str, found: str) -> tuple[str, str] | None:
    """The first numbers or words in which two texts differ, as a pair; None if they are the same."""
    words, others = NUMBER.split(recorded), NUMBER.split(found)
    numbers, measured = NUMBER.findall(recorded), NUMBER.findall(found)
    if words != others:
        pairs = [pair for pair in zip(words, others) if pair[0] != pair[1]]
        return _around(*pairs[0]) if pairs else (f"{len(numbers)} numbers", f"{len(measured)} numbers")
    return next(((a, b) for a, b in zip(numbers, measured) if a != b and not near(_read(a), _read(b))), None)


def _around(a, b):
    """The parts of two texts where they begin to differ."""
    at = next((i for i, pair in enumerate(zip(a, b)) if pair[0] != pair[1]), min(len(a), len(b)))
    return tuple(repr(text[max(at - 20, 0) : at + 20]) for text in (a, b))


def _read(text):
    try:
        return float(text.replace("−", "-"))
    except ValueError:
        return None


# ---------------------------------------------------------------- tables and data
def unlike_rows(recorded: str, found: str, by_series: bool = False) -> list[str]:
    """Differences of two CSV texts: one line for each column, or each series of a figure, that holds any."""
    (head, *rows), (other, *others) = (
        list(csv.reader(io.StringIO(text))) or [[]] for text in (recorded, found)
    )
    if head != other:
        return [f"columns {', '.join(head)} recorded, {', '.join(other)} found"]
    parts, counterparts = (_columns(head, each, by_series) for each in (rows, others))
    lines = [
        f"{place}: {'recorded' if place in parts else 'found'} only"
        for place in parts.keys() ^ counterparts.keys()
    ]
    for place in parts.keys() & counterparts.keys():
        lines += _unlike_column(place, parts[place], counterparts[place], by_series)
    return sorted(lines)


def _columns(head, rows, by_series):
    """Values by column; of a figure, by panel, series and column."""
    columns = defaultdict(list)
    for row in rows:
        for name, value in zip(head[2:] if by_series else head, row[2:] if by_series else row):
            columns[f"panel {row[0]}, {row[1]}, {name}" if by_series else name].append(value)
    return columns


def _unlike_column(place, recorded, found, by_series):
    if len(recorded) != len(found):
        return [f"{place}: {len(recorded)} values recorded, {len(found)} found"]
    numbers = (
        [abs(n) for n in map(_read, recorded) if n is not None and math.isfinite(n)] if by_series else []
    )
    scale = max(numbers, default=0.0)
    unlike = [pair for pair in zip(recorded, found) if pair[0] != pair[1] and not _same_values(*pair, scale)]
    return [_told(place, unlike)] if unlike else []


def _same_values(a, b, scale):
    x, y = _read(a), _read(b)
    return unlike_texts(a, b) is None if x is None or y is None else near(x, y, scale)


def _told(place, pairs):
    """The pair that differs most, and how many differ."""
    gaps = [abs(_read(a) - _read(b)) if None not in (_read(a), _read(b)) else math.inf for a, b in pairs]
    largest = max(gaps)
    a, b = pairs[gaps.index(largest)]
    size = f", largest difference {largest:.2g}" if math.isfinite(largest) else ""
    return f"{place}: {_short(a)} recorded, {_short(b)} found ({len(pairs)} differ{size})"


def _short(text):
    text = text or "nothing"
    return text if len(text) <= 60 else f"{text[:25]} ... {text[-25:]}"


# ---------------------------------------------------------------- what a passport names
def unlike(recorded: str | Path, found: str | Path, name: str) -> list[str]:
    """Differences of one figure, table or page of two folders: of their passports' fields and of their files."""
    page, other = (passport(Path(folder) / f"{name}.json") for folder in (recorded, found))
    lines = _unlike_fields(name, page, other)
    if page["files"].keys() != other["files"].keys():
        return [
            *lines,
            f"{name}: files {', '.join(page['files'])} recorded, {', '.join(other['files'])} found",
        ]
    return lines + [
        line for file in page["files"] for line in _unlike_files(Path(recorded), Path(found), file, page)
    ]


def _unlike_fields(name, page, other):
    lines = []
    for field in FIELDS:
        a, b = page.get(field), other.get(field)
        if a != b and not (
            isinstance(a, str) and isinstance(b, str) and field != "drawing" and unlike_texts(a, b) is None
        ):
            shown = (
                "made by other code"
                if field == "drawing"
                else f"{_short(str(a))} recorded, {_short(str(b))} found"
            )
            lines.append(f"{name}, {field}: {shown}")
    return lines


def _unlike_files(recorded, found, file, page):
    if file.endswith(".ipynb") or not all((folder / file).exists() for folder in (recorded, found)):
        return []  # compared, and missed, elsewhere
    if Path(file).suffix in PICTURES:
        drawn = any(each.startswith("data/") for each in page["files"])
        same = drawn or (recorded / file).read_bytes() == (found / file).read_bytes()
        return [] if same else [f"{file}: other bytes"]
    a, b = ((folder / file).read_text(encoding="utf-8") for folder in (recorded, found))
    if file.endswith(".csv"):
        return [f"{file}, {line}" for line in (unlike_rows(a, b, file.startswith("data/")) if a != b else [])]
    pair = unlike_texts(a, b) if a != b else None
    return [f"{file}: {_short(pair[0])} recorded, {_short(pair[1])} found"] if pair else []


def keep_same(made: str | Path, folder: str | Path) -> list[str]:
    """Put back the bytes of `folder` wherever what was `made` anew is the same; the captions of all that is."""
    kept = []
    for path in sorted(path for path in Path(made).glob("*.json") if (Path(folder) / path.name).exists()):
        before, page = passport(Path(folder) / path.name), passport(path)
        if before["files"] and intact(folder, before) and not unlike(folder, made, path.stem):
            for file in before["files"]:
                shutil.copyfile(Path(folder) / file, Path(made) / file)
            write_passport(path, page | {"files": before["files"]})
            kept.append(page["caption"])
    return kept


# ---------------------------------------------------------------- executed notebooks
def unlike_notebooks(name: str, recorded: str, found: str, same_captions: Sequence[str] = ()) -> list[str]:
    """Differences of two executed notebooks, as text; figures whose captions are listed count as the same."""
    import nbformat

    cells, others = (nbformat.reads(text, as_version=4).cells for text in (recorded, found))
    if [(c.cell_type, c.source) for c in cells] != [(c.cell_type, c.source) for c in others]:
        return [f"{name}.ipynb: other cells"]
    lines = []
    for number, (cell, other) in enumerate(zip(cells, others), 1):
        place = f"{name}.ipynb, cell {number}"
        lines += _unlike_outputs(place, cell.get("outputs", []), other.get("outputs", []), same_captions)
    return lines


def _unlike_outputs(place, outputs, others, same_captions):
    if [o.output_type for o in outputs] != [o.output_type for o in others]:
        return [f"{place}: {len(outputs)} outputs recorded, {len(others)} found"]
    lines = []
    for number, (output, other) in enumerate(zip(outputs, others)):
        after = outputs[number + 1] if number + 1 < len(outputs) else {}
        pictured = after.get("data", {}).get("text/markdown", "").strip("*") in same_captions
        lines += _unlike_data(place, _contents(output), _contents(other), pictured)
    return lines


def _contents(output):
    """What an output holds, by kind."""
    if output.output_type == "stream":
        return {"text": output.text}
    return dict(output.get("data", {"error": output.get("evalue", "")}))


def _unlike_data(place, data, other, pictured):
    if data.keys() != other.keys():
        return [f"{place}: {', '.join(data)} recorded, {', '.join(other)} found"]
    for kind, value in data.items():
        if value == other[kind] or (pictured and kind.startswith("image/")):
            continue
        if kind == "image/png":
            return [] if _same_pixels(value, other[kind]) else [f"{place}: another picture"]
        if pair := unlike_texts(str(value), str(other[kind])):
            return [f"{place}: {_short(pair[0])} recorded, {_short(pair[1])} found"]
    return []


def _same_pixels(a, b):
    from PIL import Image, ImageChops

    one, two = (Image.open(io.BytesIO(base64.b64decode(text))).convert("RGBA") for text in (a, b))
    return one.size == two.size and ImageChops.difference(one, two).getbbox(alpha_only=False) is None
