// Sends a form without loading a page, keeps it when the network is away, and leaves all else to the browser.
import { show } from "./showing.js";

const PATIENCE = 20000; // ms until a network that says nothing counts as away
const able = "fetch" in window && "AbortController" in window && "URLSearchParams" in window;
let pressed; // the button, where a browser does not say which it was
let waiting; // what was not sent

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) pressed = button;
  const link = event.target.closest("a[data-send]");
  if (!link || !able || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  send({ url: link.href, from: link });
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  // A second press while the first is on its way would only be refused.
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  if (!able || !("send" in form.dataset)) return;
  event.preventDefault();
  const button = event.submitter || (pressed && pressed.form === form ? pressed : undefined);
  const body = new URLSearchParams(new FormData(form));
  if (button && button.name) body.append(button.name, button.value);
  send({ url: form.action, body, from: form, button });
});

async function send(ask) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  if (ask.button) ask.button.setAttribute("aria-busy", "true");
  let reply, html;
  try {
    reply = await fetch(ask.url, {
      method: ask.body ? "POST" : "GET",
      body: ask.body,
      headers: { Accept: "text/html" },
      signal: patience.signal,
    });
    html = await reply.text();
  } catch (away) {
    return keep(ask);
  } finally {
    clearTimeout(timer);
    if (ask.button) ask.button.removeAttribute("aria-busy");
  }
  waiting = undefined;
  const page = new DOMParser().parseFromString(html, "text/html");
  if (!page.querySelector("main")) return plainly(ask);
  show(page, reply.redirected || !ask.body ? reply.url : "");
}

// As it would have been sent without this script.
function plainly(ask) {
  if (!ask.body) return location.assign(ask.url);
  if (ask.button && ask.button.name) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: ask.button.name, value: ask.button.value });
    ask.from.append(field);
  }
  ask.from.submit();
}

// The answer stays on the page, says so, and goes out when somebody asks or the network is back.
function keep(ask) {
  delete ask.from.dataset.sent;
  const words = document.getElementById("not-sent");
  if (!words || !ask.body) return plainly(ask);
  forget();
  const note = words.content.firstElementChild.cloneNode(true);
  note.querySelector("[data-kept]").textContent = ask.button ? ask.button.textContent.trim() : "";
  note.querySelector("button").addEventListener("click", again);
  ask.from.insertAdjacentElement("afterend", note);
  if (ask.button) ask.button.classList.add("kept");
  waiting = { ...ask, note };
}

function forget() {
  for (const note of document.querySelectorAll("main .not-sent")) note.remove();
  for (const button of document.querySelectorAll("main .kept")) button.classList.remove("kept");
}

function again() {
  const ask = waiting;
  if (!ask || ask.from.dataset.sent || !ask.from.isConnected) return;
  forget();
  ask.from.dataset.sent = "yes";
  send(ask);
}

addEventListener("online", again);
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
