// The text of a message with its entities: bold, links, commands, quotes that unfold.

import { make, words } from "./base.js";
import { send } from "./sending.js";
import { openStart, startCode } from "./start.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre" };
const unfolded = new Set(); // quotes and spoilers that were opened, by message key and offset

export const isSafe = (url) => /^(https?|tg):/i.test(url);

// Letters that are written from right to left (Hebrew, Arabic and their neighbours), and all letters.
const STRONG = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]|\p{L}/u;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

// The direction of a text is that of its first letter, as for dir="auto".
export const direction = (text) => (RIGHT_TO_LEFT.test(STRONG.exec(text)?.[0] ?? "") ? "rtl" : "ltr");

function element(entity, content, message) {
  const key = `${message.key}:${entity.offset}`;
  if (TAGS[entity.type]) return make(TAGS[entity.type], {}, ...content);
  if (entity.type === "text_link" && isSafe(entity.url)) return link(entity.url, content);
  if (entity.type === "url") return link(content.map((node) => node.textContent ?? node).join(""), content);
  if (entity.type === "spoiler") return spoiler(key, content);
  if (entity.type === "bot_command") return commandLink(content, message);
  if (entity.type.endsWith("blockquote")) return quotation(entity, key, content);
  return make("span", {}, ...content);
}

// A link to our bot opens its chat, as in Telegram; every other one leaves the page.
const link = (url, content) =>
  startCode(url) === null
    ? make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...content)
    : make("a", { href: url, onclick: (event) => openStart(event, url) }, ...content);

function commandLink(content, message) {
  if (message.frozen) return make("span", {}, ...content);
  const node = make("button", { type: "button", class: "command" }, ...content);
  node.addEventListener("click", () => send(node.textContent));
  return node;
}

function spoiler(key, content) {
  const node = make("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": words.spoiler }, ...content);
  const open = () => {
    unfolded.add(key);
    node.classList.add("open");
    for (const name of ["aria-label", "role", "tabindex"]) node.removeAttribute(name);
  };
  if (unfolded.has(key)) open();
  node.addEventListener("click", open);
  node.addEventListener("keydown", (event) => event.key === "Enter" && open());
  return node;
}

function quotation(entity, key, content) {
  const fold = make("div", { class: "fold" }, ...content);
  const node = make("blockquote", {}, fold);
  if (entity.type !== "expandable_blockquote") return node;
  const button = make("button", { type: "button", class: "unfold", "data-unfold": true });
  const show = () => {
    const open = unfolded.has(key);
    node.classList.toggle("folded", !open);
    button.textContent = open ? words.less : words.more;
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => {
    if (!unfolded.delete(key)) unfolded.add(key);
    show();
  });
  show();
  node.append(button);
  return node;
}

const isBlock = (entity) => entity.type === "pre" || entity.type.endsWith("blockquote");

// Entities are nested and sorted (outer first); offsets count UTF-16 units, as strings do here.
function between(message, from, to, entities) {
  const nodes = [];
  let at = from;
  for (let index = 0; index < entities.length; ) {
    const entity = entities[index];
    const end = Math.min(entity.offset + entity.length, to);
    let next = index + 1;
    while (next < entities.length && entities[next].offset < end) next += 1;
    if (entity.offset >= at) {
      // A block has its own line: the newline beside it would show as an empty one.
      const gap = message.text.slice(at, entity.offset);
      nodes.push(isBlock(entity) ? gap.replace(/\n$/, "") : gap);
      nodes.push(element(entity, between(message, entity.offset, end, entities.slice(index + 1, next)), message));
      at = isBlock(entity) && message.text[end] === "\n" ? end + 1 : end;
    }
    index = next;
  }
  nodes.push(message.text.slice(Math.min(at, to), to));
  return nodes.filter((node) => node !== "");
}

export const rendered = (message) => between(message, 0, message.text.length, message.entities);
