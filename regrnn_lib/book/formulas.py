"""LaTeX to MathML, which browsers draw by themselves: no script, no font, no request."""

import re
import unicodedata
from functools import cache
from html import escape

STYLED = re.compile(r'<mi mathvariant="(?P<style>[a-z-]+)">(?P<letter>\w)</mi>')
NAMES = {"script": "SCRIPT", "double-struck": "DOUBLE-STRUCK", "bold": "BOLD"}
# Unicode had these before it had the alphabets that they belong to
OLDER = dict(zip("BEFHILMR", "\u212c\u2130\u2131\u210b\u2110\u2112\u2133\u211b"))


@cache
def mathml(latex: str, display: bool = False) -> str:
    """A formula as a `<math>` element, its source as alternative text; ValueError if it cannot be read."""
    from latex2mathml.converter import convert

    try:
        # one sign, which would else be set as two
        element = convert(latex.strip().replace(":=", "\u2254"), display="block" if display else "inline")
    except Exception as error:  # the package has a class of its own for each fault
        raise ValueError(f"formula {latex!r}: {error}") from None
    if "\\" in element:  # a command that the package does not know stays as it is
        raise ValueError(f"formula {latex!r}: holds a command that has no MathML")
    element = STYLED.sub(_styled, element)
    return element.replace("<math ", f'<math alttext="{escape(latex.strip())}" ', 1)


def _styled(match):
    """Browsers know no mathvariant but normal: the letter itself has to be of that alphabet."""
    style, letter = match["style"], match["letter"]
    if style not in NAMES:
        return match[0]
    if style == "script" and letter in OLDER:
        return f"<mi>{OLDER[letter]}</mi>"
    case = "CAPITAL" if letter.isupper() else "SMALL"
    return f"<mi>{unicodedata.lookup(f'MATHEMATICAL {NAMES[style]} {case} {letter.upper()}')}</mi>"
