// The collections, and one of them: vectors, payload fields with their values, points.

import {call, collectionPath} from "./api.js";
import {bar} from "./charts.js";
import {busy, bytes, choice, confirmed, count, field, h, notice, number, replace, say} from "./dom.js";
import {condition, fields, heading, label, operators, ranked, sample} from "./payload.js";

export function collectionsView(name) {
  const element = h("div.collections", h("p.muted", "Reading…"));
  const show = name === undefined ? showAll : showOne;
  const fail = (error) => replace(element, notice("error", error.message), h("p", h("a", {href: "#/collections"}, "All collections")));
  show(element, name).catch(fail);
  return {element};
}

// MARK: All of them

async function showAll(element) {
  const {collections} = await call("GET", "/stats");
  if (collections.length === 0) {
    return replace(element, h("h1", "Collections"), notice("info", "There are none yet. ",
      h("code", "kindred load movielens PATH"), " makes two; ", h("code", "kindred collections create NAME"), " makes one."));
  }
  const rows = h("tbody");
  const find = h("input", {type: "search", oninput: () => show(), autocomplete: "off"});
  const more = h("p.muted");
  const show = () => {
    const found = collections.filter((each) => each.name.includes(find.value));
    replace(rows, found.slice(0, 200).map((each) => h("tr",
      h("th", {scope: "row"}, h("a", {href: `#/collections/${encodeURIComponent(each.name)}`}, each.name)),
      h("td.number", number(each.points)), h("td.number", number(each.segments)),
      h("td.number", bytes(each.segment_bytes)), h("td.number", bytes(each.memtable_bytes)))));
    more.textContent = found.length > 200 ? `and ${number(found.length - 200)} more` : "";
  };
  show();
  replace(element, h("h1", count(collections.length, "collection")),
    collections.length > 10 && field("Find", find),
    h("div.scroll", h("table.wide", h("thead", h("tr", h("th", {scope: "col"}, "Name"),
      ["Points", "Segments", "On disk", "In memory"].map((each) => h("th.number", {scope: "col"}, each)))), rows)), more);
}

// MARK: One

async function showOne(element, name) {
  const path = collectionPath(name);
  const [info, statistics, points] = await Promise.all(
    [call("GET", path), call("GET", "/stats"), sample(name)]);
  const figures = statistics.collections.find((each) => each.name === name);
  const all = fields(points);
  const browser = new Browser(name, all);
  const remove = h("button.danger", {onclick: () => busy(remove, async () => {
    if (!await confirmed(`Delete the collection ${name}?`,
      `${count(info.points_count, "point")} will be gone, and cannot be brought back but from a backup.`, "Delete", name)) return;
    await call("DELETE", path);
    say(`The collection ${name} is deleted.`);
    location.hash = "#/collections";
  })}, "Delete collection");
  const compact = h("button", {onclick: () => busy(compact, async () => {
    await call("POST", `${path}/compact`);
    say("Its segments are one.");
    await showOne(element, name);
  })}, "Compact");
  replace(element,
    h("p", h("a", {href: "#/collections"}, "All collections")),
    h("div.title-row", h("h1", name), h("span.actions", compact, remove)),
    h("dl.figures", [["Points", number(info.points_count)], ["Deleted, not yet dropped", number(figures?.deleted_points ?? 0)],
      ["Segments", number(figures?.segments ?? info.segments_count)], ["On disk", bytes(figures?.segment_bytes)],
      ["In memory", bytes(figures?.memtable_bytes)]].map(([term, value]) => h("div", h("dt", term), h("dd", value)))),
    h("section", h("h2", "Vectors"), vectorTable(info.config.params)),
    h("section", h("h2", "Payload"), payloadCards(name, info, all, points.length, browser)),
    browser.element);
  await browser.read();
}

function vectorTable({vectors, sparse_vectors: sparse}) {
  const dense = vectors && "size" in vectors ? {"(unnamed)": vectors} : vectors ?? {};
  const rows = [
    ...Object.entries(sparse ?? {}).map(([name, each]) => [name, "sparse", each.modifier === "idf" ? "dot product, rare dimensions counting more" : "dot product"]),
    ...Object.entries(dense).map(([name, each]) => [name, `dense, ${count(each.size, "component")}`, each.distance])];
  if (rows.length === 0) return h("p.muted", "None: a table of payloads.");
  return h("div.scroll", h("table", h("thead", h("tr", ["Name", "Kind", "Compared by"].map((each) => h("th", {scope: "col"}, each)))),
    h("tbody", rows.map((row) => h("tr", row.map((cell) => h("td", cell)))))));
}

/** A card a field: kinds, how many points have it, its most frequent values. */
function payloadCards(name, info, all, sampleCount, browser) {
  if (all.length === 0) return h("p.muted", "No point has a payload.");
  const isAll = sampleCount >= info.points_count;
  return [
    h("p.muted", isAll ? "Counted over all points." : `Counted over ${number(sampleCount)} points drawn at random; over all where there is an index. `
      + "A click on a value shows its points."),
    h("div.cards", all.map((each) => {
      const card = h("article.card");
      const index = info.payload_schema[each.name];
      const show = (values, total) => replace(card,
        h("h3", each.name, h("small", [...each.kinds].join(" or ") + (each.isList ? ", list" : ""))),
        h("p.muted", `${Math.round(each.presentCount / sampleCount * 100)} % of the points`
          + `, ${count(each.values.size, "value")}${isAll ? "" : " seen"}${index ? `, index: ${index.data_type}` : ""}`),
        isIdentifier(each) ? each.low !== undefined && h("p", `from ${each.low} to ${each.high}`)
          : h("ul.facets", values.slice(0, 8).map(([value, frequency]) => h("li", h("button.facet", {
          type: "button", title: "Show these points", onclick: () => browser.restrict(each.name, value)},
        h("span", label(each, value)), bar(frequency / total), h("span.number", number(frequency)))))),
        !index && facetKind(each) && !isIdentifier(each) && h("button.small", {onclick: (event) => busy(event.target, async () => {
          await call("PUT", collectionPath(name, "/index?wait=true"), {field_name: each.name, field_schema: facetKind(each)});
          info.payload_schema[each.name] = {data_type: facetKind(each)};
          say(`There is an index of ${each.name} now; it keeps filters fast, and counts all points.`);
          await exact();
        })}, "Index it, and count all"));
      const exact = async () => {
        const {hits} = await call("POST", collectionPath(name, "/facet"), {key: each.name, limit: 8});
        if (hits.length) show(hits.map((hit) => [hit.value, hit.count]), hits[0].count);
      };
      const values = ranked(each);
      show(values, values[0]?.[1] ?? 1);
      if (info.payload_schema[each.name]) exact().catch(() => {});
      return card;
    }))];
}

/** Whether no two points share a value, so that counting says nothing. */
const isIdentifier = (field) => field.values.size > 8 && field.values.size === field.presentCount && !field.isList;

function facetKind(field) {
  const kinds = [...field.kinds].filter((kind) => kind !== "null");
  return kinds.length === 1 && kinds[0] !== "float" ? kinds[0] : null;
}

// MARK: Points

const pageSize = 20;

class Browser {
  constructor(name, all) {
    this.name = name;
    this.fields = all;
    this.conditions = [];
    this.offsets = [null];
    this.element = h("section.points", {"aria-label": "Points"});
    this.conditionList = h("ul.chips", {"aria-label": "Conditions"});
    this.table = h("div.scroll");
    this.pages = h("div.actions");
    this.summary = h("p.muted", {role: "status"});
    replace(this.element, h("h2", "Points"), this.form(), this.conditionList, this.summary, this.table, this.pages);
  }

  form() {
    const names = [["#id", "id"], ...this.fields.map((each) => [each.name, each.name])];
    const chosen = {key: names[0][0], operator: "="};
    const value = h("input", {autocomplete: "off", placeholder: "value"});
    const form = h("form.inline", {onsubmit: (event) => {
      event.preventDefault();
      if (chosen.operator !== "is missing" && !value.value) return value.focus();
      const text = chosen.operator === "is missing" ? "" : value.value;
      const words = `${chosen.key === "#id" ? "id" : chosen.key} ${chosen.key === "#id" ? "=" : chosen.operator} ${text}`;
      this.add(words, chosen.key === "#id" ? {has_id: [/^\d+$/.test(text) ? Number(text) : text]}
        : condition(chosen.key, chosen.operator, text));
      value.value = "";
    }}, field("Field", choice(names, chosen.key, (key) => { chosen.key = key; })),
    field("Compare", choice(operators.map((each) => [each, each]), "=", (operator) => { chosen.operator = operator; })),
    field("Value", value), h("button", "Add condition"));
    return form;
  }

  restrict(key, value) {
    this.add(`${key} = ${value}`, {key, match: {value}});
    this.element.scrollIntoView({behavior: "smooth"});
  }

  add(words, condition) {
    this.conditions.push({words, condition});
    this.again();
  }

  again() {
    this.offsets = [null];
    this.read().catch((error) => say(error.message, "error"));
  }

  get filter() {
    return this.conditions.length ? {must: this.conditions.map((each) => each.condition)} : undefined;
  }

  async read() {
    replace(this.conditionList, this.conditions.map((each) => h("li", each.words, h("button.small", {
      "aria-label": `Remove the condition ${each.words}`, onclick: () => {
        this.conditions = this.conditions.filter((other) => other !== each);
        this.again();
      }}, "✕"))));
    const [page, total] = await Promise.all([
      call("POST", collectionPath(this.name, "/points/scroll"), {filter: this.filter, limit: pageSize, offset: this.offsets.at(-1), with_payload: true}),
      call("POST", collectionPath(this.name, "/points/count"), {filter: this.filter})]);
    const columns = this.fields.slice(0, 6);
    this.summary.textContent = `${count(total.count, "point")}${this.filter ? " pass" : ""}`;
    replace(this.table, page.points.length > 0 && h("table.wide",
      h("thead", h("tr", h("th", {scope: "col"}, "id"), columns.map((each) => h("th", {scope: "col"}, heading(each.name))))),
      h("tbody", page.points.map((point) => h("tr",
        h("th", {scope: "row"}, h("button.link", {onclick: () => this.show(point.id)}, `${point.id}`)),
        columns.map((each) => h("td", short(at(point.payload, each.name)))))))));
    const step = (offsets) => {
      this.offsets = offsets;
      this.read().catch((error) => say(error.message, "error"));
    };
    replace(this.pages,
      h("button", {disabled: this.offsets.length === 1, onclick: () => step(this.offsets.slice(0, -1))}, "Previous"),
      h("button", {disabled: page.next_page_offset === null, onclick: () => step([...this.offsets, page.next_page_offset])}, "Next"),
      this.filter && total.count > 0 && h("button.danger", {onclick: (event) => busy(event.target, async () => {
        if (!await confirmed(`Delete ${count(total.count, "point")}?`, "All that pass the conditions. This cannot be undone.", "Delete", `${total.count}`)) return;
        await call("POST", collectionPath(this.name, "/points/delete?wait=true"), {filter: this.filter});
        say(`${count(total.count, "point")} deleted.`);
        this.again();
      })}, "Delete these"));
  }

  /** A point in full, in a dialog. */
  async show(id) {
    let point;
    try {
      point = await call("GET", collectionPath(this.name, `/points/${encodeURIComponent(id)}`));
    } catch (error) {
      return say(error.message, "error");
    }
    const vectors = point.vector === undefined || point.vector === null ? {}
      : Array.isArray(point.vector) ? {"(unnamed)": point.vector} : point.vector;
    const dialog = h("dialog.wide", {"aria-label": `Point ${id}`, onclose: () => dialog.remove()},
      h("h2", `Point ${id}`),
      h("h3", "Payload"), h("pre", {tabindex: 0}, JSON.stringify(point.payload ?? {}, null, 2)),
      Object.entries(vectors).map(([name, vector]) => [h("h3", `Vector ${name}`), vectorElement(vector)]),
      h("form.actions", {method: "dialog"}, h("button.danger", {type: "button", onclick: (event) => busy(event.target, async () => {
        if (!await confirmed(`Delete point ${id}?`, "Its payload and vectors will be gone.", "Delete")) return;
        await call("POST", collectionPath(this.name, "/points/delete?wait=true"), {points: [point.id]});
        dialog.close();
        say(`Point ${id} is deleted.`);
        await this.read();
      })}, "Delete point"), h("button.primary", {autofocus: true}, "Close")));
    document.body.append(dialog);
    dialog.showModal();
  }
}

/** A sparse vector by weight, a dense one as its components. */
function vectorElement(vector) {
  if (Array.isArray(vector)) {
    return [h("p.muted", Array.isArray(vector[0]) ? count(vector.length, "row") : count(vector.length, "component")),
      h("pre", {tabindex: 0}, JSON.stringify(vector.slice(0, 256)) + (vector.length > 256 ? " …" : ""))];
  }
  if (!vector?.indices) return h("pre", JSON.stringify(vector));
  const pairs = vector.indices.map((dimension, index) => [dimension, vector.values[index]])
    .sort((left, right) => right[1] - left[1]);
  const most = Math.max(...pairs.map(([, weight]) => Math.abs(weight)), Number.MIN_VALUE);
  const list = h("ul.facets.weights");
  const show = (limit) => replace(list, pairs.slice(0, limit).map(([dimension, weight]) => h("li", h("span.facet",
    h("span", `${dimension}`), bar(weight / most), h("span.number", number(weight))))),
  pairs.length > limit && h("li", h("button.small", {type: "button", onclick: () => show(limit * 10)}, "Show more")));
  show(30);
  return [h("p.muted", `${count(pairs.length, "dimension")}, greatest weight first`), list];
}

function at(payload, path) {
  return payload?.[path] ?? path.split(".").reduce((value, key) => value?.[key], payload);
}

function short(value) {
  if (value === undefined) return "–";
  const text = Array.isArray(value) ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : `${value}`;
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
