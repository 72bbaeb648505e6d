// Hints while somebody writes: near copies, what points to a person, and where help is.
const PAUSE = 700; // ms without a key
let timer, underway;

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form || !form.dataset.hints || event.target.name !== "text" || !("AbortController" in window)) return;
  clearTimeout(timer);
  timer = setTimeout(() => ask(form), PAUSE);
});

async function ask(form) {
  const place = document.getElementById("hints");
  if (!place) return;
  if (underway) underway.abort();
  underway = new AbortController();
  try {
    const reply = await fetch(form.dataset.hints, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      signal: underway.signal,
    });
    if (reply.ok) put(place, await reply.text());
  } catch (away) {
    // A hint that does not come is no loss: everything is looked at again before it is added.
  }
}

function put(place, html) {
  if (place.dataset.html === html.trim()) return;
  place.dataset.html = html.trim();
  const page = new DOMParser().parseFromString(html, "text/html");
  place.textContent = "";
  place.append(...page.body.childNodes);
}
