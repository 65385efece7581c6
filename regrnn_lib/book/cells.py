"""What a code cell gives to read: its parameters as a table, its code one click away, its outputs in full."""

import ast
import base64
import re
from html import escape

from nbconvert.filters.highlight import Highlight2HTML

from .exhibits import Exhibits
from .prose import Prose, table_box

CAPTION = re.compile(r"\*(?P<caption>.+)\*", re.DOTALL)
DATAFRAME = re.compile(r"<table.*?</table>", re.DOTALL)
LOOK = re.compile(r' (?:border|class|style)="[^"]*"')
COLOURS = re.compile(r"\x1b\[[\d;]*m")


def code(source: str, lead: bool = False) -> str:
    """Python in colours, folded unless it is what its section is about."""
    text = Highlight2HTML(pygments_lexer="python3")(source).replace("<pre>", '<pre tabindex="0">')
    return f'<details class="code"{" open" if lead else ""}><summary>Code</summary>\n{text}</details>\n'


def parameters(source: str) -> str:
    """The parameters of a notebook as a table, folded: name, default, and what the comment beside it says."""
    lines = source.splitlines()
    rows = [
        (node.target.id, ast.unparse(node.value), lines[node.end_lineno - 1].partition("#")[2].strip())
        for node in ast.parse(source).body
        if isinstance(node, ast.AnnAssign)
    ]
    cells = "".join(
        f'<tr><th scope="row"><code>{escape(name)}</code></th>'
        f"<td><code>{escape(value)}</code></td><td>{escape(words)}</td></tr>\n"
        for name, value, words in rows
    )
    head = (
        '<thead><tr><th scope="col">name</th><th scope="col">default</th>'
        '<th scope="col">what it is, and its range</th></tr></thead>'
    )
    table = table_box(f"<table>{head}<tbody>\n{cells}</tbody></table>")
    return (
        # a blank line more than `code`, so that code below is not folded into it
        f'<details class="parameters"><summary>{len(rows)} parameters</summary>\n{table}</details>\n\n'
    )


class Outputs:
    """Turns the outputs of code cells into HTML; pictures that only the notebook has are kept in `pictures`.

    Parameters
    ----------
    chapter : str
        Name of the notebook.
    prose : Prose
    exhibits : Exhibits
    """

    def __init__(self, chapter: str, prose: Prose, exhibits: Exhibits):
        self.chapter, self.prose, self.exhibits = chapter, prose, exhibits
        self.pictures: dict[str, bytes] = {}

    def html(self, cell: dict, section: str) -> str:
        """All outputs of a cell; `section` is the heading above it, for pictures that have no caption."""
        tables = self.exhibits.tables_of(cell["source"])
        parts, outputs = [], list(cell["outputs"])
        while outputs:
            output = outputs.pop(0)
            caption = _caption(outputs[0]) if outputs and "image/png" in output.get("data", {}) else ""
            if caption:
                outputs.pop(0)
            body = self._one(output, caption, section)
            is_frame = "text/html" in output.get("data", {}) and "<table" in body
            parts.append(self.exhibits.table(tables.pop(0), body) if tables and is_frame else body)
        return "".join(parts + [self.exhibits.table(name) for name in tables])

    def _one(self, output, caption, section):
        data = output.get("data", {})
        if "image/png" in data:
            file = self._picture(data["image/png"])
            alt = f"Still picture of what moves where Python runs: {section}"
            return self.exhibits.figure(caption, str(data.get("text/plain", "")), file, alt)
        if "text/markdown" in data:
            return self.prose.html(data["text/markdown"]) + "\n"
        if table := DATAFRAME.search(data.get("text/html", "")):
            return table_box(LOOK.sub("", table[0]))
        text = output["text"] if output["output_type"] == "stream" else data.get("text/plain", "")
        return (
            f'<pre class="said" tabindex="0">{escape(COLOURS.sub("", text))}</pre>\n' if text.strip() else ""
        )

    def _picture(self, png):
        file = f"figures/{self.chapter}-{len(self.pictures) + 1}.png"
        self.pictures[file] = base64.b64decode(png)
        return file


def _caption(output):
    match = CAPTION.fullmatch(output.get("data", {}).get("text/markdown", "").strip())
    return match["caption"] if match else ""
