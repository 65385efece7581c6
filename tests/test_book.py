"""The book: what its parts make of a text, what its files hold,
and how its pages behave in a real browser, offline.
"""

import itertools
import json
import re
from urllib.parse import unquote

import pytest
from browsers import PATIENCE, ROOT, browser
from bs4 import BeautifulSoup

from regrnn_lib.book import (
    addresses,
    binding,
    cells,
    claims,
    docstrings,
    exhibits,
    front,
    glossary,
    live,
    reference,
)
from regrnn_lib.book.formulas import mathml
from regrnn_lib.book.prose import Prose, plain_text
from regrnn_lib.build import book as commands

LARGEST = 3_000_000  # bytes that a page may load
WIDTHS = (390, 820, 1280)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Folder of the book of this project, bound anew."""
    return binding.bind(ROOT, tmp_path_factory.mktemp("site") / "book").parent


@pytest.fixture(scope="module")
def pages(book):
    """Name -> parsed page."""
    return {
        path.name: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in sorted(book.glob("*.html"))
    }


# ---------------------------------------------------------------- parts
def test_formulas_are_mathml_that_browsers_draw():
    assert "<msqrt><mi>N</mi></msqrt>" in mathml(r"w\sqrt N") and 'display="block"' in mathml("x", True)
    assert "<mi>𝒩</mi>" in mathml(r"\mathcal N") and "<mi>ℒ</mi>" in mathml(r"\mathcal L")
    assert 'alttext="a&lt;b"' in mathml("a<b")
    assert ":" not in mathml("W_{ji} := W_{ij}").partition(">")[2].replace("http:", "")
    for wrong in ("x^2^3", r"\unknown x"):
        with pytest.raises(ValueError, match="formula"):
            mathml(wrong)


def test_links_lead_within_the_book_or_nowhere():
    assert (
        addresses.address("05_sequence_generation.ipynb#How-it-is-run")
        == "05_sequence_generation.html#How-it-is-run"
    )
    assert addresses.address("../figures/10_ledger_table.csv") == "figures/10_ledger_table.csv"
    assert addresses.address("notebooks/glossary.md", "") == "glossary.html"
    assert addresses.address("https://arxiv.org/abs/2505.22047") == "https://arxiv.org/abs/2505.22047"
    assert addresses.address("../CONTRIBUTING.md") is None
    assert Prose().html("[the law](../regrnn_lib/tasks.py)") == "<p>the law</p>"


def test_anchors_are_those_of_jupyterlab_and_differ():
    prose = Prose()
    html = prose.html("## How all *five* tasks are run\n\n## Maps\n\n## Maps")
    assert [section.anchor for section in prose.sections] == ["How-all-five-tasks-are-run", "Maps", "Maps-2"]
    assert 'id="Maps-2"' in html


def test_wide_tables_scroll_in_a_box():
    box = BeautifulSoup(Prose().html("| a | b |\n|---|---|\n| $x$ | 2 |"), "html.parser").div
    assert box["class"] == ["box"] and box["tabindex"] == "0" and box.table and box.find("math")


WORDS = "- **Coupling** $x$. The strength in another form.\n- **Regularity, knob.** A rule.\n- **Place.** Where.\n"


def test_the_glossary_is_read_and_its_words_are_marked_once_a_section():
    words = glossary.read(WORDS)
    assert [word.heads for word in words] == [("coupling",), ("regularity", "knob"), ("place",)]
    marker = glossary.Marker(words)
    html = marker.html("<p>Regularities, a Knob, couplings, coupling; in place. <code>knob</code></p>")
    marked = [(a.text, a["data-word"]) for a in BeautifulSoup(html, "html.parser").find_all("a")]
    assert marked == [("Regularities", "regularity"), ("Knob", "regularity"), ("couplings", "coupling")]
    assert "<a" not in marker.html("<p>the knob</p>")
    marker.section()
    assert 'data-word="place"' in marker.html("<p>its <em>place</em></p>")
    assert (
        "<a" not in marker.html("<h2>The knob</h2>") and marker.html("<p>a &lt; b</p>") == "<p>a &lt; b</p>"
    )


def test_claims_are_linked_where_they_are_named_and_nowhere_else():
    html = claims.linked('<p><strong>C3, it</strong> and C9, <a href="C3">C3</a></p><h2>x (C3)</h2>', ["C3"])
    assert html.count('href="claims.html#C3"') == 1 and "<strong><a" in html


def test_parameters_are_a_folded_table():
    html = cells.parameters(
        "drives: list = [\n    0.1,\n    1.0,\n]  # drives u, 0 or more\nseed: int = 0  # a seed\n"
    )
    table = BeautifulSoup(html, "html.parser").details
    rows = [[cell.text for cell in row.find_all(["th", "td"])] for row in table.tbody.find_all("tr")]
    assert rows == [["drives", "[0.1, 1.0]", "drives u, 0 or more"], ["seed", "0", "a seed"]]
    assert not table.has_attr("open") and table.summary.text == "2 parameters"


def output(**data):
    return {
        "output_type": "display_data",
        "data": {kind.replace("_", "/"): text for kind, text in data.items()},
    }


def test_figures_get_number_caption_files_and_claims_and_tables_their_caption():
    passports = {
        "03_a": dict(caption="At −1.", files={"03_a.svg": "", "03_a.png": "", "data/03_a.csv": ""}),
        "03_t": dict(caption="Numbers.", files={"03_t.csv": ""}),
    }
    shown = exhibits.Exhibits(3, passports, {"03_a": ["C4"]})
    outputs = cells.Outputs("03_x", Prose(), shown)
    size = "<Figure size 500x330 with 1 Axes>"
    drawn = [output(image_png="", text_plain=size), output(text_markdown="*At -1.*")]
    frame = [
        output(
            text_html="<style>p {}</style><table border='1' class=\"dataframe\"><tr><td>1</td></tr></table>"
        )
    ]
    html = outputs.html({"source": "", "outputs": drawn}, "")
    html += outputs.html({"source": 'save_table(t, "03_t", "...")', "outputs": frame}, "")
    html += outputs.html({"source": "explore()", "outputs": [output(image_png="AAAA")]}, "By hand")
    figure, table, still = BeautifulSoup(html, "html.parser").find_all("figure")
    assert (
        figure["id"] == "03_a" and figure.img["src"] == "figures/03_a.svg" and figure.img["alt"] == "At -1."
    )
    links = [a["href"] for a in figure.figcaption.find_all("a")]
    assert links == ["#03_a", "figures/data/03_a.csv", "figures/03_a.json", "claims.html#C4"]
    assert figure.figcaption.text.startswith("Figure 3.1 At -1.") and figure.img["width"] == "600"
    assert (
        table.figcaption.text.startswith("Table 3.1 Numbers.")
        and table.td
        and "style" not in str(table.table)
    )
    assert "By hand" in still.img["alt"] and still.img["src"] in outputs.pictures
    assert still.figcaption.text == still.img["alt"]


def test_a_table_in_a_text_does_not_get_the_caption_of_a_file():
    shown = exhibits.Exhibits(3, {"03_t": dict(caption="Numbers.", files={"03_t.csv": ""})})
    drawn = [output(text_markdown="| a | b |\n| --- | --- |\n| 1 | 2 |")]
    html = cells.Outputs("03_x", Prose(), shown).html({"source": '"03_t"', "outputs": drawn}, "")
    (figure,) = BeautifulSoup(html, "html.parser").find_all("figure")
    assert not figure.table and figure.figcaption.text.startswith("Table 3.1, a file: Numbers.")


def test_a_formula_keeps_its_brackets_and_punctuation_and_a_short_cell_its_line():
    soup = BeautifulSoup(Prose().html("A knob ($d=1$), here $r$ and $m$."), "html.parser")
    kept = soup.find_all(class_="unbroken")
    assert [(one.text[0], one.text[-1]) for one in kept] == [("(", ","), ("m", ".")]
    assert len(soup.find_all("math")) == 3
    table = BeautifulSoup(
        Prose().html("| a | b |\n| --- | --- |\n| ✓ +0.22 | many words in a cell |"), "html.parser"
    )
    assert [cell.get("class") for cell in table.find_all("td")] == [["unbroken"], None]


def test_words_of_a_text_stand_as_they_are_read():
    html = "<h2>One</h2><p>A <em>knob</em>, (<b>off</b>) at <math><mi>r</mi><mo>=</mo><mn>1</mn></math>.</p>"
    assert plain_text(html) == "One A knob, (off) at r = 1."


def test_docstrings_are_rendered_plainly():
    html = docstrings.html(
        "What `f` *does*.\n\nSo:\n- one\n  more\n- two\n\n    f(x) = x\n\n"
        "Parameters\n----------\nx : float\n    A number.\n"
    )
    soup = BeautifulSoup(html, "html.parser")
    assert soup.p.decode_contents() == "What <code>f</code> <em>does</em>." and soup.pre.text == "f(x) = x"
    assert [item.text for item in soup.find_all("li")] == ["one more", "two"]
    (listing,) = BeautifulSoup(
        docstrings.html("So:\n\n    class A:\n\n        x = 1\n\nand on."), "html.parser"
    ).find_all("pre")
    assert listing.text == "class A:\n\n    x = 1"
    assert soup.h4.text == "Parameters" and soup.dt.text == "x float" and soup.dd.text.strip() == "A number."


def test_the_library_page_has_every_public_name():
    import regrnn_lib

    (first, *rooms) = reference.modules()
    assert {entry.name for entry in first.entries} == set(regrnn_lib._HOME)
    assert {"regrnn_lib.theory.fields", "regrnn_lib.tasks"} <= {module.name for module in rooms}


def test_the_front_page_is_the_readme():
    parts = front.read((ROOT / "README.md").read_text(encoding="utf-8"))
    assert all((parts.title, parts.question, parts.found, parts.ours))
    assert set(parts.questions) == {path.stem for path in (ROOT / "notebooks").glob("[0-9]*.py")}


# ---------------------------------------------------------------- the book as files
def test_only_chapters_with_a_live_figure_have_a_picture_in_its_place(pages):
    for name, soup in pages.items():
        if place := soup.find(class_="live"):
            assert bool(place.figure) == bool(live.loaded(place["data-chapter"])), name
    assert not pages["11_explorer.html"].find(class_="live").figure


def test_there_is_a_page_for_every_notebook_and_what_belongs_to_a_book(pages):
    stems = {path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert set(pages) == {
        f"{name}.html" for name in (*stems, "index", "contents", "claims", "glossary", "api")
    }


def targets(soup):
    return [tag[name] for name in ("href", "src") for tag in soup.find_all(attrs={name: True})]


def test_every_link_leads_to_a_file_of_the_book_and_to_a_place_in_it(book, pages):
    broken, ids = [], {name: {tag["id"] for tag in soup.find_all(id=True)} for name, soup in pages.items()}
    for name, soup in pages.items():
        for target in targets(soup):
            if re.match(r"https?:|data:", target):
                continue
            file, _, place = unquote(target).partition("#")
            file = file or name
            if not (book / file).is_file() or (place and file in ids and place not in ids[file]):
                broken.append(f"{name}: {target}")
    assert not broken


def test_words_and_search_lead_to_places_too(book, pages):
    ids = {name: {tag["id"] for tag in soup.find_all(id=True)} for name, soup in pages.items()}
    entries = script(book, "search-index.js")
    assert len(entries) > 200
    for address, *_ in entries:
        file, _, place = address.partition("#")
        assert file in ids and (not place or place in ids[file]), address
    meanings = script(book, "glossary-words.js")
    for soup in pages.values():
        assert {a["data-word"] for a in soup.select("a.word")} <= set(meanings)


def script(book, name):
    return json.loads((book / "assets" / name).read_text(encoding="utf-8").partition(" = ")[2].rstrip(";\n"))


def test_pages_hold_no_raw_formula_no_image_without_words_and_no_address_abroad_but_links(pages):
    for name, soup in pages.items():
        assert all(image["alt"].strip() for image in soup.find_all("img")), name
        assert len({tag["id"] for tag in soup.find_all(id=True)}) == len(soup.find_all(id=True)), name
        abroad = [
            tag
            for tag in soup.find_all(["img", "script", "link", "iframe"])
            if re.match("https?:|//", tag.get("src") or tag.get("href") or "")
        ]
        assert not abroad, name
        for tag in soup.find_all(["pre", "code", "script", "math"]):
            tag.extract()
        assert "$" not in soup.text, name


def test_every_figure_of_a_chapter_is_numbered_and_has_its_data_and_passport(pages):
    numbered = 0
    for name, soup in pages.items():
        for figure in soup.select("main > figure[id]"):
            links = {a.text for a in figure.select(".files a")}
            assert {"data (csv)", "passport"} <= links, f"{name}: {figure['id']}"
            numbered += 1
    assert numbered > 60


def test_code_is_folded_and_the_live_figure_has_its_place_after_the_introduction(pages):
    for name, soup in pages.items():
        if not name[0].isdigit():
            continue
        closed = [details for details in soup.select("details.code") if not details.has_attr("open")]
        assert closed and soup.select("details.parameters")
        live = soup.select_one("main > div.live")
        assert live["data-chapter"] == name[:2]
        assert live.find_next("h2") is soup.main.find("h2")


def test_claims_lead_to_chapters_and_figures_and_back(pages):
    for claim in ("C1", "C2", "C3", "C4", "C5", "C6"):
        section = pages["claims.html"].find(id=claim)
        chapters = {a["href"].split("#")[0] for a in section.find_all("a")} & set(pages)
        assert "10_claims.html" in chapters
        assert section.find("a", string=re.compile(r"^Figure \d"))
        for chapter in chapters:
            assert pages[chapter].find("a", href=f"claims.html#{claim}"), (claim, chapter)
    assert pages["claims.html"].find(id="C3").find("a", href=re.compile("03_reciprocity.html"))


def test_no_page_is_larger_than_three_megabytes(book, pages):
    for name, soup in pages.items():
        files = {target for target in targets(soup) if (book / target).is_file()}
        loaded = {tag.get("src") or tag.get("href") for tag in soup.find_all(["img", "script", "link"])}
        size = sum((book / file).stat().st_size for file in files & loaded)
        assert (book / name).stat().st_size + size < LARGEST, name


def test_it_is_bound_again_only_when_what_it_is_made_from_has_changed(tmp_path, monkeypatch, capsys):
    (tmp_path / "notebooks").mkdir()
    cell = {"cell_type": "markdown", "metadata": {}, "source": ["# 1. One\n", "\n", "Text."]}
    (tmp_path / "notebooks" / "01_one.ipynb").write_text(json.dumps({"cells": [cell]}))
    monkeypatch.setattr(commands, "project_root", lambda: tmp_path)
    commands.refresh()
    assert not (tmp_path / "results").exists()  # no README: no book
    with pytest.raises(ValueError, match=r"README\.md"):
        commands.command([])
    (tmp_path / "README.md").write_text("# A title\n\nA question?\n")
    (tmp_path / "notebooks" / "glossary.md").write_text("- **Word.** A meaning.\n")
    commands.refresh()
    assert re.fullmatch(r"results/book/index.html  \d+\.\d s\n", capsys.readouterr().out)
    commands.refresh()
    assert not capsys.readouterr().out
    (tmp_path / "README.md").write_text("# Another title\n")
    commands.refresh()
    assert "Another title" in (tmp_path / "results" / "book" / "index.html").read_text(encoding="utf-8")


# ---------------------------------------------------------------- colours
def colours(theme):
    """Custom properties of one theme."""
    css = (binding.PAGES / "book.css").read_text(encoding="utf-8")
    block = re.search(rf"color-scheme: {theme};(.*?)\}}", css, re.DOTALL)[1]
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block))


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(theme):
    here = colours(theme)
    grounds = [here[name] for name in ("paper", "wash")]
    for name in ("ink", "muted", "accent", "keyword", "string", "number", "comment"):
        for ground in grounds:
            dark, light = sorted(map(luminance, (here[name], ground)))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (name, ground)


def test_both_ways_into_the_dark_have_the_same_colours():
    css = (binding.PAGES / "book.css").read_text(encoding="utf-8")
    blocks = re.findall(r"\{\s*color-scheme: dark;(.*?)\}", css, re.DOTALL)
    assert len(blocks) == 2 and len({" ".join(block.split()) for block in blocks}) == 1


# ---------------------------------------------------------------- in a browser
@pytest.fixture(scope="module")
def chrome():
    with browser() as started:
        yield started


@pytest.fixture
def open_at(chrome, book):
    """Opens a page of the book offline; its errors and requests are asked for at the end of the test."""
    contexts, faults = [], []

    def open_(name, **how):
        context = chrome.new_context(**{"viewport": {"width": 1280, "height": 800}, "offline": True, **how})
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on(
            "console", lambda message: message.type == "error" and faults.append(f"{name}: {message.text}")
        )
        page.on("pageerror", lambda error: faults.append(f"{name}: {error}"))
        page.on(
            "request",
            lambda request: request.url.startswith(("file:", "data:", "blob:")) or faults.append(request.url),
        )
        page.on("requestfailed", lambda request: faults.append(f"{name}: {request.url}"))
        page.goto((book / name).as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not faults


NAMES = [f"{path.stem}.html" for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))]
NAMES += ["index.html", "contents.html", "claims.html", "glossary.html", "api.html"]


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_pages_open_quietly_and_never_scroll_sideways(open_at, name):
    page = open_at(name)
    for width, theme in itertools.product(WIDTHS, ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        # live figures follow a change of the window one frame later
        page.wait_for_function(
            "width => document.documentElement.scrollWidth <= width", arg=width, timeout=3000
        )
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")


@pytest.mark.browser
def test_the_search_finds_and_leads_there(open_at):
    page = open_at("index.html")
    page.keyboard.press("/")
    page.keyboard.type("memory capacity")
    first = page.locator("#hits li").first
    first.wait_for()
    texts = page.locator("#hits li").all_inner_texts()
    assert any("Sequence memory" in text and "memory capacity" in text.lower() for text in texts)
    assert "place" in page.locator("#count").inner_text()
    page.keyboard.press("ArrowDown")
    address = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{address}")
    page.locator("#query").fill("qqqq")
    page.get_by_text("Nothing found").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#results").is_hidden()


@pytest.mark.browser
def test_a_word_shows_its_meaning_by_pointer_keyboard_and_touch(open_at):
    page = open_at("03_reciprocity.html")
    word, box = page.locator("a.word[data-word=coupling]").first, page.locator("#meaning")
    word.hover()
    assert "different size" in box.inner_text() and box.locator("math").count()
    page.keyboard.press("Escape")
    assert box.is_hidden()
    page.mouse.move(0, 0)
    word.focus()
    assert box.is_visible() and word.get_attribute("aria-describedby") == "meaning"
    phone = open_at("03_reciprocity.html", viewport={"width": 390, "height": 844}, has_touch=True)
    phone.locator("a.word[data-word=coupling]").first.tap()
    assert phone.locator("#meaning").is_visible() and phone.url.endswith("03_reciprocity.html")
    box = phone.locator("#meaning").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    phone.locator("h1").tap()
    assert phone.locator("#meaning").is_hidden()


@pytest.mark.browser
def test_the_theme_follows_the_system_and_the_reader_and_is_kept(open_at):
    page = open_at("index.html", color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(21, 23, 30)"
    page.locator("#theme").click()
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    page.reload()
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert page.locator("#theme").get_attribute("aria-pressed") == "false"


@pytest.mark.browser
def test_on_a_phone_the_contents_open_and_close(open_at):
    page = open_at("03_reciprocity.html", viewport={"width": 390, "height": 844})
    contents, menu = page.locator("#contents"), page.locator("#menu")
    assert contents.is_hidden()
    menu.click()
    assert contents.is_visible() and menu.get_attribute("aria-expanded") == "true"
    contents.get_by_role("link", name="Early saturation").click()
    assert contents.is_hidden() and page.url.endswith("#Early-saturation")
    menu.click()
    page.keyboard.press("Escape")
    assert contents.is_hidden()


@pytest.mark.browser
def test_the_focus_is_seen_and_the_text_can_be_reached_at_once(open_at):
    page = open_at("03_reciprocity.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.browser
def test_without_javascript_all_is_there_but_what_needs_it(open_at):
    page = open_at("03_reciprocity.html", java_script_enabled=False)
    assert page.locator("#contents").is_visible() and page.locator(".live img").is_visible()
    assert page.locator("#query").is_hidden() and page.locator("#theme").is_hidden()


@pytest.mark.browser
def test_on_paper_there_is_text_without_the_bar(open_at):
    page = open_at("03_reciprocity.html", color_scheme="dark")
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible() and page.locator(".live img").is_visible()
    assert page.locator(".bar").is_hidden() and page.locator("#contents").is_hidden()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
