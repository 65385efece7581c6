"""codecheck.yml, the list of outputs that a codechecker has to make again, from passports and CITATION.cff.

It follows version 2.0 of the configuration file of CODECHECK (https://codecheck.org.uk/spec/config/2.0/).
What only others can say is left out: the authors' ORCIDs, the codechecker, the certificate and its report,
the repository.
"""

from pathlib import Path

from ..project import project_root, write_file
from ..record.passports import passports

HEAD = """%YAML 1.1
---
# Written by `make` from the passports in figures/; edit those or CITATION.cff instead.
# To be added by others: ORCID of each author, codechecker, report, summary, certificate, repository.
"""


def command(words: list[str]) -> int:
    """`codecheck`: write codecheck.yml anew; the exit status."""
    if words:
        raise ValueError("usage: python -m regrnn_lib.build codecheck")
    write_file(project_root() / "codecheck.yml", codecheck(project_root()).encode())
    return 0


def codecheck(root: str | Path) -> str:
    """The text of codecheck.yml for a project's folder."""
    import yaml

    citation = yaml.safe_load((Path(root) / "CITATION.cff").read_text(encoding="utf-8"))
    pages = passports(Path(root) / "figures")
    page = {
        "version": "https://codecheck.org.uk/spec/config/2.0/",
        "manifest": [entry for name, page in pages.items() for entry in _entries(name, page)],
        "paper": _paper(citation["preferred-citation"], citation["references"]),
    }
    return HEAD + yaml.safe_dump(page, sort_keys=False, allow_unicode=True, width=110)


def _entries(name, page):
    """One entry for each file of a passport, with its caption; no SVG, since it shows what the PNG does."""
    entries = []
    for file in sorted(page["files"]):
        place = file.removeprefix("../") if file.startswith("../") else f"figures/{file}"
        comment = f"the numbers in {name}.png" if file.startswith("data/") else page["caption"]
        entries += [] if file.endswith(".svg") else [{"file": place, "comment": comment}]
    return entries


def _paper(paper, references):
    return {
        "title": paper["title"],
        "authors": [{"name": f"{each['given-names']} {each['family-names']}"} for each in paper["authors"]],
        "reference": f"https://doi.org/{paper['doi']}",
        "reference-other": [f"https://doi.org/{each['doi']}" for each in references if each.get("doi")],
    }
