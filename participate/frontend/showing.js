// Puts a page that came by fetch in place of the present one, and takes the reader to what is new.
import { announce } from "./announce.js";

// `url` is the address of the page, or empty where the page only answers a form and has none.
export function show(page, url) {
  const address = new URL(url || location.href);
  if (address.pathname === location.pathname) {
    put("main", page);
    put(".strip-languages", page);
    if (url) history.replaceState(null, "", url);
  } else {
    document.body.replaceWith(document.adoptNode(page.body));
    history.pushState(null, "", url);
    shown = address.pathname;
  }
  document.title = page.title;
  lead();
  document.dispatchEvent(new Event("shown"));
}

function put(selector, page) {
  const there = document.querySelector(selector), fresh = page.querySelector(selector);
  if (there && fresh) there.replaceWith(document.adoptNode(fresh));
}

// What has just happened is read out, and the next Tab leads on from what comes next.
export function lead() {
  const wrong = document.querySelector("main .nhsuk-error-summary");
  const told = document.querySelector("main .status");
  const next = wrong || document.querySelector("main [data-focus]") || told;
  if (!next) return;
  if (told) {
    told.removeAttribute("role");
    announce(told.querySelector("p").textContent.trim().replace(/\s+/g, " "));
  }
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
  bringIntoView([told, next].filter(Boolean));
}

function bringIntoView(things) {
  const tops = things.map((thing) => thing.getBoundingClientRect().top);
  if (Math.min(...tops) < 0 || Math.max(...tops) > innerHeight * 0.7) scrollBy(0, Math.min(...tops) - 16);
}

// Back, after one page was put in place of another: that page must come anew.
let shown = location.pathname;
addEventListener("popstate", () => {
  if (location.pathname !== shown) location.reload();
});
