// Says what is done while a page is open: in words at its foot, and once, politely, to whoever listens to it.
import { announce } from "./announce.js";

const MOST = 3; // lines that are shown
const PAUSE = 2000; // ms in which what comes together is said together
let source, place, last, saying, unsaid = [];

export function listen() {
  const here = document.querySelector("main [data-news]");
  if (here === place && source) return;
  stop();
  place = here;
  last = "";
  if (place && "EventSource" in window && !document.hidden) begin();
}

function begin() {
  const address = new URL(place.dataset.news, location.href);
  if (last) address.searchParams.set("since", last);
  source = new EventSource(address);
  source.addEventListener("news", (event) => {
    last = event.lastEventId;
    tell(JSON.parse(event.data));
  });
}

function stop() {
  if (source) source.close();
  source = undefined;
}

function tell(news) {
  const list = place.querySelector("ul") || frame();
  const line = document.createElement("li"), link = document.createElement("a");
  link.href = news.path;
  link.textContent = news.words;
  line.append(link);
  list.append(line);
  while (list.children.length > MOST) list.firstChild.remove();
  unsaid.push(news.words);
  clearTimeout(saying);
  saying = setTimeout(() => {
    announce(`${place.dataset.named}: ${unsaid.slice(-MOST).join(" ")}`);
    unsaid = [];
  }, PAUSE);
}

function frame() {
  const heading = document.createElement("p"), list = document.createElement("ul"), again = document.createElement("a");
  heading.innerHTML = "<strong></strong>";
  heading.firstChild.textContent = place.dataset.named;
  again.href = location.pathname + location.search;
  again.textContent = place.dataset.again;
  place.append(heading, list, again);
  return list;
}

// A page that nobody looks at needs no news; it is told what it missed.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) stop();
  else if (place && place.isConnected && !source) begin();
});
addEventListener("pagehide", stop);
addEventListener("pageshow", listen);
document.addEventListener("shown", listen);
