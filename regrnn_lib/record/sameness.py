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

from .passports import intact, passport, passports, write_passport

NUMBER = re.compile(r"(?<![\w.])[-−+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]*[A-Za-z_])")
TEXTS = ("caption", "notebook", "parameters", "command", "key")  # of a passport; versions are told apart
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
    tables = [list(csv.reader(io.StringIO(text))) or [[]] for text in (recorded, found)]
    (head, *rows), (other, *others) = tables
    if head != other:
        return [f"columns {', '.join(head)} recorded, {', '.join(other)} found"]
    columns, counterparts = (_columns(head, each, by_series) for each in (rows, others))
    lines = []
    for place in columns.keys() | counterparts.keys():
        line = _unlike_column(columns.get(place), counterparts.get(place), by_series)
        lines += [f"{place}: {line}"] if line else []
    return sorted(lines)


def _columns(head, rows, by_series):
    """Values by column; of a figure, by panel, series and column."""
    columns = defaultdict(list)
    for row in rows:
        series, first = (f"panel {row[0]}, {row[1]}, ", 2) if by_series else ("", 0)
        for name, value in zip(head[first:], row[first:]):
            columns[series + name].append(value)
    return columns


def _unlike_column(recorded, found, by_series):
    """How two columns differ: in the pair that differs most, and in how many; "" if they are the same."""
    if recorded is None or found is None:
        return "found only" if recorded is None else "recorded only"
    if len(recorded) != len(found):
        return f"{len(recorded)} values recorded, {len(found)} found"
    numbers = [abs(number) for number in map(_read, recorded) if number is not None] if by_series else []
    scale = max(filter(math.isfinite, numbers), default=0.0)
    pairs = [pair for pair in zip(recorded, found) if not _same_values(*pair, scale)]
    if not pairs:
        return ""
    a, b = max(pairs, key=lambda pair: _gap(*pair))
    size = f", largest difference {_gap(a, b):.2g}" if math.isfinite(_gap(a, b)) else ""
    return f"{_both(a, b)} ({len(pairs)} differ{size})"


def _same_values(a, b, scale):
    x, y = _read(a), _read(b)
    return unlike_texts(a, b) is None if x is None or y is None else near(x, y, scale)


def _gap(a, b):
    x, y = _read(a), _read(b)
    return math.inf if x is None or y is None else abs(x - y)


def _both(a, b):
    return f"{_short(a)} recorded, {_short(b)} found"


def _short(text):
    text = text or "nothing"
    return text if len(text) <= 60 else f"{text[:25]} ... {text[-25:]}"


# ---------------------------------------------------------------- what a passport names
def unlike(recorded: str | Path, found: str | Path, name: str) -> list[str]:
    """Differences of one figure, table or page of two folders:
    of their passports' fields and of their files.
    """
    page, other = (passport(Path(folder) / f"{name}.json") for folder in (recorded, found))
    lines = [f"{name}, {line}" for line in _unlike_fields(page, other)]
    if page["files"].keys() != other["files"].keys():
        names, others = ", ".join(page["files"]), ", ".join(other["files"])
        return [*lines, f"{name}: files {names} recorded, {others} found"]
    drawn = any(file.startswith("data/") for file in page["files"])
    for file in page["files"]:
        lines += _unlike_files(Path(recorded) / file, Path(found) / file, file, drawn)
    return lines


def _unlike_fields(page, other):
    lines = []
    for field in TEXTS:
        a, b = page.get(field), other.get(field)
        texts = isinstance(a, str) and isinstance(b, str)
        if unlike_texts(a, b) if texts else a != b:
            lines.append(f"{field}: {_both(str(a), str(b))}")
    same_code = page.get("drawing") == other.get("drawing")
    return lines if same_code else [*lines, "drawing: made by other code"]


def _unlike_files(one, two, file, drawn):
    """Lines on a file of two folders; of pictures whose numbers are `drawn` from data, these alone count."""
    if one.suffix == ".ipynb" or not (one.exists() and two.exists()):
        return []  # compared, and missed, elsewhere
    if one.suffix in PICTURES:
        return [] if drawn or one.read_bytes() == two.read_bytes() else [f"{file}: other bytes"]
    a, b = (path.read_text(encoding="utf-8") for path in (one, two))
    if one.suffix == ".csv" and a != b:
        return [f"{file}, {line}" for line in unlike_rows(a, b, file.startswith("data/"))]
    pair = unlike_texts(a, b) if a != b else None
    return [f"{file}: {_both(*pair)}"] if pair else []


def keep_same(made: str | Path, folder: str | Path) -> list[str]:
    """Put back the bytes of `folder` wherever what was `made` anew is the same;
    the captions of all that is.
    """
    made, folder, kept = Path(made), Path(folder), []
    for name, page in passports(made).items():
        before = passport(folder / f"{name}.json")
        if before["files"] and intact(folder, before) and not unlike(folder, made, name):
            for file in before["files"]:
                shutil.copyfile(folder / file, made / file)
            write_passport(made / f"{name}.json", page | {"files": before["files"]})
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
    for output, other, after in zip(outputs, others, [*outputs[1:], {}]):
        pictured = after.get("data", {}).get("text/markdown", "").strip("*") in same_captions
        line = _unlike_data(_contents(output), _contents(other), pictured)
        lines += [f"{place}: {line}"] if line else []
    return lines


def _contents(output):
    """What an output holds, by kind."""
    if output.output_type == "stream":
        return {"text": output.text}
    return dict(output.get("data", {"error": output.get("evalue", "")}))


def _unlike_data(data, other, pictured):
    """How the contents of two outputs differ, in the first kind that does; "" if they are the same."""
    if data.keys() != other.keys():
        return f"{', '.join(data)} recorded, {', '.join(other)} found"
    for kind, value in data.items():
        if value == other[kind] or (pictured and kind.startswith("image/")):
            continue
        if kind == "image/png":
            return "" if _same_pixels(value, other[kind]) else "another picture"
        if pair := unlike_texts(str(value), str(other[kind])):
            return _both(*pair)
    return ""


def _same_pixels(a, b):
    from PIL import Image, ImageChops

    one, two = (Image.open(io.BytesIO(base64.b64decode(text))).convert("RGBA") for text in (a, b))
    return one.size == two.size and ImageChops.difference(one, two).getbbox(alpha_only=False) is None
