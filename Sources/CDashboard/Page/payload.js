// The shape of payloads: fields, their kinds, their values and how often; and filters on them.

import {call, collectionPath} from "./api.js";

/** Points of the collection drawn at random, with their payloads; all of them where they are few. */
export async function sample(collection, limit = 1000) {
  const result = await call("POST", collectionPath(collection, "/points/query"),
    {query: {sample: "random"}, limit, with_payload: true});
  return result.points;
}

/**
 * The fields of the points' payloads, those of nested objects as `outer.inner`, in the order in which
 * they are met: `{name, kinds, presentCount, values: Map(value → count), low, high}`.
 */
export function fields(points) {
  const found = new Map();
  for (const point of points) visit(point.payload ?? {}, "", found);
  return [...found.values()];
}

function visit(object, prefix, found) {
  for (const [key, value] of Object.entries(object)) {
    const name = prefix + key;
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      visit(value, `${name}.`, found);
      continue;
    }
    let field = found.get(name);
    if (!field) found.set(name, field = {name, kinds: new Set(), presentCount: 0, values: new Map()});
    field.presentCount += 1;
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== null && typeof item === "object") continue;
      field.kinds.add(kind(item));
      field.values.set(item, (field.values.get(item) ?? 0) + 1);
      if (typeof item === "number") {
        field.low = Math.min(field.low ?? item, item);
        field.high = Math.max(field.high ?? item, item);
      }
    }
    if (Array.isArray(value)) field.isList = true;
  }
}

function kind(value) {
  if (value === null) return "null";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "float";
  return typeof value === "boolean" ? "bool" : "keyword";
}

/** Values from the most frequent on. */
export const ranked = (field) => [...field.values].sort((left, right) => right[1] - left[1]);

/** Whether the field divides the points into few enough groups to choose among. */
export const isCategory = (field, limit = 40) =>
  field.values.size > 1 && field.values.size <= limit && !field.kinds.has("float");

/** The name of a path's last part as a person writes it. */
export const heading = (name) => {
  const words = name.replace(/[._]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** A condition of a filter: `operator` is one of `operators`. */
export function condition(key, operator, text) {
  const value = parsed(text);
  switch (operator) {
  case "=": return {key, match: {value}};
  case "≠": return {must_not: [{key, match: {value}}]};
  case "has words": return {key, match: {text}};
  case "≥": return {key, range: {gte: value}};
  case "≤": return {key, range: {lte: value}};
  case "is missing": return {is_empty: {key}};
  default: throw new Error(`no operator ${operator}`);
  }
}

export const operators = ["=", "≠", "≥", "≤", "has words", "is missing"];

/** A number, true or false where the text is one; quotes make a string of anything. */
function parsed(text) {
  const quoted = text.match(/^"(.*)"$/s);
  if (quoted) return quoted[1];
  if (text === "true" || text === "false") return text === "true";
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

// MARK: MovieLens' codes

const ages = {1: "under 18", 18: "18 to 24", 25: "25 to 34", 35: "35 to 44", 45: "45 to 49",
  50: "50 to 55", 56: "56 and older"};
const occupations = ["other", "academic or educator", "artist", "clerical or admin",
  "student at college", "customer service", "doctor or health care", "executive or manager",
  "farmer", "homemaker", "pupil", "lawyer", "programmer", "retired", "sales or marketing",
  "scientist", "self-employed", "technician or engineer", "craft or trade", "unemployed", "writer"];
const genders = {F: "woman", M: "man"};

/** How a value reads: in the fields that ML-1M writes in codes, in words. */
export function label(field, value) {
  const values = [...field.values.keys()];
  if (field.name === "age" && values.every((code) => code in ages)) return ages[value] ?? `${value}`;
  if (field.name === "occupation" && values.every((code) => Number.isInteger(code) && code in occupations)) {
    return occupations[value] ?? `${value}`;
  }
  if (field.name === "gender" && values.every((code) => code in genders)) return genders[value] ?? `${value}`;
  return `${value}`;
}
