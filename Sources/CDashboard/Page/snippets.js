// A request as others would send it.

import {base, hasKey} from "./api.js";

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

export function curl(method, path, body) {
  const lines = [`curl ${method === "GET" ? "" : `-X ${method} `}${quoted(location.origin + base + path)}`];
  if (hasKey()) lines.push('-H "api-key: $KINDRED_API_KEY"');
  if (body !== undefined) {
    lines.push("-H 'content-type: application/json'");
    lines.push(`-d ${quoted(JSON.stringify(body, null, 2))}`);
  }
  return lines.join(" \\\n  ");
}

export function python(method, path, body) {
  const imports = hasKey() ? ["import os", "import requests"] : ["import requests"];
  const parts = [`    ${JSON.stringify(method)}, ${JSON.stringify(location.origin + base + path)}`];
  if (hasKey()) parts.push('    headers={"api-key": os.environ["KINDRED_API_KEY"]}');
  if (body !== undefined) parts.push(`    json=${literal(body, "    ")}`);
  return [...imports, "", `answer = requests.request(\n${parts.join(",\n")})`, "answer.raise_for_status()",
    'print(answer.json()["result"])'].join("\n");
}

/** A JSON value as Python writes it. */
function literal(value, indent) {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}    `;
  const isList = Array.isArray(value);
  const parts = isList ? value.map((item) => literal(item, inner))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${literal(item, inner)}`);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  const flat = `${open}${parts.join(", ")}${close}`;
  if (flat.length + indent.length <= 72 && !flat.includes("\n")) return flat;
  return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${indent}${close}`;
}
