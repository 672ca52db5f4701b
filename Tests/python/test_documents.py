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
# The modules that `import Kindred` brings along.
LIBRARY = ["Kindred", "SparseIndex", "JSONCodec", "StorageIO"]
DECLARATION = re.compile(
    r"( *)(?:@\w+(?:\([^)]*\))? )*((?:\w+(?:\(set\))? )*?)"
    r"(class|struct|enum|protocol|extension|actor|func|var|let|init|subscript|typealias|case"
    r"|associatedtype)\b[ ?]*(\w+|\(\w+|[^\s\w(]+)?")
# Requirements of Swift's own protocols, which mean what the protocol says.
KNOWN = {
    ("func", name) for name in ("==", "<", "hash", "encode")
} | {("var", "description")} | {
    ("init", f"({label}") for label in (
        "from", "stringLiteral", "integerLiteral", "floatLiteral", "booleanLiteral", "arrayLiteral",
        "nilLiteral", "dictionaryLiteral")
}


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


def public_declarations(lines):
    """(line index, kind, name) of what is public: so are cases, requirements and what stands in a public
    extension. The layout is swift-format's: a member is two columns further in than its type."""
    types = []
    for index, line in enumerate(lines):
        if line.strip().startswith("}"):
            indentation = len(line) - len(line.lstrip())
            types = [one for one in types if one[0] < indentation]
        match = DECLARATION.match(line)
        if not match or " import " in line:
            continue
        indentation, modifiers, kind, name = len(match[1]), match[2].split(), match[3], match[4]
        is_public = not {"public", "open"}.isdisjoint(modifiers)
        if types and types[-1][0] == indentation - 2 and types[-1][2]:
            outer = types[-1][1]
            is_public |= outer == "enum" and kind == "case" or outer == "protocol"
            is_public |= outer == "extension" and {
                "private", "fileprivate", "internal", "package"}.isdisjoint(modifiers)
        if kind in {"class", "struct", "enum", "protocol", "extension", "actor"} and "}" not in line:
            types.append((indentation, kind, is_public))
        if is_public and kind != "extension":
            yield index, kind, name


def test_every_way_to_search_stands_in_the_table_of_algorithms():
    names = {path.stem for path in (ROOT / "Sources/SparseIndex/Search").glob("*.swift")}
    algorithms = {name for name in names if re.search("(Scan|Search|Scorer)$", name)}
    table = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/design/architecture.md").read_text(), re.M)
    # It chooses among them.
    assert sorted(table) == sorted(algorithms - {"SparseSearch"})


def test_every_public_declaration_of_the_library_has_a_comment():
    bare, count = [], 0
    for path in sorted(path for name in LIBRARY for path in (ROOT / "Sources" / name).rglob("*.swift")):
        lines = path.read_text().splitlines()
        for index, kind, name in public_declarations(lines):
            count += 1
            before = index - 1
            while lines[before].strip().startswith("@"):
                before -= 1
            if (kind, name) not in KNOWN and not lines[before].strip().startswith("///"):
                bare.append(f"{path.relative_to(ROOT)}:{index + 1}: {lines[index].strip()}")
    assert count > 500, f"only {count} public declarations were recognized"
    assert not bare, "no comment stands before\n" + "\n".join(bare)


def test_the_library_brings_no_whole_modules():
    """So that names of the layers below do not get in the way of whoever embeds it."""
    exports = [
        line for path in (ROOT / "Sources").rglob("*.swift") for line in path.read_text().splitlines()
        if line.startswith("@_exported")]
    assert len(exports) > 20
    assert not [line for line in exports if "." not in line]
