"""The documents name files, folders and types that exist, and one leads to the other."""

import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
# Measurements and the changelog tell of days past.
DOCUMENTS = sorted(
    path for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    if "measurements" not in path.parts and path.name != "CHANGELOG.md"
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:Sources|Tests|tools|docs)/[^`\s*…<]+)`")
# `Filter`, `SparseSearch.swift`, `Committer.serve`
NAME = re.compile(r"`([A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+)(?:\.\w+)?(?:\([^`]*\))?`")
# Names of other programs' types.
FOREIGN = {"NamedSparseVector"}


def files():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


@pytest.fixture(scope="module")
def words():
    found = {path.stem for path in files()}
    for path in files():
        if path.suffix in {".swift", ".c", ".h", ".py", ".js"} and ROOT / "docs" not in path.parents:
            found.update(re.findall(r"\w+", path.read_text(errors="replace")))
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_names_is_there(document, words):
    text = document.read_text()
    missing = [
        link for link in LINK.findall(text)
        if not re.match(r"[a-z]+:", link) and not (document.parent / link).exists()
    ]
    missing += [path for path in PATH.findall(text) if not (ROOT / path).exists()]
    missing += [name for name in NAME.findall(text) if name not in words | FOREIGN]
    assert not missing, f"{document.relative_to(ROOT)} names what is not there: {missing}"


def test_the_readme_and_the_map_lead_to_every_document():
    linked = {
        (document.parent / link).resolve()
        for document in [ROOT / "README.md", ROOT / "docs/README.md"]
        for link in LINK.findall(document.read_text())
    }
    lost = [path for path in DOCUMENTS if path not in linked and path != ROOT / "README.md"]
    assert not lost, f"neither README.md nor docs/README.md links {lost}"
