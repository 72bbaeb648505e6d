// The clauses of a draft as they stand, while others add, move and take out; and moving one without leaving the page.
import { announce } from "./announce.js";

export function follow(own) {
  const list = document.querySelector("[data-order]");
  if (!list) return () => {};
  let known = [...list.children].map((one) => Number(/\d+/.exec(one.textContent)[0]));
  const form = document.querySelector("form[data-live-move]");
  if (form) form.addEventListener("submit", (event) => move(event, form));

  return (numbers) => {
    const told = news(known, numbers, list.dataset);
    known = numbers;
    if (!told) return;
    list.textContent = "";
    for (const number of numbers) list.append(item(number, own, list.dataset));
    announce(told);
  };
}

function news(was, now, words) {
  const come = now.filter((one) => !was.includes(one)), gone = was.filter((one) => !now.includes(one));
  const said = come.map((one) => words.added.replace("{}", one)).concat(gone.map((one) => words.gone.replace("{}", one)));
  if (said.length) return said.join(" ");
  return was.join() === now.join() ? "" : words.moved;
}

function item(number, own, words) {
  const line = document.createElement("li"), here = document.createElement(number === own ? "strong" : "a");
  here.textContent = words.name.replace("{}", number);
  if (number === own) here.setAttribute("aria-current", "page");
  else here.href = words.address.replace("/clauses/0/", "/clauses/" + number + "/");
  line.append(here);
  return line;
}

// What was typed stays here; the new order comes as it comes to everybody.
async function move(event, form) {
  const button = event.submitter;
  if (!button) return;
  event.preventDefault();
  button.setAttribute("aria-busy", "true");
  const body = new URLSearchParams(new FormData(form));
  body.append(button.name, button.value);
  try {
    await fetch(form.action, { method: "POST", body, redirect: "manual" });
  } finally {
    button.removeAttribute("aria-busy");
    delete form.dataset.sent;
  }
}
