// The titles of a catalogue, all of them in the page, so that a search answers while one types.

import {call, collectionPath} from "./api.js";
import {fields, isCategory, sample} from "./payload.js";

const pageSize = 5000;
const greatestCount = 200_000;

/** Letters and digits without case and accents: what a search compares. */
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
  .replace(/[^\p{L}\p{N}]+/gu, " ").trim();

export class Catalogue {
  constructor(name) {
    this.name = name;
    /** Item → its title and payload. */
    this.items = new Map();
    /** Fields that divide the items into groups, and those with a range. */
    this.fields = [];
    this.isWhole = false;
  }

  /** Reads all titles, page by page; calls `progress` after each. */
  async load(progress, signal) {
    const points = await sample(this.name, 1000);
    this.fields = fields(points);
    const titles = ["title", "name", "label"].find((name) => this.fields.some((field) => field.name === name))
      ?? this.fields.find((field) => field.kinds.has("keyword") && !isCategory(field))?.name;
    this.titleField = titles;
    const include = [titles, ...this.fields.filter((field) => isCategory(field, 150)).map((field) => field.name)]
      .filter(Boolean);
    let offset = null;
    do {
      const page = await call("POST", collectionPath(this.name, "/points/scroll"),
        {limit: pageSize, offset, with_payload: include.length ? include : true}, {signal});
      for (const point of page.points) this.add(point);
      offset = page.next_page_offset;
      progress();
    } while (offset !== null && this.items.size < greatestCount);
    this.isWhole = offset === null;
    progress();
  }

  add(point) {
    if (typeof point.id !== "number") return;
    const title = `${point.payload?.[this.titleField] ?? `No. ${point.id}`}`;
    this.items.set(point.id, {id: point.id, title, payload: point.payload ?? {}, words: folded(title)});
  }

  title(id) {
    return this.items.get(id)?.title ?? `No. ${id}`;
  }

  /** Items whose title has all the words, those that begin with them first; or the item of that id. */
  search(text, limit) {
    const query = folded(text);
    if (!query) return [];
    const words = query.split(" ");
    const found = [];
    for (const item of this.items.values()) {
      if (!words.every((word) => item.words.includes(word))) continue;
      const padded = ` ${item.words}`;
      const rank = item.words.startsWith(query) ? 0 : words.every((word) => padded.includes(` ${word}`)) ? 1 : 2;
      found.push([rank, item.words.length, item]);
    }
    const numbered = /^\d+$/.test(query) && this.items.get(Number(query));
    if (numbered) found.push([-1, 0, numbered]);
    found.sort((left, right) => left[0] - right[0] || left[1] - right[1] || left[2].id - right[2].id);
    return [...new Set(found.map((each) => each[2]))].slice(0, limit);
  }

  /** Genres, year and the like, in a line. */
  summary(payload) {
    return Object.entries(payload ?? {})
      .filter(([name, value]) => name !== this.titleField && !/(^|_)id$/.test(name)
        && (typeof value !== "object" || Array.isArray(value)))
      .map(([, value]) => Array.isArray(value) ? value.join(", ") : `${value}`).filter(Boolean).join(" · ");
  }
}
