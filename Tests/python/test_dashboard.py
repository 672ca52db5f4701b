"""The page at /dashboard, in a real browser: what a person does on a desk and on a phone.

It needs Debian's chromium and chromium-driver (`tools/prerequisites --browser` installs them) and skips
without. `DASHBOARD_SCREENSHOTS=1` writes the pictures of docs/guide/dashboard.md, from a synthetic set.
"""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import types

import httpx
import pytest

from conftest import free_port, running_daemon
from small_png import shrunk
from test_proxies import NGINX, blocks, needs_nginx, until_it_listens

selenium = pytest.importorskip("selenium", reason="no selenium: pip install selenium")
from selenium import webdriver  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import Select, WebDriverWait  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
DESK, PHONE = (1280, 900), (360, 740)
SOURCES = pathlib.Path(__file__).parents[2] / "Sources" / "CDashboard" / "Page"
PICTURES = pathlib.Path(__file__).parents[2] / "docs" / "guide" / "images"
MARKUP = "<img src=x onerror=document.title='broken'> Harbor"

needs_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no chromium with chromedriver: apt-get install chromium chromium-driver")


class Page:
    """A browser with the page open, and what a person does with it."""

    def __init__(self, driver, url):
        self.driver = driver
        self.url = url

    def open(self, view="recommend"):
        self.driver.get("about:blank")
        self.driver.get(f"{self.url}/dashboard#/{view}")

    def until(self, condition, what=""):
        """Waits for the condition, asked again while the page replaces what it looked at."""
        return WebDriverWait(
            self.driver, 60, poll_frequency=0.05,
            ignored_exceptions=(selenium.common.exceptions.StaleElementReferenceException,
                                selenium.common.exceptions.NoSuchElementException,
                                selenium.common.exceptions.ElementClickInterceptedException,
                                IndexError)).until(lambda _: condition(), what)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.until(lambda: self.all(selector)[0], selector)

    def texts(self, selector):
        """The visible texts of all that match, as of one moment."""
        return self.driver.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map((each) => each.innerText)", selector)

    def text(self, selector="main"):
        return "\n".join(self.texts(selector))

    def reads(self, text, selector="main"):
        self.until(lambda: text in self.text(selector), f"{text!r} in {selector}")

    def button(self, name, within="body"):
        """A button by what a screen reader calls it."""
        def find():
            return next((each for each in self.all(f"{within} button")
                         if each.is_displayed() and name in (each.text, each.get_attribute("aria-label"))), None)
        return self.until(find, f"a button {name!r}")

    def click(self, element):
        """A click where the element has come to rest: a click on what an answer moves meanwhile hits its
        neighbour."""
        self.driver.execute_async_script("""
            const [element, done] = arguments;
            element.scrollIntoView({block: "center"});
            let before;
            const look = () => {
              const {x, y} = element.getBoundingClientRect();
              if (before && before.x === x && before.y === y) return done();
              before = {x, y};
              requestAnimationFrame(look);
            };
            look();""", element)
        element.click()

    def unfold(self, summary):
        """Opens the details of that summary."""
        def unfolded():
            details = [each for each in self.all("details")
                       if summary in each.find_element(By.TAG_NAME, "summary").text][0]
            if details.get_attribute("open") is not None:
                return True
            self.click(details.find_element(By.TAG_NAME, "summary"))
            return False
        self.until(unfolded, f"details {summary!r}")

    def press(self, name, within="body"):
        def click():
            button = self.button(name, within)
            if not button.is_enabled():
                return False
            self.click(button)
            return True
        self.until(click, f"press {name!r}")

    def field(self, label):
        """A control by its label."""
        def find():
            labels = [each for each in self.all("label") if each.text == label and each.is_displayed()]
            return labels and self.driver.find_element(By.ID, labels[0].get_attribute("for"))
        return self.until(find, f"a field {label!r}")

    def choose(self, label, option):
        Select(self.field(label)).select_by_visible_text(option)

    def write(self, label, text):
        control = self.field(label)
        control.clear()
        control.send_keys(text)
        return control

    def focused(self):
        element = self.driver.switch_to.active_element
        return element.get_attribute("aria-label") or element.text

    def keys(self, *keys):
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def titles(self, column=1):
        """The titles that are recommended, without what stands small beside them."""
        return [text.split("\n")[0] for text in self.texts(f".column:nth-child({column}) .result .title")]

    def like(self, words):
        search = self.write("Search titles", words)
        self.until(lambda: self.all(".hits button"), f"titles with {words!r}")
        before = self.texts(".taste li")
        search.send_keys(Keys.ENTER)
        self.until(lambda: self.texts(".taste li") != before)

    def size(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})

    def is_too_wide(self):
        return self.driver.execute_script(
            "return document.documentElement.scrollWidth > document.documentElement.clientWidth")

    def complaints(self):
        """What the browser's console says, policy violations and uncaught errors among it; answers that
        refuse a request are what some tests are about."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] == "SEVERE" and "Failed to load resource" not in entry["message"]]


@pytest.fixture(scope="module")
def driver():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                     "--hide-scrollbars", "--force-color-profile=srgb"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory):
    """A small set in the files of ML-1M, made by the program itself."""
    folder = tmp_path_factory.mktemp("set") / "movies"
    kindred("generate", "movielens", str(folder), "--users", "400")
    return folder


@pytest.fixture(scope="module")
def loaded(synthetic):
    """A daemon with that set, and a title that looks like markup."""
    with running_daemon() as daemon:
        load(daemon, synthetic)
        yield daemon


def load(daemon, folder):
    kindred("load", "movielens", str(folder), "--data-dir", daemon.directory, "--no-progress")
    api(daemon, "PUT", "/collections/movies/points?wait=true", {"points": [
        {"id": 1, "vector": {}, "payload": {"title": MARKUP, "genres": ["Romance"], "year": 1941}}]})


@pytest.fixture
def page(driver, loaded):
    yield from pages(driver, loaded, DESK)


@pytest.fixture
def phone(driver, loaded):
    yield from pages(driver, loaded, PHONE)


def pages(driver, daemon, size):
    page = Page(driver, daemon.url)
    page.size(*size)
    page.open()
    driver.execute_script("sessionStorage.clear(); localStorage.clear()")
    driver.get_log("browser")
    page.open()
    yield page
    assert page.complaints() == []
    foreign = [name for name in driver.execute_script(
        "return performance.getEntriesByType('resource').map((each) => each.name)")
        if not name.startswith(daemon.url + "/")]
    assert foreign == []


def kindred(*arguments):
    return subprocess.run([os.environ["KINDRED"], *arguments], check=True, capture_output=True, text=True)


def api(daemon, method, path, body=None, **headers):
    answer = httpx.request(method, daemon.url + path, json=body, headers=headers, timeout=60)
    assert answer.status_code < 300, answer.text
    return answer.json()["result"]


def recommended(daemon, body):
    """The titles that the API recommends."""
    body = {"using": "ratings", "catalogue": "movies", "limit": 10, **body}
    items = api(daemon, "POST", "/collections/movielens/recommend", body)["items"]
    return [item["payload"]["title"] for item in items]


# The files


def test_files_of_the_page(loaded):
    kinds = {"css": "text/css", "svg": "image/svg+xml", "js": "text/javascript", "html": "text/html"}
    total = 0
    for file in sorted(SOURCES.iterdir()):
        name = "/dashboard" if file.name == "index.html" else f"/dashboard/{file.name}"
        answer = httpx.get(loaded.url + name)
        assert answer.status_code == 200, name
        assert answer.content == file.read_bytes()
        assert answer.headers["content-type"] == kinds[file.suffix[1:]] + "; charset=utf-8"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-cache"
        tag = answer.headers["etag"]
        for known in [tag, f"W/{tag}", f'"other", {tag}', "*"]:
            again = httpx.get(loaded.url + name, headers={"if-none-match": known})
            assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == tag
        assert httpx.get(loaded.url + name, headers={"if-none-match": '"other"'}).status_code == 200
        asked = httpx.head(loaded.url + name)
        assert asked.status_code == 200 and asked.content == b"" and asked.headers["etag"] == tag
        assert int(asked.headers["content-length"]) == len(answer.content)
        total += len(answer.content)
    assert total < 300_000
    for name in ["/dashboard/none.js", "/dashboard/..%2fstats", "/dashboard/app.js/x"]:
        assert httpx.get(loaded.url + name).status_code == 404
    assert httpx.post(loaded.url + "/dashboard").status_code == 405


def test_browsers_are_led_from_the_root_and_programs_are_not(loaded):
    program = httpx.get(loaded.url + "/")
    assert program.status_code == 200 and "version" in program.json()
    browser = httpx.get(loaded.url + "/", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert browser.status_code == 303 and browser.next_request.url == loaded.url + "/dashboard"
    slash = httpx.get(loaded.url + "/dashboard/")
    assert slash.status_code == 308 and slash.next_request.url == loaded.url + "/dashboard"


def test_the_page_has_the_guards_of_the_door(loaded):
    for headers in [{"host": "evil.example"}, {"origin": "http://evil.example"}]:
        assert httpx.get(loaded.url + "/dashboard", headers=headers).status_code == 403


def test_open_prints_the_address(loaded):
    said = kindred("open", "--print-only", "--data-dir", loaded.directory)
    assert said.stdout.strip() == loaded.url + "/dashboard"


# Recommend


@needs_browser
def test_a_taste_becomes_recommendations_at_once(page, loaded):
    page.reads("3,883 titles")
    page.like("silent lantern")
    page.like("iron desert")
    liked = dict(json.loads(page.driver.execute_script("return sessionStorage['kindred.taste']"))["ratings"])
    assert list(liked.values()) == [1, 1]
    page.until(lambda: page.titles() == recommended(loaded, {"ratings": liked}))

    # A dislike, by the mouse, and the list is another.
    before = page.titles()
    page.press(f"Dislike {before[0]}")
    page.until(lambda: page.titles() and before[0] not in page.titles())
    ratings = dict(json.loads(page.driver.execute_script("return sessionStorage['kindred.taste']"))["ratings"])
    assert sorted(ratings.values()) == [-1, 1, 1]
    page.until(lambda: page.titles() == recommended(loaded, {"ratings": ratings}))

    # It is still there after the page is loaded again, and gone when one starts over.
    page.open()
    page.until(lambda: page.titles() == recommended(loaded, {"ratings": ratings}))
    page.press("Start over")
    page.reads("Like a title, and the list changes at once.")


@needs_browser
def test_filters_and_methods(page, loaded):
    page.like("iron desert")
    ratings = json.loads(page.driver.execute_script("return sessionStorage['kindred.taste']"))["ratings"]
    body = {"ratings": dict(ratings)}
    page.choose("Gender", "woman")
    page.choose("Age", "25 to 34")
    body["filter"] = {"must": [
        {"key": "gender", "match": {"value": "F"}}, {"key": "age", "match": {"value": 25}}]}
    page.until(lambda: page.titles() == recommended(loaded, body))

    page.choose("Genres", "Comedy")
    body["item_filter"] = {"must": [{"key": "genres", "match": {"value": "Comedy"}}]}
    page.until(lambda: page.titles() == recommended(loaded, body))
    assert all("Comedy" in text for text in page.texts(".result .title small"))

    second = Select(page.field("Beside it"))
    second.select_by_value("popular")
    page.until(lambda: page.titles(2) == recommended(loaded, {**body, "method": "popular"}))
    assert page.titles(1) == recommended(loaded, body)
    assert len(page.all(".column:nth-child(2) .moved")) == len(page.titles(2))


@needs_browser
def test_reasons_and_the_people_behind_them(page):
    page.like("iron desert")
    page.like("paper inheritance")
    page.reads("people most like you rated it.", ".result .why")
    page.reads("Because you liked", ".result .why")
    page.until(lambda: any(name in page.text(".result .why") for name in ("Iron Desert", "Paper Inheritance")))
    page.unfold("Why, in numbers")
    page.reads("Neighbours behind it", ".result table")
    # Who they are comes from their payload.
    page.until(lambda: any("man" in text for text in page.texts(".reasons td small")))


@needs_browser
def test_the_request_runs_elsewhere(page):
    page.like("iron desert")
    page.until(lambda: len(page.titles()) == 10)
    page.unfold("The request")
    page.reads("As Python", ".answers")
    curl, python = page.texts(".answers figure.code pre")
    said = subprocess.run(["bash", "-c", curl], capture_output=True, text=True, check=True).stdout
    titles = [item["payload"]["title"] for item in json.loads(said)["result"]["items"]]
    assert titles == page.titles()
    names = {}
    exec(python.replace('print(answer.json()["result"])', 'result = answer.json()["result"]'), names)
    assert [item["payload"]["title"] for item in names["result"]["items"]] == titles


@needs_browser
@needs_nginx
def test_behind_a_proxy_under_a_path(driver, synthetic, tmp_path, monkeypatch):
    """The page finds its files and the API beside itself, and says so in what others run."""
    port = free_port()
    # As operators do: pages of the proxy's address may call the daemon.
    monkeypatch.setenv("KINDRED_ALLOWED_ORIGINS", f"http://127.0.0.1:{port}")
    with running_daemon() as daemon:
        load(daemon, synthetic)
        path = blocks("nginx")[1].replace("http://kindred/", daemon.url + "/")
        assert "location /vectors/" in path and daemon.url in path
        kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        (tmp_path / "nginx.conf").write_text(
            f"daemon off;\npid {tmp_path}/pid;\n" + ("" if os.geteuid() else "user root;\n")
            + "events {}\nhttp {\naccess_log off;\n"
            + "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in kinds)
            + f"server {{\nlisten 127.0.0.1:{port};\nproxy_set_header Host $host;\n{path}}}\n}}\n")
        log = tmp_path / "error.log"
        process = subprocess.Popen(
            [NGINX, "-p", str(tmp_path), "-e", str(log), "-c", str(tmp_path / "nginx.conf")],
            stderr=subprocess.DEVNULL)
        try:
            until_it_listens(process, port, log)
            proxy = types.SimpleNamespace(url=f"http://127.0.0.1:{port}/vectors")
            with contextlib.contextmanager(pages)(driver, proxy, DESK) as page:
                page.like("iron desert")
                page.until(lambda: len(page.titles()) == 10)
                page.unfold("The request")
                curl = page.texts(".answers figure.code pre")[0]
                assert f"{proxy.url}/collections/" in curl
                said = subprocess.run(["bash", "-c", curl], capture_output=True, text=True, check=True).stdout
                titles = [item["payload"]["title"] for item in json.loads(said)["result"]["items"]]
                assert titles == page.titles()
        finally:
            process.terminate()
            process.wait(30)


@needs_browser
def test_somebody_elses_ratings(page, loaded):
    page.reads("3,883 titles")
    page.unfold("somebody")
    page.write("Person's number", "7")
    page.until(lambda: page.titles() == recommended(loaded, {"point": 7}))
    page.write("Person's number", "999999")
    page.reads("999999", ".answers .notice")


@needs_browser
def test_the_keyboard_is_enough(page):
    page.reads("3,883 titles")
    page.keys("/")
    page.until(lambda: page.driver.switch_to.active_element.get_attribute("type") == "search")
    page.keys("iron")
    page.until(lambda: len(page.all(".hits li")) == 8)
    page.keys(Keys.ARROW_DOWN)
    first = page.focused()
    assert first.startswith("Like ")
    page.keys(Keys.ARROW_DOWN)
    second = page.focused()
    assert second.startswith("Like ") and second != first
    page.keys(Keys.ARROW_RIGHT)
    assert page.focused() == second.replace("Like ", "Dislike ", 1)
    page.keys(Keys.SPACE)
    title = second.removeprefix("Like ")
    page.until(lambda: title in page.text(".taste"))
    # The focus stays although the row was made anew; and goes back the way it came.
    assert page.focused() == f"Dislike {title}"
    page.keys(Keys.ARROW_UP, Keys.ARROW_UP)
    assert page.driver.switch_to.active_element.get_attribute("type") == "search"
    page.keys(Keys.ESCAPE)
    assert page.all(".hits li") == []
    # The first stop is the way past the tabs.
    page.open()
    page.reads("What may I like?")
    page.driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert page.focused() == "Skip to the content"


@needs_browser
def test_titles_are_text(page):
    page.like("onerror")
    page.reads(MARKUP, ".taste")
    assert page.all("main img") == [] and page.driver.title != "broken"


# Collections


@needs_browser
def test_browsing_a_collection(page, loaded):
    page.open("collections")
    page.reads("2 collections")
    page.click(page.one("a[href='#/collections/movielens']"))
    page.reads("Counted over all points.")
    page.reads("woman", ".card")
    women = api(loaded, "POST", "/collections/movielens/points/count",
                {"filter": {"must": [{"key": "gender", "match": {"value": "F"}}]}})["count"]
    page.click(next(each for each in page.all(".facet") if "woman" in each.text))
    page.reads(f"{women} points pass", ".points")
    page.choose("Field", "age")
    page.choose("Compare", "≥")
    page.write("Value", "35")
    page.press("Add condition")
    older = api(loaded, "POST", "/collections/movielens/points/count", {"filter": {"must": [
        {"key": "gender", "match": {"value": "F"}}, {"key": "age", "range": {"gte": 35}}]}})["count"]
    assert 0 < older < women
    page.reads(f"{older} point", ".points")
    page.press("Remove the condition gender = F")
    page.press("Remove the condition age ≥ 35")
    page.reads("400 points", ".points")
    page.press("Next")
    page.until(lambda: page.texts(".points tbody th")[0] == "21")
    page.press("Previous")
    page.until(lambda: page.texts(".points tbody th")[0] == "1")
    page.press("3", ".points")
    page.reads("Vector ratings", "dialog")
    page.reads("dimensions, greatest weight first", "dialog")
    page.press("Close", "dialog")
    page.until(lambda: not page.all("dialog"))


@needs_browser
def test_deleting_asks_first(page, loaded):
    api(loaded, "PUT", "/collections/a%20b", {"sparse_vectors": {"v": {}}})
    api(loaded, "PUT", "/collections/a%20b/points?wait=true", {"points": [
        {"id": id, "vector": {"v": {"indices": [id], "values": [id]}}, "payload": {"n": id}} for id in range(5)]})

    def count():
        return api(loaded, "POST", "/collections/a%20b/points/count", {})["count"]

    page.open("collections/a%20b")
    page.reads("5 points")
    page.press("2", ".points")
    page.press("Delete point", "dialog")
    page.press("Cancel", "dialog:last-of-type")
    page.until(lambda: len(page.all("dialog")) == 1)
    assert count() == 5
    page.press("Delete point", "dialog")
    page.press("Delete", "dialog:last-of-type")
    page.reads("4 points")
    assert count() == 4 and not page.all("dialog")

    page.press("Delete collection")
    assert not page.button("Delete", "dialog").is_enabled()
    page.write("Type a b to confirm", "a b")
    page.press("Delete", "dialog")
    page.reads("2 collections")
    assert httpx.get(loaded.url + "/collections/a%20b").status_code == 404


# Health


@needs_browser
def test_figures_live(page, loaded):
    page.open("health")
    page.reads("All is well")
    figure = ("return [...document.querySelectorAll('.chart')].find((each) => "
              "each.innerText.startsWith(arguments[0])).querySelector('.figure').innerText")
    page.until(lambda: page.driver.execute_script(figure, "Requests a second") == "0")

    def busy():
        for _ in range(40):
            api(loaded, "POST", "/collections/movielens/points/count", {})
        return page.driver.execute_script(figure, "Requests a second") not in ("0", "–")

    page.until(busy)
    page.reads("POST /collections/{collection}/points/count")
    assert sum(int(each.get_attribute("aria-label").split(": ")[1].split()[0].replace(",", ""))
               for each in page.all(".histogram [role=listitem]")) > 0
    page.press("Flush")
    page.reads("Everything in memory is in segment files.", ".messages")
    page.until(lambda: page.driver.execute_script(figure, "Segments") != "0")
    page.press("Quick check")
    page.reads("The files are clean.", ".messages")


@needs_browser
def test_damage_in_words(driver, synthetic):
    with running_daemon() as daemon:
        load(daemon, synthetic)
        api(daemon, "POST", "/flush")
        assert daemon.stop() == 0
        segment = max(pathlib.Path(daemon.directory, "segments").iterdir(), key=lambda file: file.stat().st_size)
        damaged = bytearray(segment.read_bytes())
        # The footer, which every start reads.
        damaged[-64:] = bytes(64)
        segment.write_bytes(damaged)
        daemon.start()
        for page in pages(driver, daemon, DESK):
            page.open("health")
            page.reads("1 damaged segment set aside")
            assert "kindred repair --data-dir DIR --output NEW" in page.text(".notice pre")
            page.until(lambda: "needs attention" in page.text("header"))
            # The daemon goes, and the page says so.
            daemon.stop(signal.SIGKILL)
            page.reads("The daemon does not answer", ".notice")
            page.until(lambda: "does not answer" in page.text("header"))


# Console


@needs_browser
def test_requests_by_hand(page):
    page.open("console")
    page.write("Find an endpoint", "points count")
    page.until(lambda: "points/count" in page.field("Endpoint").get_attribute("value"))
    page.write("collection", "movielens")
    page.write("Body, JSON", '{"filter": {"must": [{"key": "age", "match": {"value": 25}}]}}')
    page.press("Send")
    page.reads("200", ".answer .status")
    assert json.loads(page.text(".answer pre"))["result"]["count"] > 0
    body = page.write("Body, JSON", "{")
    body.send_keys(Keys.CONTROL, Keys.ENTER)
    page.reads("The body is not JSON", ".messages")
    page.write("Body, JSON", '{"filter": 1}')
    page.press("Send")
    page.until(lambda: page.text(".answer .status").startswith("4"))
    # What was sent before comes back.
    Select(page.field("Sent before")).select_by_index(2)
    assert '"age"' in page.field("Body, JSON").get_attribute("value")
    page.press("As Python")
    page.reads("requests.request(", ".answer pre")


# Keys


@needs_browser
def test_a_key_is_asked_for_and_kept_for_the_session(driver, synthetic, monkeypatch):
    monkeypatch.setenv("KINDRED_API_KEY", "open sesame")
    monkeypatch.setenv("KINDRED_READ_ONLY_API_KEY", "look only")
    with running_daemon() as daemon:
        kindred("load", "movielens", str(synthetic), "--data-dir", daemon.directory, "--no-progress")
        for path in ["/dashboard", "/dashboard/app.js"]:
            assert httpx.get(daemon.url + path).status_code == 200
        assert httpx.get(daemon.url + "/stats").status_code == 401
        for page in pages(driver, daemon, DESK):
            page.open("collections")
            page.write("API key", "wrong")
            page.press("Use key", "dialog")
            page.reads("The key was not accepted.", "dialog")
            page.write("API key", "look only")
            page.press("Use key", "dialog")
            page.reads("2 collections")

            stored = page.driver.execute_script("return [JSON.stringify(sessionStorage), JSON.stringify(localStorage), location.href]")
            assert "look only" in stored[0] and "look only" not in stored[1] + stored[2]
            asked = page.driver.execute_script("return performance.getEntriesByType('resource').map((each) => each.name).join()")
            assert "look" not in asked and "wrong" not in asked

            # It opens what changes nothing, and the page says so of the rest.
            page.click(page.one("a[href='#/collections/movies']"))
            page.press("Compact")
            page.reads("the API key is read-only", ".messages")
            # Kept while the tab is; snippets name it and do not show it.
            page.open()
            page.like("iron desert")
            page.until(lambda: len(page.titles()) == 10)
            page.unfold("The request")
            page.reads("$KINDRED_API_KEY", ".answers pre")
            assert "look only" not in page.driver.page_source
            page.press("Forget key")
            page.until(lambda: page.field("API key"))
            assert "kindred.key" not in page.driver.execute_script("return JSON.stringify(sessionStorage)")
            page.press("Cancel", "dialog")
            page.reads("Must provide an API key")


# Sizes and colours


@needs_browser
@pytest.mark.parametrize("view", ["recommend", "collections", "collections/movielens", "health", "console"])
def test_every_view_fits_a_phone(phone, view):
    phone.open(view)
    shows = {"recommend": "3,883 titles", "collections": "2 collections", "collections/movielens": "400 points",
             "health": "All is well", "console": "Endpoint"}
    phone.reads(shows[view])
    assert not phone.is_too_wide()


@needs_browser
def test_recommending_on_a_phone(phone, loaded):
    phone.reads("3,883 titles")
    phone.write("Search titles", "iron desert")
    phone.until(lambda: phone.all(".hits button"))
    title = phone.texts(".hits .title")[0].split("\n")[0]
    phone.press(f"Like {title}", ".hits")
    phone.until(lambda: len(phone.titles()) == 10)
    # The filters wait folded, and work when they are opened.
    assert not phone.driver.find_element(By.XPATH, "//label[text()='Gender']").is_displayed()
    phone.unfold("Ask only people like this")
    phone.choose("Gender", "woman")
    ratings = dict(json.loads(phone.driver.execute_script("return sessionStorage['kindred.taste']"))["ratings"])
    filter = {"must": [{"key": "gender", "match": {"value": "F"}}]}
    phone.until(lambda: phone.titles() == recommended(loaded, {"ratings": ratings, "filter": filter}))
    # Columns stand one below the other.
    Select(phone.field("Beside it")).select_by_index(2)
    phone.until(lambda: len(phone.titles(2)) > 0)
    lefts = phone.driver.execute_script(
        "return [...document.querySelectorAll('.column')].map((each) => each.getBoundingClientRect().left)")
    assert lefts[0] == lefts[1]
    assert not phone.is_too_wide()
    # What is pressed is large enough for a finger.
    assert all(each.size["height"] >= 32 and each.size["width"] >= 32 for each in phone.all(".result .verdict"))


@needs_browser
def test_light_and_dark(page):
    ground = "return getComputedStyle(document.body).backgroundColor"
    page.reads("What may I like?")

    def prefer(scheme):
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    try:
        prefer("light")
        light = page.driver.execute_script(ground)
        prefer("dark")
        dark = page.driver.execute_script(ground)
        assert light != dark
        page.press("Theme: auto")
        assert page.driver.execute_script(ground) == light
        page.press("Theme: light")
        prefer("light")
        assert page.driver.execute_script(ground) == dark
        page.press("Theme: dark")
        assert page.driver.execute_script(ground) == light
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


# Pictures for the documents


@needs_browser
@pytest.mark.skipif("DASHBOARD_SCREENSHOTS" not in os.environ, reason="asked for by DASHBOARD_SCREENSHOTS=1")
def test_pictures(page, loaded):
    PICTURES.mkdir(exist_ok=True)

    def picture(name):
        file = PICTURES / name
        file.write_bytes(shrunk(page.driver.get_screenshot_as_png()))
        assert file.stat().st_size < 100_000

    page.reads("3,883 titles")
    for words in ["iron desert", "paper inheritance", "crimson"]:
        page.like(words)
    Select(page.field("Beside it")).select_by_value("popular")
    page.until(lambda: page.titles(2))
    page.unfold("Why, in numbers")
    page.until(lambda: any("man" in text for text in page.texts(".reasons td small")))
    page.driver.execute_script("document.activeElement.blur(); scrollTo(0, 0)")
    picture("dashboard-recommend.png")
    page.open("health")
    for _ in range(15):
        before = page.driver.execute_script("return document.querySelector('.chart .line').getAttribute('d')")
        for id in range(20):
            api(loaded, "PUT", "/collections/movielens/points?wait=true",
                {"points": [{"id": 9000 + id, "vector": {}, "payload": {}}]})
        page.until(lambda: page.driver.execute_script(
            "return document.querySelector('.chart .line').getAttribute('d')") != before)
    picture("dashboard-health.png")
