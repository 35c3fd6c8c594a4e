// Pictures: shown large, and made small enough to be sent.

import { seen } from "./base.js";

const LONGEST_SIDE = 1280; // pixels, as Telegram's own programs send pictures

export function openPicture(source, label) {
  const dialog = seen("picture");
  const image = dialog.querySelector("img");
  image.src = source;
  image.alt = label;
  dialog.showModal();
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
