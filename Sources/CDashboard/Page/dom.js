// Elements, numbers and words. Text becomes text nodes only: nothing here parses HTML.

const propertyNames = new Set(["value", "checked", "selected", "disabled", "hidden", "open", "htmlFor"]);

/**
 * Makes an element: `h("button.primary", {onclick: send}, "Send")`. Children may be nested arrays;
 * null, undefined and false are left out. `style` is an object of CSS properties, set one by one, which
 * the content security policy allows.
 */
export function h(selector, attributes, ...children) {
  const [name, ...classes] = selector.split(".");
  return fill(document.createElement(name), classes, attributes, children);
}

/** The same for SVG. */
export function svg(selector, attributes, ...children) {
  const [name, ...classes] = selector.split(".");
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), classes, attributes, children);
}

function fill(element, classes, attributes, children) {
  if (classes.length) element.setAttribute("class", classes.join(" "));
  if (attributes !== null && (typeof attributes !== "object" || attributes instanceof Node
    || Array.isArray(attributes))) {
    children.unshift(attributes);
    attributes = {};
  }
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") {
      for (const [property, text] of Object.entries(value)) element.style.setProperty(property, text);
    } else if (propertyNames.has(name)) element[name] = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** Puts `children` in place of what the element holds. */
export function replace(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** A labelled control; the label is the text that it is found by. */
export function field(text, control, hint) {
  control.id ||= `control-${++controlCount}`;
  return h("div.field", h("label", {htmlFor: control.id}, text), control, hint && h("small", hint));
}
let controlCount = 0;

/** A `select` of `[value, text]` pairs. */
export function choice(options, value, onchange) {
  const select = h("select", {onchange: () => onchange(select.value)},
    options.map(([key, text]) => h("option", {value: key}, text)));
  select.value = value;
  return select;
}

export function notice(kind, ...content) {
  return h(`div.notice.${kind}`, {role: kind === "error" ? "alert" : null}, ...content);
}

/** Says something for a few seconds, at the bottom, to screen readers too. */
export function say(text, kind = "done") {
  const message = h(`p.message.${kind}`, text);
  document.getElementById("messages").append(message);
  setTimeout(() => message.remove(), kind === "error" ? 12000 : 5000);
}

/** Runs what a button does, with the button disabled meanwhile, and says what went wrong. */
export async function busy(button, work) {
  button.disabled = true;
  try {
    return await work();
  } catch (error) {
    say(error.message, "error");
  } finally {
    button.disabled = false;
  }
}

/**
 * Asks before something that cannot be undone.
 * `typed`: what must be typed to go on, for what is worth that.
 */
export function confirmed(question, detail, action, typed) {
  return new Promise((resolve) => {
    const button = h("button.danger", {value: "yes", disabled: Boolean(typed)}, action);
    const input = typed && h("input", {
      autocomplete: "off", spellcheck: "false", oninput: () => { button.disabled = input.value !== typed; },
    });
    const dialog = h("dialog", {"aria-label": question, onclose: () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    }}, h("form", {method: "dialog"},
      h("h2", question), h("p", detail), input && field(`Type ${typed} to confirm`, input),
      h("div.actions", h("button", {value: "no", formnovalidate: true}, "Cancel"), button)));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A button that copies what `text()` returns. */
export function copyButton(text, title = "Copy") {
  return h("button.small", {type: "button", onclick: async () => {
    try {
      await navigator.clipboard.writeText(text());
      say("Copied.");
    } catch {
      say("The browser does not let this page copy: select the text instead.", "error");
    }
  }}, title);
}

// MARK: Numbers and words

const grouped = new Intl.NumberFormat("en");

export function number(value) {
  if (typeof value !== "number" || Number.isNaN(value)) return "–";
  if (Number.isInteger(value)) return grouped.format(value);
  return Math.abs(value) >= 100 ? grouped.format(Math.round(value)) : String(Number(value.toPrecision(3)));
}

export function bytes(count) {
  if (!(count >= 0)) return "–";
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let index = 0;
  while (count >= 1000 && index < units.length - 1) {
    count /= 1000;
    index += 1;
  }
  return `${index && count < 100 ? Number(count.toPrecision(2)) : Math.round(count)} ${units[index]}`;
}

export function duration(seconds) {
  if (!(seconds >= 0)) return "–";
  if (seconds < 0.001) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 1) return `${Number((seconds * 1000).toPrecision(2))} ms`;
  if (seconds < 120) return `${Number(seconds.toPrecision(2))} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`;
}

export function count(value, one, many = `${one}s`) {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** "a, b and c" */
export function list(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Calls `work` once it has not been asked for during `milliseconds`. */
export function debounced(work, milliseconds = 120) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}
