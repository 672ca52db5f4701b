// The daemon's API. A key is asked for where one is wanted, and kept for the session of this tab only.

import {h, field} from "./dom.js";

/** What stands before every path, where a proxy has the daemon under a path of its own. */
export const base = location.pathname.replace(/\/+dashboard$/, "").replace(/^\/+/, "/");

const keyName = "kindred.key";

export class APIError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const hasKey = () => sessionStorage.getItem(keyName) !== null;

export function forgetKey() {
  sessionStorage.removeItem(keyName);
}

/** Sends a request and returns its status, headers, text and time, whatever the daemon answers. */
export async function send(method, path, body, {signal} = {}) {
  for (;;) {
    const key = sessionStorage.getItem(keyName);
    const headers = {};
    if (key !== null) headers["api-key"] = key;
    if (body !== undefined) headers["content-type"] = "application/json";
    const start = performance.now();
    let response;
    try {
      response = await fetch(base + path, {
        method, headers, body, signal, cache: "no-store", credentials: "omit", redirect: "error",
        referrerPolicy: "no-referrer"});
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new APIError(0, "The daemon does not answer. Is it running?");
    }
    if (response.status === 401 && await askForKey(key !== null)) continue;
    const text = await response.text();
    return {status: response.status, headers: response.headers, text,
      milliseconds: performance.now() - start};
  }
}

/** Sends a request with a JSON body, if any, and returns the answer: `{result, status, time}`, or as it is. */
export async function exchange(method, path, body, options) {
  const answer = await send(method, path, body === undefined ? undefined : JSON.stringify(body), options);
  let json;
  try {
    json = JSON.parse(answer.text);
  } catch {
    throw new APIError(answer.status, answer.text || `The daemon answered ${answer.status}.`);
  }
  if (answer.status >= 300) {
    throw new APIError(answer.status, json?.status?.error ?? `The daemon answered ${answer.status}.`);
  }
  return json;
}

/** The `result` of an answer. */
export async function call(method, path, body, options) {
  const answer = await exchange(method, path, body, options);
  return "result" in answer ? answer.result : answer;
}

/** The path of a collection, its name escaped. */
export const collectionPath = (name, rest = "") => `/collections/${encodeURIComponent(name)}${rest}`;

let asking = null;

/** Whether there is a new key to try. All requests that wait for one share the question. */
function askForKey(wasRefused) {
  asking ??= new Promise((resolve) => {
    const input = h("input", {type: "password", autocomplete: "off", required: true});
    const dialog = h("dialog", {"aria-label": "API key", onclose: () => {
      const isGiven = dialog.returnValue === "yes" && input.value !== "";
      if (isGiven) sessionStorage.setItem(keyName, input.value);
      dialog.remove();
      asking = null;
      resolve(isGiven);
      if (isGiven) dispatchEvent(new Event("kindred-key"));
    }}, h("form", {method: "dialog"},
      h("h2", "This daemon asks for a key"),
      wasRefused && h("p.error", "The key was not accepted."),
      field("API key", input, "Kept until this tab is closed, and sent in a header only."),
      h("div.actions",
        h("button", {value: "no", formnovalidate: true}, "Cancel"),
        h("button.primary", {value: "yes"}, "Use key"))));
    document.body.append(dialog);
    dialog.returnValue = "no";
    dialog.showModal();
  });
  return asking;
}

let documentPromise = null;

/** The OpenAPI document, read once. */
export function openAPI() {
  documentPromise ??= call("GET", "/openapi.json").catch((error) => {
    documentPromise = null;
    throw error;
  });
  return documentPromise;
}

/** The members that the body of a request may have, by name, with their schemas. */
export function members(document, schema) {
  schema = resolved(document, schema);
  const own = Object.entries(schema.properties ?? {});
  const parts = [...schema.anyOf ?? [], ...schema.oneOf ?? [], ...schema.allOf ?? []];
  return new Map([...parts.flatMap((part) => [...members(document, part)]), ...own]);
}

export function resolved(document, schema) {
  while (schema?.$ref) schema = document.components.schemas[schema.$ref.split("/").at(-1)];
  return schema ?? {};
}

/** The values that a schema's `enum` lists, wherever in it. */
export function variants(document, schema) {
  schema = resolved(document, schema);
  return schema.enum ?? (schema.anyOf ?? []).flatMap((part) => variants(document, part));
}
