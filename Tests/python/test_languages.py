"""Texts of other languages, in BM25 vectors and in full-text indexes."""
import pytest
from qdrant_client import models


@pytest.fixture
def texts(daemon):
    client = daemon.over_tcp()
    client.create_collection("texts", sparse_vectors_config={
        "bm25": models.SparseVectorParams(modifier="idf")})
    http = client.http.client._client

    def put(language, *texts):
        points = [
            {"id": number, "payload": {"text": text}, "vector": {"bm25": {
                "text": text, "model": "qdrant/bm25", "options": {"language": language}}}}
            for number, text in enumerate(texts)]
        reply = http.put(daemon.url + "/collections/texts/points?wait=true", json={"points": points})
        assert reply.status_code == 200, reply.text

    def search(language, text):
        reply = http.post(daemon.url + "/collections/texts/points/query", json={
            "using": "bm25", "query": {
                "text": text, "model": "qdrant/bm25", "options": {"language": language}}})
        assert reply.status_code == 200, reply.text
        return [point["id"] for point in reply.json()["result"]["points"]]

    client.put, client.search_text = put, search
    return client


@pytest.mark.parametrize("language, first, second, question", [
    ("german", "Die Häuser stehen am See", "Der Wald ist dunkel", "das Haus"),
    ("fr", "Les chevaux couraient", "La mer est calme", "un cheval qui court"),
    ("ru", "Книги лежали на столах", "Снег идёт", "книга на столе"),
    ("spanish", "Los gatos duermen", "La casa es grande", "el gato"),
])
def test_other_forms_of_a_word_are_found(texts, language, first, second, question):
    texts.put(language, first, second)
    assert texts.search_text(language, question) == [0]


def test_a_full_text_index_stems(texts):
    texts.put("english", "Die Häuser stehen am See", "Der Wald ist dunkel")
    texts.create_payload_index("texts", "text", wait=True, field_schema=models.TextIndexParams(
        type="text", stopwords="german",
        stemmer=models.SnowballParams(type="snowball", language="german")))
    for question, count in [("ein Haus", 1), ("die", 0), ("die Wälder", 1), ("der Wald am Meer", 0), ("Meer", 0)]:
        found = texts.count("texts", count_filter=models.Filter(must=[
            models.FieldCondition(key="text", match=models.MatchText(text=question))]))
        assert found.count == count, question


def test_code_is_found_by_the_parts_of_its_names(texts):
    texts.put("english", "def getUserName(self)", "MAX_RETRY_COUNT = 3")
    texts.create_payload_index("texts", "text", wait=True, field_schema=models.TextIndexParams(
        type="text", tokenizer="code"))
    for question, expected in [
            ("user", [0]), ("getUserName", [0]), ("get_user_name", [0]), ("retry count", [1]),
            ("maxRetryCount", [1]), ("username", [])]:
        found, _ = texts.scroll("texts", scroll_filter=models.Filter(must=[
            models.FieldCondition(key="text", match=models.MatchText(text=question))]))
        assert [record.id for record in found] == expected, question
