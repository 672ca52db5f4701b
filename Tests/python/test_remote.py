"""The client commands against servers by their URLs: who is let in, and what is said when nothing good
comes back."""
import json
import os
import socket
import subprocess
import threading

import httpx
import pytest

from conftest import free_port
from servers import keyed_daemon, passing_on, server, without_own_endpoints


def run(*arguments, code=0, key=None, stdin=None, **variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KINDRED_")}
    if key:
        environment["KINDRED_API_KEY"] = key
    done = subprocess.run(
        [os.environ["KINDRED"], *map(str, arguments)], capture_output=True, text=True, timeout=120,
        input=stdin, env={**environment, **variables})
    assert done.returncode == code, (arguments, done.stdout, done.stderr)
    return done


@pytest.fixture(scope="module")
def keyed():
    with keyed_daemon() as daemon:
        headers = {"api-key": daemon.key}
        for name, body in [("movielens", {"sparse_vectors": {"ratings": {}}}), ("movies", {"vectors": {}})]:
            httpx.put(f"{daemon.url}/collections/{name}", json=body, headers=headers).raise_for_status()
        people = [(1, [1, 2, 3], [1, -1, 1]), (2, [1, 3, 4], [1, 1, 1]), (3, [2, 4], [1, -1])]
        httpx.put(f"{daemon.url}/collections/movielens/points?wait=true", headers=headers, json={"points": [
            {"id": i, "vector": {"ratings": {"indices": items, "values": weights}}, "payload": {"age": 20 + i}}
            for i, items, weights in people]}).raise_for_status()
        yield daemon


def test_every_client_command_speaks_to_a_url(keyed, tmp_path):
    url = ["--url", keyed.url]
    assert run("count", "movielens", *url, key=keyed.key).stdout == "3\n"
    assert run("count", "movielens", key=keyed.key, KINDRED_URL=keyed.url).stdout == "3\n"
    (tmp_path / "key").write_text(keyed.key + "\n")
    file = ["--api-key-file", tmp_path / "key"]
    assert run("count", "movielens", *url, *file, key="another").stdout == "3\n"
    for command in [
        ["collections"], ["stats"], ["get", "movielens", 1], ["scroll", "movielens"],
        ["facet", "movielens", "age"], ["top", "--count", 1], ["compact", "--no-progress"],
        ["query", "movielens", "--vector", "1:1"], ["recommend", "--like", 1],
        ["rate", "--user", 3, "--rating", "1=0.5"], ["put", "movies", '{"id": 7}'], ["delete", "movies", 7],
        ["collections", "create", "more"], ["collections", "delete", "more"],
    ]:
        run(*command, *url, *file)
    assert run("open", "--print-only", *url).stdout == keyed.url + "/dashboard\n"
    # A trailing slash, and a host by name.
    run("count", "movielens", "--url", keyed.url + "/", key=keyed.key)
    run("count", "movielens", "--url", f"HTTP://localhost:{keyed.port}", key=keyed.key)


def test_loads_speak_to_a_url(keyed, tmp_path):
    (tmp_path / "r.csv").write_text("user,item,rating\n1,10,5\n1,11,1\n2,10,4\n")
    run("load", "ratings", tmp_path / "r.csv", "--collection", "own", "--url", keyed.url, key=keyed.key)
    assert run("count", "own", "--url", keyed.url, key=keyed.key).stdout == "2\n"


def test_keys(keyed, tmp_path):
    url = ["--url", keyed.url]
    assert "wants an API key: set KINDRED_API_KEY" in run("count", "movielens", *url, code=69).stderr
    assert "does not take this API key" in run("count", "movielens", *url, key="wrong", code=69).stderr
    assert run("count", "movielens", *url, key=keyed.read_only_key).stdout == "3\n"
    run("put", "movielens", '{"id": 9}', *url, key=keyed.read_only_key, code=1)
    run("count", "movielens", *url, "--api-key-file", tmp_path / "none", code=66)
    for text in ["", "\n", "a b\n", "ä\n", "a\x00b"]:
        (tmp_path / "key").write_text(text)
        refused = run("count", "movielens", *url, "--api-key-file", tmp_path / "key", code=64)
        assert "is not an API key" in refused.stderr
    # Nobody's key goes where it is not asked for.
    assert "go with --url" in run("count", "movielens", "--socket", "/none", "--api-key-file", "x", code=64).stderr


@pytest.mark.parametrize("url, reason", [
    ("localhost:6333", "write http://host:port"), ("ftp://host", "only http:// and https://"),
    ("http://", "it has no host"), ("http://:80", "it has no host"), ("http://host:0", "is not a port"),
    ("http://host:65536", "is not a port"), ("http://host:", "is not a port"), ("http://me:k@host", "a key belongs"),
    ("http://host/?a=b", "no '?'"), ("http://ho st", "no spaces"), ("http://[::1", "an IPv6 address"),
    ("http://[::1]x", "an IPv6 address"), ("http://hôst", "only ASCII"), ("", "which daemon"),
])
def test_addresses_that_are_none(url, reason):
    refused = run("count", "movielens", *(["--url", url] if url else []), code=64)
    assert reason in refused.stderr and refused.stdout == ""


def test_options_that_exclude_each_other():
    run("count", "m", "--url", "http://a", "--data-dir", "d", code=64)
    run("count", "m", "--url", "http://a", "--socket", "d", code=64)
    assert "not encrypted" in run("count", "m", "--url", "http://a", "--ca-file", "f", code=64).stderr
    for seconds in ["0", "-1", "nan", "inf", "1e300"]:
        run("count", "m", "--url", "http://a", f"--timeout={seconds}", code=64)
    # Files are not at a URL.
    run("repair", "--url", "http://a", code=64)


def test_nobody_there():
    closed = run("count", "m", "--url", f"http://127.0.0.1:{free_port()}", code=69)
    assert "cannot reach the server at" in closed.stderr and "refused" in closed.stderr
    unknown = run("count", "m", "--url", "http://nowhere.invalid:6333", code=69)
    assert "there is no host 'nowhere.invalid'" in unknown.stderr


def test_silence_and_noise():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        # The system takes the connection; nobody answers.
        late = run("count", "m", "--url", url, "--timeout", 0.3, code=69)
        assert "has not answered in time" in late.stderr

        def reply(text):
            connection, _ = listener.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(text)

        listener.accept()[0].close()
        for text, words in [
            (b"SSH-2.0-OpenSSH_9.9\r\n", "does not speak HTTP"), (b"", "closed the connection"),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "closed the connection"),
        ]:
            thread = threading.Thread(target=reply, args=(text,))
            thread.start()
            refused = run("count", "m", "--url", url, "--timeout", 10, code=69)
            thread.join()
            assert words in refused.stderr, refused.stderr


@pytest.mark.parametrize("status, headers, body, code, words", [
    (200, {}, "<html>hello</html>", 69, "no JSON to POST /collections/m/points/count: is it a"),
    (200, {}, "[1, 2]", 69, "no JSON"),
    (200, {}, "{}", 1, "no result"),
    (200, {}, '{"result": {"count": "many"}}', 1, "no count"),
    (302, {"location": "http://elsewhere/"}, "", 69, "away to 'http://elsewhere/' (302), which is not followed"),
    (308, {}, "", 69, "not followed"),
    (401, {}, "Invalid API key or JWT", 69, "wants an API key: set KINDRED_API_KEY"),
    (403, {}, "Forbidden", 1, "does not allow"),
    (403, {}, '{"status": {"error": "Forbidden: look only"}}', 1, "kindred: Forbidden: look only"),
    (404, {}, '{"status": {"error": "Not found: Collection `m`"}}', 1, "kindred: Not found: Collection `m`"),
    (404, {}, "", 1, "it is not a Kindred daemon"),
    (502, {}, "<html>Bad Gateway</html>", 69, "what is behind it does not"),
    (500, {}, "\x1b[2Jboom", 69, "answered 500"),
])
def test_answers_of_others(status, headers, body, code, words):
    with server(lambda call: (status, headers, body)) as url:
        refused = run("count", "m", "--url", url, code=code)
        assert words in refused.stderr and refused.stdout == ""
        assert "\x1b" not in refused.stderr


def test_what_is_sent(keyed):
    seen = []

    def answer(call):
        seen.append(call)
        return 200, {}, '{"result": {"count": 5}}'

    with server(answer) as url:
        assert run("count", "a/b", "--url", url + "/below/", key="k").stdout == "5\n"
    assert seen[0].path == "/below/collections/a%2Fb/points/count"
    assert seen[0].headers["api-key"] == "k"
    assert seen[0].headers["host"] == url.removeprefix("http://")


def test_a_server_without_what_is_kindreds_own(keyed):
    with server(passing_on(keyed.url, without_own_endpoints)) as url:
        at = ["--url", url]
        assert run("count", "movielens", *at, key=keyed.key).stdout == "3\n"
        listed = run("collections", *at, key=keyed.key).stdout
        assert listed.splitlines()[0].split() == ["collection", "points", "segments", "vectors"]
        assert "movielens" in listed
        json.loads(run("collections", "--json", *at, key=keyed.key).stdout)
        for command in [["stats"], ["compact", "--no-progress"], ["rate", "--user", 1, "--rating", "1=1"]]:
            assert "it is not a Kindred daemon" in run(*command, *at, key=keyed.key, code=1).stderr


def test_a_daemon_passes_over_the_clients_variable(tmp_path):
    # It goes on to look at its own settings.
    refused = run("serve", "--data-dir", tmp_path / "d", "--http", "nonsense", code=1,
                  KINDRED_URL="http://localhost:6333")
    assert "KINDRED_URL" not in refused.stderr


def test_https(tmp_path):
    from certificates import Authority
    from test_tls import refusal, secure
    if "without TLS" in refusal(tmp_path, certificate="/none", key="/none"):
        refused = run("count", "m", "--url", "https://127.0.0.1:1", code=69)
        assert "--traits Remote" in refused.stderr
        pytest.skip("the binary has no TLS: build it with --traits Remote")
    (tmp_path / "ours").mkdir()
    ours, others = Authority(tmp_path / "ours"), Authority(tmp_path / "others")
    with secure(tmp_path, *ours.issue(), ours, api_key="secret") as daemon:
        at = ["--url", daemon.url, "--ca-file", ours.certificate]
        run("collections", "create", "c", "--vector", "s", *at, key="secret")
        assert run("count", "c", *at, key="secret").stdout == "0\n"
        assert "does not take this API key" in run("count", "c", *at, key="wrong", code=69).stderr
        untrusted = run("count", "c", "--url", daemon.url, key="secret", code=69)
        assert "leads to none that is trusted" in untrusted.stderr
        run("count", "c", "--url", daemon.url, "--ca-file", others.certificate, key="secret", code=69)
        for file in [tmp_path / "none", daemon.log_path]:
            refused = run("count", "c", "--url", daemon.url, "--ca-file", file, key="secret", code=69)
            assert "cannot be read, or holds no certificate" in refused.stderr
        plain = daemon.url.replace("https", "http")
        run("count", "c", "--url", plain, key="secret", code=69)
