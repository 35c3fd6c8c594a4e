// The menu above the write box: the bot's commands, or what can be attached.

import { make, seen, words } from "./base.js";

let opener = null; // the button that opened the menu, or the write box

export const isMenuOpen = () => !seen("menu").hidden;

// Show items ({ name, text, use, … }); `focus` goes to the first when a button opened the menu.
// Where the button alone does not say what is chosen, the label is to be seen, too.
export function openMenu(items, from, label, { isNamed = false } = {}) {
  opener = from;
  const list = seen("menu");
  list.setAttribute("aria-label", label);
  const head = isNamed ? [make("li", { class: "menu-head", role: "presentation", "aria-hidden": "true" }, label)] : [];
  list.replaceChildren(...head, ...items.map(itemNode));
  list.hidden = !items.length;
  if (from !== seen("write")) {
    from.setAttribute("aria-expanded", "true");
    focusItem(0);
  }
}

export function closeMenu({ back = false } = {}) {
  const list = seen("menu");
  if (list.hidden) return;
  list.hidden = true;
  list.replaceChildren();
  if (opener !== seen("write")) opener?.setAttribute("aria-expanded", "false");
  if (back) opener?.focus();
  opener = null;
}

function itemNode({ name, text, hook, use }) {
  const pick = () => {
    closeMenu();
    use();
  };
  return make(
    "li",
    { role: "none" },
    make("button", { type: "button", role: "menuitem", tabindex: "-1", ...hook, onclick: pick }, make("b", {}, name), text ? make("span", { dir: "auto" }, text) : null),
  );
}

export function focusItem(at) {
  const items = seen("menu").querySelectorAll("button");
  items[(at + items.length) % items.length]?.focus();
}

export function pressedInMenu(event) {
  const items = [...seen("menu").querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const does = {
    ArrowDown: () => focusItem(at + 1),
    ArrowUp: () => focusItem(at - 1),
    Home: () => focusItem(0),
    End: () => focusItem(-1),
    Escape: () => closeMenu({ back: true }),
    Tab: () => closeMenu({ back: true }),
  }[event.key];
  if (does) {
    event.preventDefault();
    does();
  } else if (event.key.length === 1 && event.key !== " ") {
    // Whoever goes on writing writes.
    seen("write").focus();
  }
}

// A press anywhere else closes it.
export function pressedElsewhere(event) {
  if (!isMenuOpen() || seen("menu").contains(event.target) || opener?.contains(event.target)) return;
  closeMenu();
}

export const commandItem = (use) => ({ command, description }) => ({
  name: `/${command}`,
  text: description,
  hook: { "data-command": command },
  use: () => use(command),
});

export const attachItems = (choices) =>
  choices.map(([kind, use]) => ({ name: words[`attach_${kind}`], hook: { "data-attach-kind": kind }, use }));
