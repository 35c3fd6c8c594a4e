// What is stored of feedback: its button brings the clock to the release.

import { tell, words } from "./base.js";

const button = document.querySelector("[data-jump]");
const said = document.querySelector("[data-said]");

button?.addEventListener("click", async () => {
  button.disabled = true;
  said.textContent = words.working;
  try {
    await tell("/page/travel", { to: button.dataset.jump });
    location.reload();
  } catch {
    button.disabled = false;
    said.textContent = words.failed;
  }
});
