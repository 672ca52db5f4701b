// The frame: tabs, the daemon's state, the theme. Each view is a function that returns
// `{element, close?}`; the address after the # says which.

import {send, hasKey, forgetKey} from "./api.js";
import {h, replace, notice} from "./dom.js";
import {recommendView} from "./recommend.js";
import {collectionsView} from "./collections.js";
import {healthView} from "./health.js";
import {consoleView} from "./console.js";

const views = [
  ["recommend", "Recommend", recommendView],
  ["collections", "Collections", collectionsView],
  ["health", "Health", healthView],
  ["console", "Console", consoleView],
];

const main = document.getElementById("main");
const tabs = document.getElementById("tabs");
let current = null;

function show() {
  const parts = location.hash.replace(/^#\/?/, "").split("/").map((part) => {
    try { return decodeURIComponent(part); } catch { return part; }
  });
  const [name, title, view] = views.find(([name]) => name === parts[0]) ?? views[0];
  current?.close?.();
  replace(tabs, views.map(([each, text]) =>
    h("a", {href: `#/${each}`, "aria-current": each === name ? "page" : null}, text)));
  document.title = `${parts[1] ? `${parts[1]} · ` : ""}${title} · Kindred`;
  try {
    current = view(...parts.slice(1));
    replace(main, current.element);
  } catch (error) {
    current = null;
    replace(main, notice("error", error.message));
  }
}

// MARK: State

const state = document.getElementById("state");

async function look() {
  let [kind, text] = ["bad", "does not answer"];
  try {
    const answer = await send("GET", "/readyz");
    if (answer.status !== 200) [kind, text] = ["warning", answer.text];
    else [kind, text] = answer.text.includes("\n") ? ["warning", "needs attention"] : ["good", "ready"];
  } catch { /* as it stands above */ }
  state.className = `state ${kind}`;
  if (state.textContent !== text) state.textContent = text;
}

// MARK: Theme and key

const themes = ["auto", "light", "dark"];

function tools() {
  const theme = localStorage.getItem("kindred.theme") ?? "auto";
  document.documentElement.dataset.theme = theme;
  replace(document.getElementById("tools"),
    hasKey() && h("button.small", {type: "button", onclick: () => {
      forgetKey();
      location.reload();
    }}, "Forget key"),
    h("button.small", {type: "button", title: "Light, dark, or as the system has it", onclick: () => {
      localStorage.setItem("kindred.theme", themes[(themes.indexOf(theme) + 1) % themes.length]);
      tools();
      document.querySelector("#tools button:last-child").focus();
    }}, `Theme: ${theme}`));
}

addEventListener("hashchange", () => {
  show();
  main.focus({preventScroll: true});
  scrollTo(0, 0);
});
addEventListener("kindred-key", tools);
tools();
show();
look();
setInterval(() => { if (!document.hidden) look(); }, 5000);
