// Any request of the API, made from its OpenAPI document.

import {openAPI, resolved, send} from "./api.js";
import {busy, bytes, confirmed, copyButton, field, h, notice, replace, say} from "./dom.js";
import {curl, python} from "./snippets.js";

const historyName = "kindred.requests";
const names = {collection: "movielens"};

export function consoleView() {
  const element = h("div.console", h("p.muted", "Reading the API's description…"));
  openAPI().then((document) => new Console(element, document))
    .catch((error) => replace(element, notice("error", error.message)));
  return {element};
}

class Console {
  constructor(element, document) {
    this.document = document;
    this.operations = new Map(Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods)
      .map(([method, operation]) => [`${method.toUpperCase()} ${path}`, {method: method.toUpperCase(), path, operation}])));
    this.find = h("input", {type: "search", autocomplete: "off", placeholder: "scroll, facet, recommend…", oninput: () => this.showChoices()});
    this.choices = h("select", {size: 8, onchange: () => this.choose(this.choices.value)});
    this.summary = h("p.muted");
    this.parameters = h("div.filters");
    this.body = h("textarea.code", {rows: 10, spellcheck: "false", autocapitalize: "off", onkeydown: (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.button.click();
    }});
    this.bodyField = field("Body, JSON", this.body, "Ctrl+Enter sends.");
    this.button = h("button.primary", {onclick: () => busy(this.button, () => this.run())}, "Send");
    this.past = h("select", {onchange: () => this.recall(this.past.value)});
    this.answer = h("section.answer", {"aria-label": "Answer", "aria-live": "polite"});
    replace(element, h("h1", "Query console"),
      h("div.split",
        h("section", {"aria-label": "Request"}, field("Find an endpoint", this.find), field("Endpoint", this.choices), this.summary,
          this.parameters, this.bodyField,
          h("div.actions", this.button, copyButton(() => curl(...this.parsedRequest()), "Copy as curl"), h("button.small", {onclick: () =>
            replace(this.answer, h("figure.code", h("figcaption", "As Python", copyButton(() => python(...this.parsedRequest()))),
              h("pre", {tabindex: 0}, python(...this.parsedRequest()))))}, "As Python")),
          field("Sent before", this.past)),
        this.answer));
    this.showChoices();
    this.showPast();
    this.choose("POST /collections/{collection}/points/scroll");
  }

  showChoices() {
    const words = this.find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [...this.operations.keys()].filter((key) => {
      const text = `${key} ${this.operations.get(key).operation.summary ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    replace(this.choices, found.map((key) => h("option", {value: key}, key)));
    if (found.length && words.length) this.choose(found[0]);
    else if (this.current && found.includes(this.current)) this.choices.value = this.current;
  }

  choose(key) {
    const chosen = this.operations.get(key);
    if (!chosen) return;
    this.current = key;
    this.chosen = chosen;
    this.choices.value = key;
    this.summary.textContent = chosen.operation.summary ?? "";
    this.inputs = (chosen.operation.parameters ?? []).filter((each) => each.in !== "header").map((parameter) => {
      const input = h("input", {autocomplete: "off", value: parameter.in === "path" ? names[parameter.name] ?? "" : "", oninput: () => {
        if (parameter.in === "path") names[parameter.name] = input.value;
      }});
      return {parameter, input};
    });
    replace(this.parameters, this.inputs.map(({parameter, input}) =>
      field(`${parameter.name}${parameter.in === "query" ? " (optional)" : ""}`, input, parameter.description)));
    const schema = chosen.operation.requestBody?.content?.["application/json"]?.schema;
    this.bodyField.hidden = !schema;
    this.body.value = schema ? JSON.stringify(this.example(schema), null, 2) : "";
  }

  /** The least body that a schema allows, with what is most often wanted. */
  example(schema, depth = 0) {
    schema = resolved(this.document, schema);
    if ("default" in schema) return schema.default;
    if (schema.enum) return schema.enum[0];
    if (schema.anyOf || schema.oneOf) return this.example((schema.anyOf ?? schema.oneOf)[0], depth);
    switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "object": {
      const required = new Set(schema.required ?? []);
      const usual = new Set(depth === 0 ? ["limit", "with_payload", "using", "query", "ratings"] : []);
      const made = {};
      for (const [name, each] of Object.entries(schema.properties ?? {})) {
        if (required.has(name) || usual.has(name)) made[name] = this.member(name, each, depth);
      }
      return made;
    }
    case "array": return depth > 3 ? [] : [this.example(schema.items ?? {}, depth + 1)];
    case "integer": case "number": return Math.max(schema.minimum ?? 1, 1);
    case "boolean": return true;
    case "string": return "";
    default: return {};
    }
  }

  member(name, schema, depth) {
    const usual = {limit: 5, with_payload: true, using: "ratings", ratings: {260: 1, 2571: 1}, key: "age", indices: [260, 2571], values: [1, 1]};
    return name in usual ? usual[name] : this.example(schema, depth + 1);
  }

  /** Method, path with its parameters, and the body as text. */
  raw() {
    let path = this.chosen.path;
    const query = new URLSearchParams();
    for (const {parameter, input} of this.inputs) {
      if (parameter.in === "path") {
        if (!input.value) {
          input.focus();
          throw new Error(`${parameter.name} is missing.`);
        }
        path = path.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
      } else if (input.value) {
        query.set(parameter.name, input.value);
      }
    }
    const text = this.bodyField.hidden ? "" : this.body.value.trim();
    return {method: this.chosen.method, path: path + (query.size ? `?${query}` : ""), text};
  }

  request() {
    const {method, path, text} = this.raw();
    return [method, path, text ? json(text) : undefined];
  }

  parsedRequest() {
    try {
      return this.request();
    } catch (error) {
      say(error.message, "error");
      return [this.chosen.method, this.chosen.path];
    }
  }

  async run() {
    const {method, path, text} = this.raw();
    if (text) json(text);
    if (method === "DELETE" || path.includes("/delete")) {
      if (!await confirmed(`Send ${method} ${path}?`, "It deletes, and cannot be undone.", "Send")) return;
    }
    const answer = await send(method, path, text || undefined);
    this.remember({key: this.current, values: this.inputs.map(({input}) => input.value), text});
    let shown = answer.text;
    try { shown = JSON.stringify(JSON.parse(answer.text), null, 2); } catch { /* not JSON */ }
    const isCut = shown.length > 200_000;
    replace(this.answer,
      h("p.status", h(answer.status < 300 ? "strong.good" : "strong.bad", `${answer.status}`),
        ` in ${Math.round(answer.milliseconds)} ms, ${bytes(new Blob([answer.text]).size)} `, copyButton(() => answer.text)),
      h("pre", {tabindex: 0}, isCut ? `${shown.slice(0, 200_000)}\n… the rest is left out here; Copy has all of it` : shown));
  }

  // MARK: History

  get history() {
    try { return JSON.parse(sessionStorage.getItem(historyName)) ?? []; } catch { return []; }
  }

  remember(entry) {
    const others = this.history.filter((other) => JSON.stringify(other) !== JSON.stringify(entry));
    try {
      sessionStorage.setItem(historyName, JSON.stringify([entry, ...others].slice(0, 20)));
    } catch { /* a body too large to keep */ }
    this.showPast();
  }

  showPast() {
    const {history} = this;
    replace(this.past, h("option", {value: ""}, history.length ? "choose one" : "nothing yet"),
      history.map((entry, index) => h("option", {value: `${index}`}, `${entry.key} ${entry.values.filter(Boolean).join(" ")} ${entry.text.replace(/\s+/g, " ").slice(0, 60)}`)));
  }

  recall(index) {
    const entry = index === "" ? null : this.history[Number(index)];
    if (!entry) return;
    this.choose(entry.key);
    this.inputs.forEach(({input}, position) => { input.value = entry.values[position] ?? ""; });
    this.body.value = entry.text;
  }
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The body is not JSON: ${error.message}`);
  }
}
