"""A file of values, lines `name: value` in YAML. Whatever is in doubt is refused, in one line.

Allowed is what values need: one mapping of names to words, numbers, and lists of these, as UTF-8 text.
Refused are names that stand twice (YAML's readers take the last), tags, anchors and aliases (a few lines of
which can stand for gigabytes), and deeper nesting.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml

# yaml takes a while to import: a run without a file does without

MOST_BYTES = 100_000  # of a file
MOST_NAMES = 200  # in it
MOST_LETTERS = 1000  # of a name or a value
DEEPEST = 2  # a list in the mapping
LISTS = "values are words, numbers and lists of these"


class _Odd(ValueError):
    """Something that a file of values does not hold; the line, from 0, where it stands, and what it is."""

    def __init__(self, mark, words):
        super().__init__(f"line {mark.line + 1}: {words}")


def read(file: str) -> dict[str, Any]:
    """The values in a file, by name.

    Raises
    ------
    ValueError
        One line: the file, the line in it, and what is wrong.
    """
    import yaml

    text = _text(file)
    try:
        if _is_empty(_plain(yaml.parse(text, yaml.SafeLoader))):
            return {}
        loader = yaml.SafeLoader(text)
        return dict(_pairs(loader, loader.get_single_node()))
    except _Odd as error:
        raise ValueError(f"{file}: {error}") from None
    except yaml.MarkedYAMLError as error:
        raise ValueError(
            f"{file}: line {error.problem_mark.line + 1}: is not YAML: {error.problem}"
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        raise ValueError(f"{file}: is not YAML: {cut(str(error))}") from None


def cut(text: str, letters: int = 80) -> str:
    """A text as one short line."""
    line = " ".join(text[: 2 * letters].split())
    return line if len(line) <= letters and len(text) <= 2 * letters else f"{line[:letters]} ..."


def _text(file):
    """The text of a file, whatever marks its beginning and its line ends."""
    try:
        if Path(file).exists() and not Path(file).is_file():
            raise ValueError(f"{file}: is no file")
        with open(file, "rb") as opened:
            data = opened.read(MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise ValueError(f"{cut(file)}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{file}: is not YAML in UTF-8") from None
    if len(data) > MOST_BYTES:
        raise ValueError(f"{file}: is longer than the {MOST_BYTES} bytes that a file of values may have")
    return text


def _plain(events: Iterable["yaml.Event"]) -> Iterator["yaml.Event"]:
    """The events of a file as they come, as long as they are those of plain values."""
    depth = 0
    for event in events:
        opens, closes = (type(event).__name__.endswith(f"{kind}Event") for kind in ("Start", "End"))
        depth += 0 if _is_frame(event) else opens - closes
        if getattr(event, "anchor", None):
            raise _Odd(event.start_mark, "anchors and aliases (&, *) are not allowed")
        if getattr(event, "tag", None):
            raise _Odd(event.start_mark, f"tags ({cut(event.tag, 30)}) are not allowed")
        if depth > DEEPEST:
            raise _Odd(event.start_mark, f"nested too deeply; {LISTS}")
        if len(getattr(event, "value", "")) > MOST_LETTERS:
            raise _Odd(event.start_mark, f"{cut(event.value, 30)}: longer than {MOST_LETTERS} letters")
        yield event


def _is_empty(events):
    """Whether nothing, or null, stands in a file."""
    values = [getattr(event, "value", "") for event in events if not _is_frame(event)]
    return values in ([], [""], ["null"], ["~"])


def _is_frame(event):
    return type(event).__name__.startswith(("Stream", "Document"))


def _pairs(loader: "yaml.SafeLoader", page: "yaml.Node") -> Iterator[tuple[str, Any]]:
    """Names and values of a mapping, each name once."""
    if page.id != "mapping":
        raise _Odd(page.start_mark, "must hold lines `name: value`")
    if len(page.value) > MOST_NAMES:
        raise _Odd(page.start_mark, f"more than {MOST_NAMES} names")
    known = set()
    for name, value in page.value:
        if name.id != "scalar" or value.id == "mapping":
            raise _Odd(name.start_mark, f"must be a line `name: value`; {LISTS}")
        if name.value in known:
            raise _Odd(name.start_mark, f"{cut(name.value, 30)} stands there twice")
        known.add(name.value)
        try:
            yield name.value, loader.construct_object(value, deep=True)
        except ValueError as error:  # a number of 5,000 digits, a date that is none
            raise _Odd(value.start_mark, f"{cut(name.value, 30)}: {cut(str(error))}") from None
