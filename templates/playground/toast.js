// What the bot says to a tap, and what went wrong.

import { seen, words } from "./base.js";

let timer = 0;

export function sayToast(text) {
  const node = seen("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(endToast, 4500);
}

export function endToast() {
  seen("toast").hidden = true;
}

export function sayAlert(text) {
  endToast();
  const dialog = seen("alert");
  dialog.querySelector("p").textContent = text;
  if (!dialog.open) dialog.showModal();
}

export async function attempt(work) {
  try {
    return await work();
  } catch ({ why }) {
    sayToast(words.why[why] ?? words.refused);
    return null;
  }
}
