// Small charts: a line over time, bars side by side, bars in a list.

import {h, svg, number} from "./dom.js";

/**
 * A line of figures that grows to the right.
 * A figure that the daemon does not give is not shown. `format` writes its last and its greatest value; `limit` is how many values are shown.
 */
export class Line {
  constructor(title, format = number, limit = 90) {
    this.format = format;
    this.limit = limit;
    this.values = [];
    this.path = svg("path.line");
    this.area = svg("path.area");
    this.now = h("strong.figure", "–");
    this.most = h("small", "");
    this.element = h("figure.chart",
      h("figcaption", h("span", title), this.now),
      svg("svg", {viewBox: "0 0 300 60", preserveAspectRatio: "none", role: "img", "aria-label": `${title} over time`},
        this.area, this.path),
      this.most);
  }

  add(value) {
    this.element.hidden = this.values.length === 0 && value === undefined;
    if (!Number.isFinite(value)) return;
    this.values.push(value);
    if (this.values.length > this.limit) this.values.shift();
    this.now.textContent = this.format(value);
    const most = Math.max(...this.values);
    this.most.textContent = `at most ${this.format(most)}`;
    const step = 300 / (this.limit - 1);
    const left = 300 - step * (this.values.length - 1);
    const points = this.values.map((each, index) =>
      `${(left + index * step).toFixed(1)},${(57 - (most > 0 ? each / most * 52 : 0)).toFixed(1)}`);
    this.path.setAttribute("d", `M${points.join("L")}`);
    this.area.setAttribute("d", `M${left.toFixed(1)},60L${points.join("L")}L300,60Z`);
  }
}

/** Bars side by side: `entries` are `{label, value, title}`. */
export function histogram(entries) {
  const most = Math.max(1, ...entries.map((entry) => entry.value));
  return h("div.histogram", {role: "list"}, entries.map(({label, value, title}) =>
    h("div", {role: "listitem", title, "aria-label": title},
      h("span.column", {style: {"--part": value / most}, class: value ? "column some" : "column"}),
      h("small", label))));
}

/** A bar in a row, `part` of its width; negative ones in another colour. */
export function bar(part) {
  return h(part < 0 ? "span.bar.negative" : "span.bar", {"aria-hidden": "true", style: {"--part": Math.min(1, Math.abs(part))}});
}
