// Recommendations: titles liked and disliked, who is asked, which items, two methods side by side.

import {call, collectionPath, exchange, members, openAPI, resolved, variants} from "./api.js";
import {bar} from "./charts.js";
import {Catalogue} from "./catalogue.js";
import {busy, choice, copyButton, count, debounced, duration, field, h, list, notice, number, replace}
  from "./dom.js";
import {fields, heading, isCategory, label, ranked, sample} from "./payload.js";
import {curl, python} from "./snippets.js";

const storageName = "kindred.taste";
const describes = {
  auto: "the best there is", neighbors: "people like you", items: "an item model",
  popular: "what most have rated", notebook: "the notebook's way",
  cosine: "people like you, by angle", dot: "people like you, by dot product",
};

function remembered() {
  const fresh = {people: null, using: null, catalogue: null, ratings: [], person: "", who: {}, which: {},
    hidden: [], methods: ["", "none"], limit: 10, diversity: 0, newItems: 0};
  try {
    return {...fresh, ...JSON.parse(sessionStorage.getItem(storageName))};
  } catch {
    return fresh;
  }
}

export function recommendView() {
  const view = new RecommendView();
  view.start().catch((error) => replace(view.element, notice("error", error.message)));
  return {element: view.element, close: () => view.close()};
}

class RecommendView {
  constructor() {
    this.taste = remembered();
    this.element = h("div.recommend", h("p.muted", "Looking at the collections…"));
    this.closing = new AbortController();
    this.ask = debounced(() => this.answer());
    this.onKey = (event) => {
      if (event.key !== "/" || event.target.matches("input, textarea, select")) return;
      event.preventDefault();
      this.search?.focus();
    };
    addEventListener("keydown", this.onKey);
  }

  close() {
    removeEventListener("keydown", this.onKey);
    this.closing.abort();
  }

  save() {
    sessionStorage.setItem(storageName, JSON.stringify(this.taste));
  }

  // MARK: Which collections

  async start() {
    const {collections} = await call("GET", "/collections");
    this.names = collections.map((each) => each.name).slice(0, 1000);
    if (this.names.length === 0) return this.showEmpty();
    const [document, ...configurations] = await Promise.all([
      openAPI(), ...this.candidates().map(async (name) => [name, await sparseVectors(name)])]);
    const schema = document.paths["/collections/{collection}/recommend"].post.requestBody
      .content["application/json"].schema;
    this.members = members(document, schema);
    this.methods = this.members.has("method")
      ? variants(document, resolved(document, this.members.get("method"))) : ["cosine", "dot"];
    const known = new Map(configurations);
    const {taste} = this;
    if (!known.get(taste.people)?.length) {
      taste.people = [...known].find(([, vectors]) => vectors.length)?.[0] ?? null;
    }
    if (!taste.people) return this.showEmpty();
    const vectors = known.get(taste.people);
    if (!vectors.includes(taste.using)) taste.using = vectors.includes("ratings") ? "ratings" : vectors[0];
    if (!this.names.includes(taste.catalogue)) {
      taste.catalogue = this.names.includes("movies") ? "movies"
        : [...known].find(([name, vectors]) => vectors.length === 0 && name !== taste.people)?.[0] ?? null;
    }
    taste.methods = taste.methods.map((method, index) =>
      this.methods.includes(method) || method === "none" && index ? method : index ? "none" : this.methods[0]);
    this.catalogue = new Catalogue(taste.catalogue);
    this.build();
    this.ask();
    const isRead = taste.catalogue && this.catalogue.load(() => this.showCatalogue(), this.closing.signal);
    const people = await sample(taste.people);
    this.peopleFields = fields(people);
    this.showFilters(this.whoElement, this.peopleFields, taste.who);
    await isRead;
    this.showFilters(this.whichElement, this.catalogue.fields, taste.which);
    this.showTaste();
    this.ask();
  }

  /** Collections to look at: the usual names first, then a few others. */
  candidates() {
    const usual = [this.taste.people, this.taste.catalogue, "movielens", "movies"];
    return [...new Set([...usual.filter((name) => this.names.includes(name)), ...this.names])].slice(0, 20);
  }

  showEmpty() {
    replace(this.element, notice("info",
      h("h2", "No ratings yet"),
      h("p", "Recommendations need a collection with a sparse vector: people, and what they rated. For instance:"),
      h("pre", "kindred generate movielens /tmp/movies\nkindred load movielens /tmp/movies"),
      h("button.primary", {onclick: (event) => busy(event.target, () => this.start())}, "Look again")));
  }

  build() {
    const {taste} = this;
    this.search = h("input", {type: "search", placeholder: "A title, such as matrix", autocomplete: "off",
      oninput: () => this.showHits(), onkeydown: (event) => this.onSearchKey(event)});
    this.hits = h("ul.hits", {"aria-label": "Titles found"});
    this.found = h("small.muted", {"aria-live": "polite"});
    this.tasteElement = h("ul.taste", {"aria-label": "Your taste"});
    this.whoElement = h("div.filters");
    this.whichElement = h("div.filters");
    this.methodControls = [0, 1].map((index) => choice(
      [...index ? [["none", "no second method"]] : [],
        ...this.methods.map((each) => [each, describes[each] ? `${each}: ${describes[each]}` : each])],
      taste.methods[index], (chosen) => {
        taste.methods[index] = chosen;
        this.changed();
      }));
    this.columns = h("div.columns");
    this.requestElement = h("div");
    const person = h("input", {inputmode: "numeric", value: taste.person, placeholder: "none", oninput: () => {
      taste.person = person.value.trim();
      this.changed();
    }});
    const isWide = matchMedia("(min-width: 801px)").matches;
    replace(this.element,
      h("section.side", {"aria-label": "Taste and filters"},
        h("h1", "What may I like?"),
        field("Search titles", this.search, h("span", "Enter likes the first; ↓ steps into the list; / comes back here.")),
        this.found, this.hits,
        h("h2", "Your taste"), this.tasteElement,
        h("details", {open: Boolean(taste.person)}, h("summary", "Take somebody's ratings instead"), field("Person's number", person)),
        h("details.group", {open: isWide || Object.keys(taste.who).length > 0},
          h("summary", "Ask only people like this"), this.whoElement),
        h("details.group", {open: isWide || Object.keys(taste.which).length > 0},
          h("summary", "Recommend only"), this.whichElement),
        h("details", h("summary", "Collections and numbers"), this.dataControls())),
      h("section.answers", {"aria-label": "Recommendations"},
        h("div.columns", field("Method", this.methodControls[0]), field("Beside it", this.methodControls[1])), this.columns,
        h("details", {ontoggle: () => this.showRequest()}, h("summary", "The request"), this.requestElement)));
    this.showTaste();
    this.showCatalogue();
  }

  dataControls() {
    const {taste} = this;
    const options = this.names.map((name) => [name, name]);
    const again = async (change) => {
      Object.assign(taste, change, {ratings: [], who: {}, which: {}, hidden: [], person: ""});
      this.save();
      await this.start().catch((error) => replace(this.element, notice("error", error.message)));
    };
    return h("div.filters",
      field("People", choice(options, taste.people, (people) => again({people, using: null}))),
      field("Items", choice([["", "none"], ...options], taste.catalogue ?? "", (catalogue) => again({catalogue: catalogue || null}))),
      field("How many", choice([5, 10, 20, 50].map((each) => [each, `${each}`]), taste.limit, (limit) => {
        taste.limit = Number(limit);
        this.changed();
      })),
      this.members.has("diversity") && field("Variety", h("input", {type: "range", min: 0, max: 1, step: 0.1,
        value: taste.diversity, oninput: (event) => {
          taste.diversity = Number(event.target.value);
          this.changed();
        }})),
      this.members.has("new_items") && taste.catalogue && field("Titles nobody has rated yet", h("input", {type: "range",
        min: 0, max: 0.5, step: 0.1, value: taste.newItems, oninput: (event) => {
          taste.newItems = Number(event.target.value);
          this.changed();
        }})));
  }

  // MARK: Titles

  showCatalogue() {
    if (!this.found) return;
    if (!this.taste.catalogue) this.found.textContent = "There is no collection of titles: type an item's number.";
    else if (!this.catalogue.isWhole) {
      this.found.textContent = this.catalogue.items.size ? `${number(this.catalogue.items.size)} titles so far` : "Reading titles…";
    } else if (!this.search.value) this.found.textContent = count(this.catalogue.items.size, "title");
    if (this.search.value) this.showHits();
  }

  showHits() {
    const text = this.search.value;
    let items = this.catalogue.search(text, 8);
    if (items.length === 0 && !this.taste.catalogue && /^\d+$/.test(text)) items = [{id: Number(text), title: `No. ${text}`}];
    this.found.textContent = text ? items.length ? count(items.length, "title") + (items.length === 8 ? " and perhaps more" : "")
      : "No such title" : "";
    replace(this.hits, items.map((item) => h("li",
      h("span.title", item.title, h("small", this.catalogue.summary(item.payload))),
      this.verdicts(item.id))));
  }

  /** A button to like and one to dislike; the one that holds is pressed. */
  verdicts(id) {
    const given = this.taste.ratings.find(([item]) => item === id)?.[1];
    const button = (weight, sign, word) => h(`button.verdict.${word}`, {
      type: "button", "aria-pressed": `${given === weight}`, title: word === "like" ? "Like" : "Dislike",
      "aria-label": `${word === "like" ? "Like" : "Dislike"} ${this.catalogue.title(id)}`,
      onclick: () => this.rate(id, given === weight ? 0 : weight), onkeydown: (event) => this.onHitKey(event),
    }, sign);
    return h("span.verdicts", button(1, "♥", "like"), button(-1, "✕", "dislike"));
  }

  rate(id, weight) {
    const {taste} = this;
    taste.ratings = taste.ratings.filter(([item]) => item !== id);
    if (weight) taste.ratings.push([id, weight]);
    const focused = document.activeElement?.getAttribute("aria-label");
    const wasIn = document.activeElement?.closest("ul, ol");
    this.showTaste();
    if (this.hits.childElementCount) this.showHits();
    // What was pressed has been made anew: the keyboard stays where it was.
    if (focused && wasIn) [...wasIn.querySelectorAll("button")].find((each) => each.getAttribute("aria-label") === focused)?.focus();
    this.changed();
  }

  onSearchKey(event) {
    const first = this.hits.querySelector("button");
    if (event.key === "Escape") {
      this.search.value = "";
      this.showHits();
      this.showCatalogue();
    } else if (event.key === "Enter" && this.search.value) {
      const [item] = this.catalogue.search(this.search.value, 1);
      if (item) this.rate(item.id, 1);
      this.search.select();
    } else if (event.key === "ArrowDown" && first) {
      event.preventDefault();
      first.focus();
    }
  }

  onHitKey(event) {
    const row = event.target.closest("li");
    if (!row || row.parentElement !== this.hits) return;
    const column = [...row.querySelectorAll("button")].indexOf(event.target);
    const at = (row, column) => row?.querySelectorAll("button")[column];
    const next = {ArrowDown: at(row.nextElementSibling, column), ArrowUp: at(row.previousElementSibling, column) ?? this.search,
      ArrowRight: at(row, 1), ArrowLeft: at(row, 0), Escape: this.search}[event.key];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  showTaste() {
    const {taste} = this;
    const rows = taste.ratings.map(([id]) => h("li", h("span.title", this.catalogue.title(id)), this.verdicts(id)));
    replace(this.tasteElement, rows.length ? rows : h("li.muted", "Like a title, and the list changes at once."),
      taste.ratings.length + taste.hidden.length > 0 && h("li.clear",
        taste.hidden.length > 0 && h("button.small", {onclick: () => {
          taste.hidden = [];
          this.showTaste();
          this.changed();
        }}, `Show ${count(taste.hidden.length, "hidden title")} again`),
        h("button.small", {onclick: () => {
          taste.ratings = [];
          taste.hidden = [];
          this.showTaste();
          this.showHits();
          this.changed();
          this.search.focus();
        }}, "Start over")));
  }

  // MARK: Filters

  showFilters(element, all, chosen) {
    const controls = all.filter((each) => each.name !== this.catalogue.titleField).map((each) => {
      if (isCategory(each)) {
        const values = each.kinds.has("integer") ? [...each.values.keys()].sort((left, right) => left - right)
          : ranked(each).map(([value]) => value).sort();
        return field(heading(each.name), choice(
          [["", "any"], ...values.map((value, index) => [`${index}`, label(each, value)])],
          `${values.indexOf(chosen[each.name]?.value)}`.replace("-1", ""), (index) => {
            if (index === "") delete chosen[each.name];
            else chosen[each.name] = {value: values[Number(index)]};
            this.changed();
          }));
      }
      const isNumber = each.low !== undefined && !/(^|_)id$/.test(each.name) && each.values.size > 1;
      return isNumber && !each.kinds.has("keyword") && this.range(each, chosen);
    }).filter(Boolean);
    replace(element, controls.length ? controls : h("p.muted", "Their payload has nothing to choose by."));
  }

  range(each, chosen) {
    const bound = (name, word, placeholder) => {
      const input = h("input", {type: "number", step: "any", placeholder, value: chosen[each.name]?.[name] ?? "",
        "aria-label": `${heading(each.name)} ${word}`, oninput: () => {
          const range = {...chosen[each.name], [name]: input.valueAsNumber};
          if (Number.isNaN(range[name])) delete range[name];
          if (Object.keys(range).length) chosen[each.name] = range;
          else delete chosen[each.name];
          this.changed();
        }});
      return input;
    };
    return h("fieldset.range", h("legend", heading(each.name)),
      bound("gte", "from", `${each.low}`), h("span", "to"), bound("lte", "to", `${each.high}`));
  }

  // MARK: Asking

  changed() {
    this.save();
    this.ask();
  }

  body(method) {
    const {taste} = this;
    const body = {};
    if (taste.person) body.point = /^\d+$/.test(taste.person) ? Number(taste.person) : taste.person;
    else if (taste.ratings.length) body.ratings = Object.fromEntries(taste.ratings);
    else if (!this.members.has("method")) return null;
    if (this.members.has("method")) body.method = method;
    else Object.assign(body, {similarity: method, neighbor_weight: "similarity"});
    body.using = taste.using;
    const conditions = (chosen) => Object.entries(chosen).map(([key, {value, ...range}]) =>
      value === undefined ? {key, range} : {key, match: {value}});
    const [who, which] = [conditions(taste.who), conditions(taste.which)];
    if (who.length) body.filter = {must: who};
    if (which.length) body.item_filter = {must: which};
    if (taste.hidden.length) body.exclude = taste.hidden;
    if (taste.diversity > 0) body.diversity = taste.diversity;
    if (taste.newItems > 0 && taste.catalogue) body.new_items = taste.newItems;
    if (taste.catalogue) body.catalogue = taste.catalogue;
    return {...body, limit: taste.limit, explain: true};
  }

  async answer() {
    this.asking?.abort();
    const asking = this.asking = new AbortController();
    this.showRequest();
    const methods = this.taste.methods.filter((method) => method !== "none");
    const answers = await Promise.all(methods.map(async (method) => {
      const body = this.body(method);
      if (!body) return {hint: "Like something first."};
      try {
        const answer = await exchange("POST", collectionPath(this.taste.people, "/recommend"), body, {signal: asking.signal});
        return {...answer.result, asked: method, seconds: answer.time};
      } catch (error) {
        return {error};
      }
    }));
    if (asking.signal.aborted || this.closing.signal.aborted) return;
    this.answers = answers;
    this.showAnswers();
  }

  showAnswers() {
    const {answers} = this;
    // Where the keyboard was: what it was on is made anew.
    const row = document.activeElement?.closest(".result");
    const place = row && [row.closest(".column"), [...row.parentElement.children].indexOf(row),
      [...row.querySelectorAll("button, summary")].indexOf(document.activeElement)];
    const column = place && [...this.columns.children].indexOf(place[0]);
    const methods = this.taste.methods.filter((method) => method !== "none");
    replace(this.columns, answers.map((answer, index) => h("section.column",
      {"aria-label": methods.length > 1 ? `By ${methods[index]}` : "Titles"},
      methods.length > 1 && h("h2", methods[index]), this.answerElement(answer, index))));
    if (place) {
      const rows = this.columns.children[column]?.querySelectorAll(".result") ?? [];
      rows[Math.min(place[1], rows.length - 1)]?.querySelectorAll("button, summary")[place[2]]?.focus();
    }
  }

  answerElement(answer, index) {
    if (answer.hint) return notice("info", answer.hint);
    if (answer.error) return notice("warning", answer.error.message);
    const others = index && !this.answers[0].error ? this.answers[0].items : null;
    return [
      h("p.muted.summary", {role: "status"}, answer.fallback ? `Fallback to ${answer.fallback}: ${answer.reason}. ` : "",
        `${count(answer.items.length, "title")}`,
        answer.method && answer.method !== answer.asked && !answer.fallback ? ` by ${answer.method}` : "",
        answer.neighbors?.length ? ` from ${count(answer.neighbors.length, "neighbour")}` : "",
        `, in ${duration(answer.seconds)}`),
      answer.items.length === 0 ? notice("info", this.whyNothing(answer))
        : h("ol.results", answer.items.map((item, place) => this.result(answer, item, place, others))),
    ];
  }

  whyNothing(answer) {
    const {taste} = this;
    if (Object.keys(taste.which).length) return "No title passes what you recommend only. Widen it.";
    if (answer.neighbors?.length === 0 && Object.keys(taste.who).length) {
      return "Nobody who is like this has rated what you rated. Ask more people.";
    }
    return answer.neighbors?.length === 0 ? "Nobody else has rated what you rated." : "The neighbours rated nothing else.";
  }

  result(answer, item, place, others) {
    const title = item.payload?.[this.catalogue.titleField] ?? this.catalogue.title(item.id);
    const best = answer.items.find((other) => !other.new)?.score;
    const before = others?.findIndex((other) => other.id === item.id);
    const moved = others && (before < 0 ? "not on the left" : before === place ? "same place" : `no. ${before + 1} on the left`);
    return h("li.result",
      h("div.head", h("span.rank", `${place + 1}`), h("span.title", title, h("small", this.catalogue.summary(item.payload))),
        this.verdicts(item.id),
        this.members.has("exclude") && h("button.verdict", {type: "button", title: "Do not show this again",
          "aria-label": `Hide ${title}`, onclick: () => {
            this.taste.hidden.push(item.id);
            this.showTaste();
            this.changed();
          }}, "–")),
      bar(item.new ? item.score : best > 0 ? item.score / best : 0),
      h("p.why", this.why(answer, item), moved && h("span.moved", moved)),
      (item.explanation?.length || item.because?.length) && h("details", {ontoggle: (event) => {
        if (event.target.open && event.target.childElementCount === 1) event.target.append(this.reasons(answer, item));
      }}, h("summary", "Why, in numbers")));
  }

  /** The reasons in a sentence. */
  why(answer, item) {
    const asked = answer.neighbors?.length ?? 0;
    const parts = [];
    const reasons = (item.because ?? []).filter((reason) => reason.contribution > 0).slice(0, 3);
    if (reasons.length) {
      const verdict = new Map(this.taste.ratings);
      const liked = reasons.filter(({item}) => this.taste.person || verdict.get(item) > 0);
      const disliked = reasons.filter(({item}) => !this.taste.person && verdict.get(item) < 0);
      const words = (reasons) => list(reasons.map(({item}) => this.catalogue.title(item)));
      const whose = this.taste.person ? "they rated" : "you liked";
      parts.push(`Because ${list([liked.length && `${whose} ${words(liked)}`,
        disliked.length && `you disliked ${words(disliked)}`].filter(Boolean))}.`);
    }
    if (item.new) {
      parts.push("Nobody has rated it yet.");
    } else if (asked && item.neighbors) {
      parts.push(item.neighbors === 1 ? `One of the ${number(asked)} people most like ${this.taste.person ? "them" : "you"} rated it.`
        : `${item.neighbors === asked ? "All" : `${number(item.neighbors)} of the`} ${number(asked)} people most like ${this.taste.person ? "them" : "you"} rated it.`);
    } else if (item.neighbors) {
      parts.push(`${count(item.neighbors, "person has", "people have")} rated it.`);
    }
    return parts.join(" ");
  }

  /** What each rating and each neighbour added. */
  reasons(answer, item) {
    const element = h("div.reasons");
    const share = (rows) => Math.max(...rows.map((row) => Math.abs(row.contribution)), Number.MIN_VALUE);
    if (item.because?.length) {
      const rows = item.because.slice(0, 8);
      element.append(table("What you rated", ["Title", "Added"], rows.map((row) =>
        [this.catalogue.title(row.item), [bar(row.contribution / share(rows)), number(row.contribution)]])));
    }
    if (item.explanation?.length) {
      const similarity = new Map((answer.neighbors ?? []).map((each) => [each.id, each.score]));
      const rows = item.explanation.slice(0, 8);
      const people = h("div");
      element.append(people);
      const show = (payloads) => replace(people, table("Neighbours behind it", ["Person", "Similarity", "Added"], rows.map((row) => [
        h("span", `No. ${row.neighbor}`, h("small", this.person(payloads.get(row.neighbor)))),
        number(similarity.get(row.neighbor)), [bar(row.contribution / share(rows)), number(row.contribution)]])),
      item.explanation.length > rows.length && h("small.muted", `and ${number(item.explanation.length - rows.length)} more`));
      show(new Map());
      call("POST", collectionPath(this.taste.people, "/points"), {ids: rows.map((row) => row.neighbor), with_payload: true})
        .then((points) => show(new Map(points.map((point) => [point.id, point.payload])))).catch(() => {});
    }
    return element;
  }

  /** Who a neighbour is, by the fields that people can be chosen by. */
  person(payload) {
    if (!payload || !this.peopleFields) return "";
    return this.peopleFields.filter((each) => isCategory(each) && payload[each.name] !== undefined)
      .map((each) => label(each, payload[each.name])).join(", ");
  }

  // MARK: The request

  showRequest() {
    const details = this.requestElement?.parentElement;
    if (!details?.open) return;
    const body = this.body(this.taste.methods[0]);
    const path = collectionPath(this.taste.people, "/recommend");
    const texts = body ? [["As curl", curl("POST", path, body)], ["As Python", python("POST", path, body)]] : [];
    replace(this.requestElement, texts.map(([title, text]) =>
      h("figure.code", h("figcaption", title, copyButton(() => text)), h("pre", {tabindex: 0}, text))),
    !body && h("p.muted", "Like something first."));
  }
}

function table(caption, headings, rows) {
  return h("table", h("caption", caption), h("thead", h("tr", headings.map((each) => h("th", {scope: "col"}, each)))),
    h("tbody", rows.map((row) => h("tr", row.map((cell) => h("td", cell))))));
}

async function sparseVectors(name) {
  try {
    const info = await call("GET", collectionPath(name));
    return Object.keys(info.config.params.sparse_vectors ?? {});
  } catch {
    return [];
  }
}
