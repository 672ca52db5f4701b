"""Loading ratings and recommending."""
import gzip

import pytest

import kindred_db
from kindred_db import KindredError

BOOKS = [
    ("ann", "0195153448", 5), ("ann", "B00005N5PF", 5), ("ann", "0002005018", 1),
    ("bob", "0195153448", 4), ("bob", "B00005N5PF", 5), ("bob", "0374157065", 5),
    ("eve", "0195153448", 1), ("eve", "0002005018", 5), ("eve", "0399135782", 5),
]
TITLES = {"0195153448": "Classical Mythology", "0374157065": "Flu", "0399135782": "The Kitchen God's Wife"}


def titles(recommendations):
    return [one.title for one in recommendations]


def test_movielens(db, movielens):
    report = db.load_movielens(movielens)
    assert report.users == 300 and report.items == 3883 and report.ratings > 10_000
    found = db.recommend(likes=[1, 3], dislikes=[4], limit=5)
    assert len(found) == 5 and [one.score for one in found] == sorted(
        (one.score for one in found), reverse=True)
    assert found[0].payload["title"] == found[0].title
    assert db.recommend(likes=[found[0].title], limit=3)
    assert db.recommend(user=42, where={"gender": "F", "age": {">=": 25, "<": 45}}, limit=3)
    given = db.load_movielens(movielens, mean=3.5, std=2)
    assert (given.mean, given.deviation) == (3.5, 2)
    with pytest.raises(KindredError, match="no title in 'movies' has all the words"):
        db.recommend(likes="no such film")
    with pytest.raises(KindredError):
        db.load_movielens("/no/such/folder")


def test_a_condition_holds_of_those_who_are_asked(db):
    db.load_ratings(
        [("a", 1, 5), ("a", 2, 5), ("a", 9, 1), ("b", 1, 5), ("b", 3, 5), ("b", 9, 1)],
        users={"a": {"age": 25, "zip": "02139"}, "b": {"age": 50, "zip": "2139", "member": True}})
    for where, title in [
        ({"age": 25}, "2"), ({"age": {">": 25}}, "3"), ({"age": {">=": 10, "<": 50}}, "2"),
        # Text that looks like a number is text.
        ({"zip": "2139"}, "3"), ({"zip": "02139"}, "2"), ({"member": True}, "3"),
    ]:
        assert titles(db.recommend([1], where=where))[0] == title, where


def test_users_and_items_of_any_name(db):
    report = db.load_ratings(BOOKS, titles=TITLES)
    assert (report.users, report.items, report.ratings) == (3, 5, 9)
    for like in ["0195153448", "classical mythology"]:
        found = db.recommend(likes=[like], dislikes=["0399135782"])
        # What was rated by nobody else cannot be found; what was given is left out.
        items = {record.item for record in found}
        assert items and items <= {"B00005N5PF", "0374157065", "0002005018"}
        assert all(record.title == ("Flu" if record.item == "0374157065" else record.item) for record in found)
    assert "Flu" in titles(db.recommend(user="ann"))
    with pytest.raises(KindredError, match="no user with the key 'nobody'"):
        db.recommend(user="nobody")
    assert {point.payload["key"] for point in db.client.scroll("ratings")[0]} == {"ann", "bob", "eve"}


def test_columns_of_a_table(db):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(BOOKS, columns=["reader", "isbn", "stars"])
    report = db.load_ratings(frame, user="reader", item="isbn", rating="stars", titles=TITLES)
    assert report.mean == pytest.approx(frame.stars.mean())
    assert report.deviation == pytest.approx(frame.stars.std())
    found = db.recommend(likes=["0195153448"])
    table = found.to_frame()
    assert list(table.title) == titles(found)
    assert list(table.columns[:4]) == ["item", "title", "score", "neighbors"]
    assert list(found[:0].to_frame().columns) == ["item", "title", "score", "neighbors"]
    numbers = pandas.DataFrame({"user": [1, 1, 2], "item": [7, 8, 7], "rating": [1.0, 2.0, 3.0]})
    db.load_ratings(numbers, replace=True)
    assert {point.id for point in db.client.scroll("ratings-items")[0]} == {7, 8}
    with pytest.raises(KindredError, match="no column 'rating'; there are 'user', 'item'"):
        db.load_ratings(numbers[["user", "item"]])
    with pytest.raises(KindredError, match="row 1: the rating is nan"):
        db.load_ratings(numbers.assign(rating=[1.0, float("nan"), 2.0]))


FILES = {
    "comma.csv": "user,item,rating,extra\nann,a,5,x\n\"bob\",\"a, b\",1,\n",
    "bom.csv": "\ufeffuser,item,rating\r\nann,a,5\r\n\r\nbob,\"a, b\",1",
    "tab.tsv": "rating\tuser\titem\n5\tann\ta\n1\tbob\ta, b\n",
    "semicolon.csv": "user;item;rating\nann;a;5\nbob;a, b;1\n",
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("packed", [False, True])
def test_files_with_a_header(db, folder, name, packed):
    content = FILES[name].encode()
    path = folder / name
    path.write_bytes(gzip.compress(content) if packed else content)
    report = db.load_ratings(path)
    assert (report.users, report.ratings, report.mean) == (2, 2, 3)
    assert {point.payload["key"] for point in db.client.scroll("ratings-items")[0]} == {"a", "a, b"}


def test_a_file_without_a_header(db, movielens):
    report = db.load_ratings(movielens / "ratings.dat", user=0, item=1, rating=2)
    assert report.users == 300
    with pytest.raises(KindredError, match="ratings.dat:1: there is no column 'user'"):
        db.load_ratings(movielens / "ratings.dat", replace=True)


@pytest.mark.parametrize("content, words", [
    ("user,item,rating\na,b,5\na,b,x\n", ":3: the rating is 'x', expected a number"),
    ("user,item,rating\na,b,inf\n", ":2: the rating is 'inf', expected a finite number"),
    ("user,item,rating\na,b\n", ":2: 2 columns, expected 3"),
    ("user,item,rating\n,b,5\n", ":2: there is no user"),
    ("user,item,rating\n", "there are no ratings"),
    ("", "there are no ratings"),
])
def test_a_malformed_row_is_named_and_changes_nothing(db, folder, content, words):
    db.load_ratings([(1, 1, 5), (1, 2, 1)])
    path = folder / "ratings.csv"
    path.write_text(content)
    with pytest.raises(KindredError) as caught:
        db.load_ratings(path, replace=True)
    assert words in str(caught.value)
    assert db.client.count("ratings").count == 1


def test_two_sets_are_not_mixed(db):
    db.load_ratings([(1, 1, 5), (1, 2, 1)])
    with pytest.raises(KindredError, match="replace=True"):
        db.load_ratings([(2, 1, 5)])
    db.load_ratings([(2, 1, 5), (3, 1, 4)], replace=True)
    assert db.client.count("ratings").count == 2
    db.load_ratings([(2, 1, 5)], collection="others", catalogue="other items'")
    with pytest.raises(KindredError, match="ratings in others, ratings: say which"):
        db.recommend([1])
    db.recommend([1], collection="others")
    with pytest.raises(KindredError):
        db.recommend([1], collection="no such collection")


def test_without_a_rating_every_pair_counts_one(db):
    db.load_ratings([(1, 10), (1, 11), (2, 10), (2, 12), (2, 10)], rating=None)
    vector = db.client.retrieve("ratings", [2], with_vectors=True)[0].vector["ratings"]
    assert sorted(zip(vector.indices, vector.values)) == [(10, 1), (12, 1)]
    assert db.recommend([10]) and db.recommend(user="1") == db.recommend(user=1)
    with pytest.raises(KindredError, match="no user 'ann'"):
        db.recommend(user="ann")


def test_ratings_that_are_all_the_same(db):
    report = db.load_ratings([(1, 10, 3), (2, 10, 3), (2, 11, 3)])
    assert report.mean == 2 and report.deviation == 1


def test_rows_that_are_none(db):
    for rows in [[1], [(1, 2)], [{"user": 1}], [(1, 2, "x")], [(None, 2, 3)], [(1, 2.5, 3)]]:
        with pytest.raises(KindredError, match="row 0"):
            db.load_ratings(rows)
    with pytest.raises(KindredError, match="cannot read"):
        db.load_ratings("/no/such/file.csv")
    with pytest.raises(KindredError, match="zscore"):
        db.load_ratings([(1, 1, 1)], scale="unknown")
    assert db.client.get_collections().collections == []
    with pytest.raises(KindredError, match="no ratings yet"):
        db.recommend([1])


def test_how_recommendations_look():
    found = kindred_db.Recommendations([
        kindred_db.Recommendation("a", "<A & B>", 1.5, 3), kindred_db.Recommendation(7, "C", -0.25, 12)])
    assert str(found).splitlines() == [
        "#  title      score  neighbours", "1  <A & B>   1.5000           3", "2  C        -0.2500          12"]
    assert repr(found) == str(found) and found[1].item == 7 and len(found[:1]) == 1
    assert "&lt;A &amp; B&gt;" in found._repr_html_() and found == found[:] and found != found[:1]
    assert str(found[:0]) == "no recommendations"
