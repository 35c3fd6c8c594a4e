// What every script of the page uses: its words, nodes, and questions to the server.

export const words = JSON.parse(document.getElementById("words").textContent);
export const seen = (id) => document.getElementById(id);

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

export const ask = async (path) => answered(await fetch(path));

export async function tell(path, body) {
  return answered(await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
}

// A file: its content is the body, all else stands in the address.
export async function hand(path, blob) {
  return answered(await fetch(path, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: blob }));
}

const TOO_LARGE = 413; // what does not even fit into a request

// What the server said; what it did not allow is an error with the word for why, if it gave one.
async function answered(answer) {
  if (answer.ok) return answer.json();
  const body = await answer.json().catch(() => ({}));
  const why = answer.status === TOO_LARGE ? "file-too-big" : body.why;
  throw Object.assign(new Error(String(answer.status)), { why });
}

// Isolated, so that a name written from right to left cannot turn the sentence around.
export const said = (sentence, who) => sentence.replace("{who}", `\u2068${who}\u2069`);

export const hue = (id) => `var(--name-${Math.abs(Number(id)) % 7})`;

// What is shown may be out of date: whoever keeps the page up to date asks again.
export const stale = () => document.dispatchEvent(new CustomEvent("stale"));

// Put the wanted nodes into a list, in order; what is there already stays where it is.
export function reconcile(list, wanted) {
  const keep = new Set(wanted);
  for (const node of [...list.children]) if (!keep.has(node)) node.remove();
  wanted.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

const MARKS = ["data-data", "data-unfold", "data-quote", "data-reply", "data-edit", "data-forward", "data-play", "data-picture", "data-file"];

// Do something that replaces nodes of a list (`[data-key]`), and leave the focus where it was.
export function keepingFocus(list, work) {
  const active = document.activeElement;
  const key = list.contains(active) ? active.closest("[data-key]")?.dataset.key : undefined;
  const mark = key === undefined ? undefined : MARKS.find((name) => active.hasAttribute(name));
  work();
  if (key === undefined || document.activeElement === active) return;
  const home = list.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const same = mark && home?.querySelector(`[${mark}="${CSS.escape(active.getAttribute(mark))}"]`);
  (same ?? home?.querySelector("[tabindex], button"))?.focus({ preventScroll: true });
}
