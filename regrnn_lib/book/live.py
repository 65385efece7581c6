"""The scripts of the live figures, as files that chapters load: classic scripts, copied as they are.

`explore/page/live.js` fills every `<div class="live" data-chapter="NN">`; `chapters/NN.js` says what chapter NN shows.
A chapter without either keeps its still picture.
"""

from pathlib import Path

from ..project import PACKAGE

SOURCE = PACKAGE / "explore" / "page"


def files(source: Path = SOURCE) -> dict[str, bytes]:
    """Scripts and styles by their names in the book."""
    if not (source / "live.js").exists():
        return {}
    paths = [path for path in sorted(source.rglob("*")) if path.suffix in (".js", ".css")]
    return {f"assets/{path.relative_to(source).as_posix()}": path.read_bytes() for path in paths}


def scripts(number: str, known: dict[str, bytes]) -> list[str]:
    """What a chapter loads, in order; nothing if it has no live figure."""
    own = f"assets/chapters/{number}.js"
    return ["assets/live.js", own] if own in known else []
