// Pictures: shown large, and made small enough to be sent.

import { seen } from "./base.js";
import { isPhone } from "./view.js";

const LONGEST_SIDE = 1280; // pixels, as Telegram's own programs send pictures

// On a phone the key Back closes it, as in any messenger: it has a place of its own in the history.
export function openPicture(source, label, isProtected = false) {
  const picture = { source, label, isProtected };
  if (isPhone()) history.pushState({ picture }, "");
  show(picture);
}

function show({ source, label, isProtected }) {
  const dialog = seen("picture");
  const image = dialog.querySelector("img");
  image.src = source;
  image.alt = label;
  image.oncontextmenu = isProtected ? (event) => event.preventDefault() : null;
  image.draggable = !isProtected;
  if (!dialog.open) dialog.showModal();
}

// Show what the place in the history says that one has come to.
export function pictureHere() {
  const { picture } = history.state ?? {};
  if (picture) show(picture);
  else seen("picture").close();
}

// Closed by its button or by Escape, it gives its place in the history back.
export function pictureClosed() {
  if (history.state?.picture) history.back();
}

// Redrawn as a JPEG: what a camera wrote into the file (where it was taken) does not go along.
export async function shrunk(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.87));
  return { kind: "photo", blob, name: file.name, width: canvas.width, height: canvas.height };
}
