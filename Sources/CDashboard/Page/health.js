// How the daemon is: what needs attention and what to do, and figures over time.

import {call, send} from "./api.js";
import {histogram, Line} from "./charts.js";
import {busy, bytes, count, duration, h, notice, number, replace, say} from "./dom.js";

const seconds = 2;
/** What this page itself asks for is not counted as a request. */
const own = new Set(["/metrics", "/stats", "/readyz", "/dashboard", "/dashboard/{file}"]);

export function healthView() {
  const view = new HealthView();
  view.look();
  const timer = setInterval(() => { if (!document.hidden) view.look(); }, seconds * 1000);
  return {element: view.element, close: () => clearInterval(timer)};
}

class HealthView {
  constructor() {
    this.lines = {
      requests: new Line("Requests a second"), latency: new Line("Mean time of a request", duration),
      log: new Line("Log", bytes), memory: new Line("Memory", bytes), disk: new Line("Disk free", bytes),
      segments: new Line("Segments"), syncs: new Line("Syncs a second"), memtables: new Line("In memory, not in segments", bytes),
    };
    this.conditions = h("div", {"aria-live": "polite"});
    this.figures = h("dl.figures");
    this.syncs = h("div");
    this.endpoints = h("div.scroll");
    const act = (text, path, done) => h("button", {onclick: (event) => busy(event.target, async () => {
      const result = await call("POST", path[0], path[1]);
      say(typeof done === "function" ? done(result) : done);
      await this.look();
    })}, text);
    this.element = h("div.health",
      h("div.title-row", h("h1", "Health"), h("span.actions",
        act("Flush", ["/flush"], "Everything in memory is in segment files."),
        act("Compact", ["/compact"], "Each collection's segments are one."),
        act("Quick check", ["/check", {depth: "quick"}], (report) => report.status ? `The files are ${report.status}.` : "Checked."))),
      this.conditions, this.figures,
      h("div.charts", Object.values(this.lines).map((line) => line.element)),
      h("section", h("h2", "How long a sync takes"), h("p.muted", "A write is acknowledged after its sync. Since the daemon started."), this.syncs),
      h("section", h("h2", "Requests by endpoint"), this.endpoints));
  }

  async look() {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      const [metrics, statistics, ready] = await Promise.all(
        [send("GET", "/metrics"), call("GET", "/stats"), send("GET", "/readyz")]);
      this.show(parsed(metrics.text), statistics, ready);
    } catch (error) {
      replace(this.conditions, notice("error", error.message));
    } finally {
      this.isLooking = false;
    }
  }

  show(metrics, statistics, ready) {
    const value = (name) => metrics.get(name)?.[0]?.value;
    const sum = (name, keep = () => true) =>
      (metrics.get(name) ?? []).filter(({labels}) => keep(labels)).reduce((total, {value}) => total + value, 0);
    const others = (labels) => !own.has(labels.endpoint);
    this.showConditions(statistics, ready);

    const now = {
      at: performance.now() / 1000,
      requests: sum("rest_responses_total", others), time: sum("rest_responses_duration_seconds_sum", others),
      syncs: sum("kindred_wal_sync_duration_seconds_count"),
    };
    const {before} = this;
    if (before && now.requests >= before.requests) {
      const passed = now.at - before.at;
      this.lines.requests.add((now.requests - before.requests) / passed);
      this.lines.syncs.add((now.syncs - before.syncs) / passed);
      if (now.requests > before.requests) {
        this.lines.latency.add((now.time - before.time) / (now.requests - before.requests));
      }
    }
    this.before = now;
    this.lines.log.add(value("kindred_wal_bytes"));
    this.lines.memory.add(value("memory_resident_bytes"));
    this.lines.disk.add(value("kindred_disk_free_bytes"));
    this.lines.segments.add(sum("kindred_collection_segments"));
    this.lines.memtables.add(sum("kindred_collection_memtable_bytes"));

    replace(this.figures, [
      ["Version", metrics.get("app_info")?.[0]?.labels.version ?? "–"], ["Up for", duration(value("kindred_uptime_seconds"))],
      ["Collections", number(statistics.collections.length)], ["Points", number(sum("collection_points"))],
      ["Batches written", number(statistics.last_sequence_number)], ["Log files", number(statistics.wal.files)],
      ["Flushes", number(statistics.flushes)], ["Compactions", number(statistics.compactions)],
      ["Mean sync", duration(statistics.syncs.count ? statistics.syncs.seconds / statistics.syncs.count : NaN)],
      ["Last start took", duration(statistics.recovery.seconds)],
    ].map(([term, text]) => h("div", h("dt", term), h("dd", text))));
    this.showSyncs(metrics.get("kindred_wal_sync_duration_seconds_bucket") ?? []);
    this.showEndpoints(metrics, others);
  }

  showSyncs(buckets) {
    let counted = 0;
    const entries = buckets.map(({labels, value}) => {
      const bound = labels.le === "+Inf" ? "more" : `≤ ${duration(Number(labels.le))}`;
      const entry = {label: bound, value: value - counted, title: `${bound}: ${count(value - counted, "sync")}`};
      counted = value;
      return entry;
    });
    replace(this.syncs, counted ? histogram(entries) : h("p.muted", "Nothing has been written yet."));
  }

  showEndpoints(metrics, others) {
    const rows = new Map();
    const add = (name, use) => {
      for (const {labels, value} of metrics.get(name) ?? []) {
        if (!others(labels)) continue;
        const key = `${labels.method} ${labels.endpoint}`;
        if (!rows.has(key)) rows.set(key, {key, count: 0, seconds: 0, refused: 0});
        use(rows.get(key), value, Number(labels.status));
      }
    };
    add("rest_responses_total", (row, value, status) => {
      row.count += value;
      if (status >= 400) row.refused += value;
    });
    add("rest_responses_duration_seconds_sum", (row, value) => { row.seconds += value; });
    const sorted = [...rows.values()].sort((left, right) => right.count - left.count).slice(0, 15);
    replace(this.endpoints, sorted.length ? h("table.wide", h("thead", h("tr", h("th", {scope: "col"}, "Endpoint"),
      ["Requests", "Mean time", "Refused"].map((each) => h("th.number", {scope: "col"}, each)))),
    h("tbody", sorted.map((row) => h("tr", h("th", {scope: "row"}, h("code", row.key)), h("td.number", number(row.count)),
      h("td.number", duration(row.seconds / row.count)), h("td.number", number(row.refused))))))
      : h("p.muted", "None yet but this page's own."));
  }

  showConditions(statistics, ready) {
    const found = [];
    if (ready.status !== 200) found.push(notice("warning", h("p", ready.text)));
    if (statistics.read_only) {
      found.push(notice("error", h("h2", "Writes are refused"), h("p", `${statistics.read_only}. What was acknowledged is on disk; reads go on. `
        + "Mend the disk, then restart the daemon:"), h("pre", "systemctl restart kindred")));
    }
    const {quarantined, torn_bytes: torn} = statistics.recovery;
    if (quarantined.length) {
      found.push(notice("error", h("h2", `${count(quarantined.length, "damaged segment")} set aside`),
        h("p", "Their points are missing, all others are served. Restore a backup, or see what can be kept, with the daemon stopped:"),
        h("pre", "kindred check --data-dir DIR\nkindred repair --data-dir DIR\nkindred repair --data-dir DIR --output NEW"),
        h("ul", quarantined.map((reason) => h("li", h("code", reason))))));
    }
    if (statistics.flush_obstacle) {
      found.push(notice("warning", h("h2", "Flushes wait"), h("p", `${statistics.flush_obstacle}. They are tried again until they succeed, and nothing is lost. `
        + "Make room, or allow the daemon more open files:"), h("pre", "df -h DIR\nkindred compact --data-dir DIR")));
    }
    if (torn) {
      found.push(notice("info", `At the last start ${bytes(torn)} of an unfinished write, never acknowledged, were cut off the log. Nothing to do.`));
    }
    if (!found.length) found.push(notice("good", "All is well: writes are taken, and no segment is set aside."));
    const text = found.map((each) => each.textContent).join();
    if (text === this.shown) return;
    this.shown = text;
    replace(this.conditions, found);
  }
}

/** Prometheus' text format: name → samples with labels and value. */
export function parsed(text) {
  const families = new Map();
  for (const line of text.split("\n")) {
    const match = line.match(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/);
    if (!match) continue;
    const [, name, labelText, value] = match;
    const labels = {};
    for (const [, label, quoted] of (labelText ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      labels[label] = quoted.replace(/\\(.)/g, (_, escaped) => escaped === "n" ? "\n" : escaped);
    }
    if (!families.has(name)) families.set(name, []);
    families.get(name).push({labels, value: Number(value)});
  }
  return families;
}
