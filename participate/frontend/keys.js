// One-key acts on the page where a facilitator reads statements. Every act is a plain button without them.
document.documentElement.classList.add("scripts"); // keys are shown only where they work

// One act for each statement shown: a second one would fall on the next, which nobody has read yet.
const once = (event) => {
  const acts = event.target.closest("[data-acts]");
  if (!acts) return;
  if (acts.dataset.acting) {
    event.preventDefault();
    event.stopPropagation();
  }
  acts.dataset.acting = "yes";
};
document.addEventListener("submit", once, true);
addEventListener("pageshow", () => {
  for (const acts of document.querySelectorAll("[data-acting]")) delete acts.dataset.acting;
});

document.addEventListener("keydown", (event) => {
  const acts = document.querySelector("[data-keys]");
  // Held down, a key would run through the whole queue.
  if (!acts || acts.dataset.acting || event.repeat || event.isComposing) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select")) return;
  const key = event.key.toLowerCase();
  const button = [...acts.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
  if (!button) return;
  event.preventDefault();
  button.click();
});
