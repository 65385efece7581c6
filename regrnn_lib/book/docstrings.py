"""NumPy docstrings to HTML, plainly: paragraphs, sections, and what each parameter is."""

import re
import textwrap
from html import escape

RULED = re.compile(r"^(?P<title>[A-Z][\w ]+)\n-{3,}\n", re.MULTILINE)
STRESSED = re.compile(r"(?<![\w*])\*(\w[^*`]*)\*(?![\w*])")


def html(docstring: str) -> str:
    """A docstring, its sections under small headings."""
    first, *rest = RULED.split(docstring)
    titled = zip(rest[::2], rest[1::2])
    return _paragraphs(first) + "".join(f"<h4>{title}</h4>\n{_section(text)}" for title, text in titled)


def _section(text):
    """Entries `name : type` with indented words below them, or plain paragraphs."""
    if not re.search(r"^\S.*\n +\S", text, re.MULTILINE) and " : " not in text:
        return _paragraphs(text)
    entries = re.split(r"^(?=\S)", text.strip("\n"), flags=re.MULTILINE)
    return f"<dl>{''.join(map(_entry, filter(str.strip, entries)))}</dl>\n"


def _entry(entry):
    head, _, words = entry.partition("\n")
    name, colon, kind = head.partition(" : ")
    kind = f' <span class="kind">{_inline(kind)}</span>' if colon else ""
    return f"<dt><code>{escape(name)}</code>{kind}</dt><dd>{_paragraphs(textwrap.dedent(words))}</dd>\n"


def _paragraphs(text):
    """Paragraphs and lists; what is indented stays as it is."""
    parts = []
    for part in re.split(r"\n\s*\n", text.strip("\n")):
        if parts and all(one.startswith("    ") for one in (parts[-1], part)):
            parts[-1] += f"\n\n{part}"  # a listing goes on after a blank line
        elif part.strip():
            parts.append(part)
    return "".join(map(_paragraph, parts))


def _paragraph(part):
    if part.startswith(("    ", ">>>")):
        return f'<pre tabindex="0">{escape(textwrap.dedent(part))}</pre>\n'
    words, *items = re.split(r"^ *- ", part, flags=re.MULTILINE)
    paragraph = f"<p>{_inline(words)}</p>\n" if words.strip() else ""
    listed = "".join(f"<li>{_inline(item)}</li>\n" for item in items)
    return paragraph + (f"<ul>\n{listed}</ul>\n" if items else "")


def _inline(text):
    pieces = re.split(r"(``[^`]+``|`[^`]+`)", escape(" ".join(text.split())))
    return "".join(
        f"<code>{piece.strip('`')}</code>" if piece.startswith("`") else STRESSED.sub(r"<em>\1</em>", piece)
        for piece in pieces
    )
