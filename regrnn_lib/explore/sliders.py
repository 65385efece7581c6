"""Sliders that can also be typed into, and what all explorers share: picture, numbers, message, errors."""

import html
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import NamedTuple
from urllib.parse import urlencode

import ipywidgets as widgets
import numpy as np

from ..parameters import TABLE, cut, misfits, refuse, short, shown
from . import views
from .views import HAT


class Control(NamedTuple):
    """One slider: symbol and name for people, range and step, and whether its values are whole numbers."""

    symbol: str
    text: str
    low: float
    high: float
    step: float
    whole: bool


def control(name: str) -> Control:
    """The slider of a parameter, from the table."""
    row = TABLE[name]
    return Control(row.plain, row.label, *row.slider, row.whole)


def nearest(name: str, text: str) -> tuple[float, str]:
    """The allowed value nearest to what was typed, and what to say if that is another one.

    Raises
    ------
    ValueError
        If the text is not a number.
    """
    bounds = control(name)
    try:
        typed = float(text.replace(",", ".").replace("−", "-"))
    except ValueError:
        typed = np.nan
    if np.isnan(typed):
        refuse([f"{bounds.text} = {shown(text)}: must be a number, {bounds.low:g} to {bounds.high:g}"])
    value = min(max(typed, bounds.low), bounds.high)
    value = round(value) if bounds.whole else value
    said = (
        ""
        if value == typed
        else f"{bounds.text} {cut(text)} is not allowed: set to {short(value, 4)}, the nearest value in "
    )
    return value, said and f"{said}{bounds.low:g} to {bounds.high:g}"


def _beyond(name, value):
    low, high, _ = TABLE[name].slider
    outside = [f"{name} = {shown(value)}: its slider goes from {low:g} to {high:g}"]
    if not isinstance(value, Real):  # a pair is a seed, but a slider holds one number
        return misfits(name, value) or outside
    return misfits(name, value) if low <= value <= high else outside


ROW = "396px"  # the width of a slider with its words and typed value: a track of 200 px


def _words(bounds):
    """Name of a slider, below it symbol and limits; `NAMES_FOR_HANDLES` reads all three from `data-words`."""
    limits = f"{short(bounds.low, 4)} … {short(bounds.high, 4)}"
    named = f"{bounds.text} {bounds.symbol}".strip()
    # what is a number is seen; the words leave room for the track
    name = bounds.text.removeprefix("number of ")
    below = ", ".join(filter(None, (bounds.symbol, limits)))
    style = "font-size:12px;line-height:14px;text-align:right;white-space:nowrap"
    small_style = "display:block;font-size:11px;line-height:13px;color:#666"
    small = f"<small style='{small_style}'>{html.escape(below)}</small>"
    words = html.escape(f"{named}, {limits}")
    return f'<div title="{words}" data-words="{words}" style="{style}">{html.escape(name)}{small}</div>'


class Sliders(widgets.VBox):
    """Sliders with the value beside each, which can also be typed.

    Parameters
    ----------
    names : sequence of str
        Parameters that have a slider in the table.
    start : dict of str to number
        First values; also what `reset` goes back to.
    changed : callable
        Called with a note to the reader, mostly empty, after every change.

    Raises
    ------
    ValueError
        If a first value is out of the range of its slider.
    """

    def __init__(self, names, start, changed):
        refuse([fault for name in names for fault in _beyond(name, start[name])])
        self.values, self.start = dict(start), dict(start)
        self.changed, self.held = changed, False
        self.rows = {name: self._row(name) for name in names}
        # one column beside the picture, two above it where the page is narrow
        layout = {"flex_flow": "row wrap", "width": "100%"}
        super().__init__([row for _, _, row in self.rows.values()], layout=layout)

    def _row(self, name):
        bounds = control(name)
        kind = widgets.IntSlider if bounds.whole else widgets.FloatSlider
        words = f"{bounds.text} {bounds.symbol}".strip()
        limits = f"{bounds.low:g} to {bounds.high:g}, no unit"
        about = f"{words}: {limits}. Arrow keys move the slider; or type a value."
        slider = kind(
            value=self.values[name],
            min=bounds.low,
            max=bounds.high,
            step=bounds.step,
            tooltip=about,
            readout=False,
            layout={"width": "auto", "flex": "1 1 0", "min_width": "0"},
        )
        typed = widgets.Text(
            short(self.values[name], 4), continuous_update=False, tooltip=about, layout={"width": "54px"}
        )
        slider.observe(lambda change: self._moved(name, change.new), "value")
        typed.observe(lambda change: self._typed(name, change.new), "value")
        for part in (slider, typed):
            part.add_class(f"regrnn-{name}")
        words = widgets.HTML(_words(bounds), layout={"width": "112px", "flex": "0 0 auto"})
        row = widgets.HBox([words, slider, typed], layout={"width": ROW, "max_width": "100%"})
        return slider, typed, row

    def _moved(self, name, value):
        # a browser moves a typed value to the slider's nearest step and reports it: no wish of the reader's
        if not self.held and abs(value - self.values[name]) > 0.501 * control(name).step:
            # never written back to the slider, which may have moved on meanwhile
            self.put({name: round(value, 10)}, moved=name)

    def _typed(self, name, text):
        if self.held:
            return
        try:
            value, note = nearest(name, text)
        except ValueError as error:
            value, note = self.values[name], str(error).splitlines()[-1].strip()
        self.put({name: value}, note)

    def put(self, values: Mapping[str, float], note: str = "", moved: str | None = None) -> None:
        """Set several values at once, and answer once; `moved` names the slider that did it."""
        self.held = True
        for name, value in values.items():
            self.values[name] = value
            if name in self.rows:
                slider, typed, _ = self.rows[name]
                typed.value = short(value, 4)
                slider.value = slider.value if name == moved else value
        self.held = False
        self.changed(note)

    def reset(self) -> None:
        """Back to the first values."""
        self.put(self.start)


# ---------------------------------------------------------------- what all explorers share
WAITING = "regrnn-waiting"
# where the picture lies below the sliders, as in JupyterLab, it leaves them and the page's bars their room
FITTING = """<style>
.regrnn-explorer { container-type: inline-size; }
@container (max-width: 1190px) {
 .regrnn-explorer img { max-height: max(300px, 100vh - 410px) !important; }
}
</style>"""


class Explorer(widgets.VBox):
    """A picture that follows its controls; a subclass has `draw()` -> PNG and `write()` for the numbers.

    An exception shows its message in the place of the picture: what is shown always belongs to the sliders.
    """

    NAME = "explorer"
    SIZE = (800, 510)

    def __init__(self, controls, below=()):
        width = f"{self.SIZE[0]}px"
        # on a narrow page the picture shrinks: nothing scrolls sideways
        self.picture = widgets.Image(format="png", width=self.SIZE[0], height=self.SIZE[1])
        self.picture.layout = widgets.Layout(width=width, max_width="100%", height="auto", flex="0 0 auto")
        # nor does a slider leave the screen before its picture is seen; see also FITTING
        self.picture.layout.max_height = "max(300px, 100vh - 290px)"
        self.picture.layout.object_fit = "contain"
        self.message = widgets.HTML(layout={"min_height": "26px"})
        self.numbers = widgets.HTML()
        self.state = widgets.HTML(layout={"display": "none"})
        self.message.add_class("regrnn-message")
        self.numbers.add_class("regrnn-numbers")
        left = widgets.VBox([*controls], layout={"flex": f"1 1 {ROW}", "max_width": "100%"})
        right = widgets.VBox(
            [self.message, self.picture, self.numbers], layout={"flex": f"0 1 {width}", "max_width": "100%"}
        )
        fitting = widgets.HTML(FITTING, layout={"display": "none"})
        layout = {"flex_flow": "row wrap", "align_items": "flex-start", "width": "100%"}
        super().__init__([left, right, *below, self.state, fitting], layout=layout)
        self.add_class("regrnn-explorer")
        self.update()

    def update(self, note: str = "") -> None:
        """Compute and draw anew."""
        try:
            self.picture.value = self.draw()
            self.write()
            self._keep()
            note = " ".join(filter(None, (note, self.remark())))
            self.picture.layout.visibility = "visible"
            self.picture.remove_class(WAITING)
        except Exception as error:
            self.picture.layout.visibility = "hidden"
            self.numbers.value = ""
            self.message.value = box(
                "; ".join(line.strip() for line in str(error).splitlines()) or repr(error), "#D55E00"
            )
        else:
            self.message.value = box(note, "#0072B2") if note else ""

    def wait(self) -> None:
        """Dim a picture that does not belong to the controls any more, until the new one is there."""
        self.picture.add_class(WAITING)
        self.numbers.value = ""
        self.message.value = box("computing …", "#0072B2")

    def _keep(self):
        """Note the settings where the page finds them for its address; `explore.kept_settings` reads them."""
        named = {f"{self.NAME}.{name}": value for name, value in self.settings().items()}
        self.state.value = (
            f'<span class="regrnn-state" data-settings="{html.escape(urlencode(named))}"></span>'
        )

    def settings(self) -> dict[str, float | str]:
        """Where the controls stand: what the explorer would begin with."""
        return {}

    def write(self) -> None:
        """Put the numbers that belong to the picture."""

    def remark(self) -> str:
        """What the reader should know about the picture, or nothing."""
        return ""


def box(text: str, color: str) -> str:
    style = f"border-left:4px solid {color};padding:0 8px"
    return f"<div role='status' style='{style}'>{html.escape(text)}</div>"


def copy_button(text: str, words: str) -> str:
    """A button that copies a text, as HTML: the clipboard belongs to the browser, not to Python."""
    script = "navigator.clipboard.writeText(this.dataset.text).then(() =&gt; this.textContent = 'copied')"
    return f'<button data-text="{html.escape(text, quote=True)}" onclick="{script}">{words}</button>'


# A screen reader finds no name at the sliders' handles: give each the words beside it. (A style's onload runs
# where a script in a widget would not.)
NAMES_FOR_HANDLES = """<style onload="
document.querySelectorAll('.regrnn-explorer .noUi-handle').forEach(handle =&gt; {
 const slider = handle.closest('.widget-slider'), beside = slider.parentElement.querySelector('[data-words]');
 const words = beside ? beside.dataset.words : slider.querySelector('label').textContent;
 handle.setAttribute('aria-label', words);
})"></style>"""


# A picture tells nobody where it was clicked: put the place, as shares of its width and height, into a hidden
# text box.
CLICKS = """<style onload="document.querySelectorAll('.regrnn-map').forEach(explorer =&gt; {
 const image = explorer.querySelector('img'), box = explorer.querySelector('.regrnn-click input');
 image.style.cursor = 'crosshair';
 image.onclick = event =&gt; {
  const at = image.getBoundingClientRect(), wide = image.naturalWidth, high = image.naturalHeight;
  const scale = Math.min(at.width / wide, at.height / high);
  const share = (place, start, size, whole) =&gt;
   (place - start - (size - whole * scale) / 2) / (whole * scale);
  const x = share(event.clientX, at.left, at.width, wide), y = share(event.clientY, at.top, at.height, high);
  box.value = x + ' ' + y;
  box.dispatchEvent(new Event('change', { bubbles: true }));
 };
})"></style>"""


def numbers_html(view: views.View, plain: views.View) -> str:
    """Regime, measures and indices of a network, and of the same without its knobs."""
    regime = f"<b class='regrnn-regime'>{views.regime_text(view)}</b>; knobs off: {views.regime_text(plain)}"
    run, matrix = (
        _comparison(head, words(view), words(plain), hat)
        for head, words, hat in (
            ("of the run", views.measures_text, ""),
            ("of the matrix", views.indices_text, HAT),
        )
    )
    tables = f"<div style='display:flex;flex-wrap:wrap;column-gap:16px'>{run}{matrix}</div>"
    return f"<div style='line-height:1.5'>{regime}{tables}</div>"


# no number is wider than its cell, so that nothing moves; both tables fit beside one another below a picture,
# and each the width of a phone
CELL = "padding:0 0 0 clamp(3px, 0.45vw, 6px);text-align:right;white-space:nowrap;min-width:4em"
SMALL = "border-collapse:collapse;font-size:clamp(9.5px, 2.6vw, 12px)"


def _comparison(head, view, plain, hat):
    """A table with a column for each (symbol, name, value) and a row for either network."""
    names = "".join(
        f"<th scope='col' title='{name}' style='{CELL};font-weight:normal'><i>{symbol}{hat}</i></th>"
        for symbol, name, _ in view
    )
    rows = _table_row("as set", view, "<b>{}</b>", ""), _table_row("knobs off", plain, "{}", "color:#666")
    corner = f"<td style='padding:0;color:#666;white-space:nowrap;font-size:85%'>{head}</td>"
    return f"<table style='{SMALL}'><tr>{corner}{names}</tr>{''.join(rows)}</table>"


def _table_row(words, items, form, style):
    cells = "".join(f"<td style='{CELL}'>{form.format(value)}</td>" for *_, value in items)
    first = "padding:0;text-align:left;font-weight:normal;white-space:nowrap"
    return f"<tr style='{style}'><th scope='row' style='{first}'>{words}</th>{cells}</tr>"


def table(items: Iterable[tuple[str, str, str]]) -> str:
    """Symbols and values, side by side."""
    style = "margin-right:14px;white-space:nowrap"
    cells = (
        f"<span title='{name}' style='{style}'><i>{symbol}</i> = <b>{value}</b></span>"
        for symbol, name, value in items
    )
    return f"<div>{' '.join(cells)}</div>"
