"""Files as spreadsheets and browsers leave them, users with keys, and numbers that are none: each is taken
for what it is, or refused with what was wrong and where."""
import json
import os
import re
import subprocess
import zipfile

import pytest

from conftest import running_daemon
from test_command_line import run

RATINGS = [(user, item, 1 + user * item % 5) for user in range(1, 9) for item in range(10, 30) if (user + item) % 3]


def text(separator=",", end="\n", heading="user,item,rating"):
    lines = [heading.replace(",", separator)] + [separator.join(map(str, rating)) for rating in RATINGS]
    return "".join(line + end for line in lines)


@pytest.fixture(scope="module")
def daemon():
    with running_daemon() as daemon:
        yield daemon


def load(daemon, path, collection="ratings", code=0, *options):
    return run(daemon, "load", "ratings", path, "--collection", collection, "--no-progress", *options, code=code)


@pytest.mark.parametrize("contents", [
    text(end="\r"), "\ufeff" + text(";", "\r\n"), "sep=;\r\n" + text(";", "\r\n"), "sep=,\n" + text()])
def test_a_table_is_read_as_its_program_wrote_it(daemon, tmp_path, contents):
    path = tmp_path / "r.csv"
    path.write_bytes(contents.encode())
    done = load(daemon, path, "same", 0, "--replace")
    assert done.stdout.startswith(f"8 users, {len(RATINGS)} ratings, 20 items"), done.stdout


@pytest.mark.parametrize("name, contents, words", [
    ("comma.csv", "user;item;rating\n1;2;4,500\n", ":2: expected a rating that is a number, up to 1e15, not "
     "'4,500': decimals have a point\n"),
    ("quoted.csv", 'user,item,rating\n1,2,"4,5"\n', ":2: expected a rating that is a number, up to 1e15, not '4,5': "
     "decimals have a point\n"),
    ("names.tsv", "1\t2\tThe Beatles\t40\n", ":1: expected a rating that is a number, up to 1e15, not 'The "
     "Beatles'; where another column has it, say --rating NUMBER\n"),
    ("word.csv", "user,item,rating\n1,2,good\n", ":2: expected a rating that is a number, up to 1e15, not 'good'\n"),
    ("none.csv", "user,item,rating\n1,2,3\n1,4,\n", ":3: expected a rating that is a number, up to 1e15, and there "
     "is none\n"),
    ("short.csv", "user,item,rating\n1,2,3\n1,4\n", ":3: expected a rating that is a number, up to 1e15, in column "
     "3: the line has 2\n"),
    ("control.csv", "user,item,rating\n1,2,x\x1b[31m\n", ":2: expected a rating that is a number, up to 1e15, not "
     "'x\ufffd[31m'\n"),
    ("page.csv", "<!DOCTYPE html>\n<html><body>Not found</body></html>\n", "' is HTML or XML, not a table: see what "
     "has been downloaded\n"),
    ("long.csv", "user,item,rating\n1,2,3\n1," + "x" * (1 << 20) + ",3\n", "' has a line of more than 1048576 bytes, "
     "line 3\n")])
def test_a_file_that_cannot_be_read_says_what_and_where(daemon, tmp_path, name, contents, words):
    path = tmp_path / name
    path.write_text(contents)
    done = load(daemon, path, "refused", 1)
    assert str(path) + words in done.stderr
    assert "refused" not in run(daemon, "collections").stdout


@pytest.mark.parametrize("contents", [
    text(";").replace("\n", ",0\n").replace("rating,0", "rating"),
    "".join(f"   {user}    {item}  {rating} \n" for user, item, rating in RATINGS)])
def test_decimal_commas_and_columns_of_spaces_are_read(daemon, tmp_path, contents):
    path = tmp_path / "r.csv"
    path.write_text(contents)
    done = load(daemon, path, "other", 0, "--replace", "--scale", "none")
    assert done.stdout.startswith(f"8 users, {len(RATINGS)} ratings, 20 items"), done.stdout
    plain = tmp_path / "plain.csv"
    plain.write_text(text())
    load(daemon, plain, "plain", 0, "--replace", "--scale", "none")
    # The first line says where it comes from.
    other, wanted = (run(daemon, "export", name).stdout.splitlines()[1:] for name in ("other", "plain"))
    assert other == wanted and len(wanted) == 8


def test_values_that_may_say_not_rated_are_named(daemon, tmp_path):
    path = tmp_path / "r.csv"
    for least, greatest, is_named in [(-1, 10, True), (0, 10, True), (1, 10, False), (0, 1, False), (-2, 10, False)]:
        rows = [(user, item, least if (user + item) % 4 == 0 else greatest) for user in range(9) for item in range(9)]
        path.write_text("user,item,rating\n" + "".join(f"{u},{i},{r}\n" for u, i, r in rows))
        said = load(daemon, path, "unrated", 0, "--replace").stderr
        assert (f"21 of 81 ratings are {least}, the least of all" in said) == is_named, said
        assert "not rated" not in load(daemon, path, "unrated", 0, "--replace", "--scale", "binary").stderr


@pytest.mark.parametrize("members, words", [
    (["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"], "is a spreadsheet of Excel: save it as CSV"),
    (["mimetype", "content.xml", "meta.xml"], "is a spreadsheet of LibreOffice: save it as CSV"),
    (["a.csv", "b.csv"], "holds 2 files; say which")])
def test_a_spreadsheet_is_called_one(daemon, tmp_path, members, words):
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, "<x/>")
    assert words in load(daemon, path, "refused", 1).stderr


def test_what_a_file_calls_its_columns_is_not_obeyed(daemon, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text(text(heading="user\x1b[2J,item,rating"))
    done = load(daemon, path, "odd", 0, "--user", "1")
    assert "user 'user\ufffd[2J'" in done.stderr and "\x1b" not in done.stderr


def test_a_user_is_an_id_or_a_key_and_the_titles_are_those_of_the_set(daemon, tmp_path):
    (tmp_path / "k.csv").write_text("user,item,rating\nann,x,5\nann,y,1\nbob,x,4\nbob,z,5\n2,x,5\n2,z,1\n2,w,4\n")
    (tmp_path / "t.csv").write_text("item,title\nx,The \x1b[1m First\ny,Second\nz,Third\nw,Fourth\n")
    load(daemon, tmp_path / "k.csv", "keys", 0, "--items", tmp_path / "t.csv")

    def answer(*arguments):
        done = run(daemon, "recommend", "--collection", "keys", "--json", *arguments)
        return {item["payload"]["title"] for item in json.loads(done.stdout)["items"]}

    assert answer("--user", "ann") == {"Third", "Fourth"}
    assert answer("--user", "bob") == {"Second", "Fourth"}
    # The key, and not the id, which is another's.
    assert answer("--user", "2") == {"Second"}
    assert answer("--like", "second") >= {"The \x1b[1m First"}
    assert "has no user with the key 'zoe'" in run(
        daemon, "recommend", "--collection", "keys", "--user", "zoe", code=1).stderr
    shown = run(daemon, "recommend", "--collection", "keys", "--like", "first")
    assert shown.stderr == 'liked: "The \ufffd[1m First"\n'
    rated = run(daemon, "rate", "--collection", "keys", "--user", "ann", "--like", "first")
    assert rated.stdout.startswith("The \ufffd[1m First: rated ")


def test_without_titles_items_are_recommended_by_their_ids(daemon):
    run(daemon, "collections", "create", "bare", "--vector", "ratings")
    run(daemon, "put", "bare", *(
        json.dumps({"id": id, "vector": {"ratings": {"indices": items, "values": [1] * len(items)}}})
        for id, items in [(1, [1, 2]), (2, [1, 2, 3])]))
    done = run(daemon, "recommend", "--collection", "bare", "--user", 1)
    assert done.stderr == "for user 1\n" and "item 3" in done.stdout
    assert "bone" in run(daemon, "recommend", "--collection", "bone", "--user", 1, code=1).stderr
    assert "is not a point id" in run(daemon, "recommend", "--collection", "bare", "--user", "x", code=64).stderr


@pytest.mark.parametrize("option", ["--diversity", "--new-items", "--similarity-power", "--shrinkage", "--popularity"])
@pytest.mark.parametrize("value", ["nan", "inf", "1e999"])
def test_what_is_no_number_is_refused(daemon, option, value):
    done = run(daemon, "recommend", "--user", 1, option, value, code=64)
    assert f"{option} must be a number" in done.stderr


def test_a_liked_rating_is_a_number(daemon, tmp_path):
    (tmp_path / "r.csv").write_text(text())
    done = load(daemon, tmp_path / "r.csv", "refused", 64, "--scale", "likes", "--liked-from", "nan")
    assert "--liked-from must be a number" in done.stderr


def test_a_repeated_item_is_named(daemon, tmp_path):
    (tmp_path / "r.csv").write_text(text())
    load(daemon, tmp_path / "r.csv", "named", 0)
    done = run(daemon, "query", "named", "--vector", "7:1,7:2", code=1)
    assert done.stderr.endswith("[query.indices: must be unique, position 1 repeats 7]\n")


def test_a_collection_in_the_place_of_a_file_is_told_how_it_is_named(daemon):
    for command in ["evaluate", "tune"]:
        done = run(daemon, command, "ratings", code=1)
        assert "there is no file 'ratings' that can be read; a collection of the daemon is named by --collection" \
            in done.stderr


def subcommands(text):
    listed = re.search(r"SUBCOMMANDS:\n(.*?)\n\n", text, re.DOTALL)
    return re.findall(r"^  ([a-z]+)", listed.group(1), re.MULTILINE) if listed else []


def test_examples_in_help_fit_their_lines():
    """What is copied from a terminal of 80 columns can be run."""
    left, count = [[]], 0
    while left:
        command = left.pop()
        text = subprocess.run([os.environ["KINDRED"], *command, "--help"], capture_output=True, text=True,
                              env={**os.environ, "COLUMNS": "80"}).stdout
        left += [command + [name] for name in subcommands(text)]
        lines = text.splitlines()
        for line, following in zip(lines, lines[1:]):
            if re.match(" *(kindred|zcat) ", line):
                count += 1
                assert not following or following.startswith(("  ", "kindred ")), (command, line, following)
    assert count > 30


def test_items_and_users_of_own_data_are_named_by_their_keys(daemon, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("user,item,rating\n" + "".join(
        f"u-{user},{item}X,{rating}\n" for user, item, rating in RATINGS))
    load(daemon, path, "keyed", 0, "--replace")
    explained = run(daemon, "recommend", "--collection", "keyed", "--user", "u-3", "--like", "10X", "--explain")
    assert explained.stderr == 'for user u-3; liked: "10X"\n'
    lines = explained.stdout.splitlines()
    assert lines[0].split() == ["#", "key", "score", "neighbours"]
    words = " ".join(lines)
    assert re.search(r"you rated \d\dX [+-]", words) and re.search(r"rated by user u-\d \(similarity", words), words
    assert "item " not in words
    # What is no key may be words of a title; here there are none.
    assert "no title in 'keyed-items' has all the words of 'ten'" in run(
        daemon, "recommend", "--collection", "keyed", "--like", "ten", code=1).stderr
    nearest = run(daemon, "query", "keyed", "--like", "10X", "--limit", "1")
    assert nearest.stderr == 'liked: "10X"\n', nearest
