// Several people write in one clause at once. The form works without this; saving is its own.
import * as Y from "yjs";
import { announce } from "./announce.js";
import { follow } from "./clause_order.js";
import { bind } from "./shared_text.js";

const PAUSE = 60; // ms in which letters are gathered into one message
const FIRST_WAIT = 500, LONGEST_WAIT = 10000; // ms until the connection is tried again
const UNSAVED_LONG = 5000; // ms until it is said that something is not saved
const STILL = 25000; // ms after which a silent page says that it is there
const STOPPED = { 4403: "refused", 4404: "refused", 4409: "elsewhere", 4413: "long", 4400: "refused" };
const OURS = "page", THEIRS = "others";

const form = document.querySelector("form[data-live]");
const place = document.getElementById("live");
if (form && place && "WebSocket" in window && "Uint8Array" in window) begin();

function begin() {
  const fields = { heading: form.elements.heading, text: form.elements.text };
  const save = form.querySelector("button[name=save]");
  const first = { heading: fields.heading.value, text: fields.text.value };
  let doc, bound, socket, ready = false, generation = 0;
  let sent = 0, stored = 0, unsent = [], timer, retry, wait = FIRST_WAIT, over = "", told, saying, lost = false;
  let spoken = form.elements.language.value, others = "", leaving = false, failed = false, again = false;

  const order = follow(Number(form.dataset.clause));
  const words = (name) => place.dataset[name];
  const waiting = () => unsent.length > 0 || sent > stored;

  function tell() {
    const name = over || (!doc ? (failed ? "apart" : "joining") : !ready ? "away" : waiting() ? "unsaved" : "saved");
    if (name === told) return;
    told = name;
    const line = place.querySelector("[data-state]");
    line.textContent = words(name);
    line.className = "live-state live-" + name;
    clearTimeout(saying);
    // Not with each letter: only what lasts is read out.
    if (name === "unsaved") saying = setTimeout(() => announce(words(name)), UNSAVED_LONG);
    if (name === "away" || name === over) announce(words(name));
    if (name === "saved" && lost) announce(words("back"));
    lost = name === "away" || (lost && name !== "saved");
  }

  function open() {
    const address = new URL(form.dataset.live, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    socket.onopen = () =>
      socket.send(JSON.stringify({ generation, vector: written(doc ? Y.encodeStateVector(doc) : new Uint8Array([0])) }));
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") hear(JSON.parse(data));
      else Y.applyUpdate(doc, new Uint8Array(data), THEIRS);
      if (bound && !waiting()) bound.settle();
    };
    socket.onclose = ({ code }) => {
      ready = false;
      failed = true;
      if (STOPPED[code] === "refused" && bound && !again) askAgain();
      else if (STOPPED[code]) stop(STOPPED[code]);
      else if (form.isConnected) {
        retry = setTimeout(open, wait);
        wait = Math.min(wait * 2, LONGEST_WAIT) * (0.75 + Math.random() / 2);
      }
      tell();
    };
  }

  // Signed in anew by another page, or in another part by now: this page may have an old cookie. Once.
  function askAgain() {
    again = true;
    fetch(location.href).then(open, open);
  }

  function stop(why) {
    over = why;
    leave();
    here([]);
  }

  function leave() {
    form.elements.live.value = "";
    if (bound) bound.release();
  }

  function hear(said) {
    if ("begin" in said) join(said);
    if ("stored" in said) {
      stored = said.stored;
      send();
    }
    if ("saved" in said) {
      form.elements.shown.value = said.saved;
      if (said.language !== spoken) form.elements.language.value = spoken = said.language;
    }
    if ("here" in said) here(said.here);
    if ("order" in said) order(said.order);
    tell();
  }

  function join(said) {
    const update = read(said.update);
    const same = doc && said.begin === generation;
    const mine = { heading: fields.heading.value, text: fields.text.value };
    const unsaved = doc && waiting();
    const before = doc ? bound.agreed : first;
    if (!same) {
      if (bound) bound.release();
      doc = new Y.Doc();
      generation = said.begin;
      doc.on("update", (made, origin) => origin === OURS && gather(made));
      Y.applyUpdate(doc, update, THEIRS);
      sent = stored = 0;
      unsent = [];
      // What was typed before the text came is put into it; what was typed in one that is no more is shown apart.
      const typed = !bound || unsaved ? mine : undefined;
      const fits = typed && saysTheSame(doc, before);
      if (bound && unsaved && !fits) keep(mine);
      bound = bind(doc, fields, OURS, fits ? typed : undefined, before, !bound ? mine : undefined);
    } else {
      Y.applyUpdate(doc, update, THEIRS);
      // All that the other end lacks goes out at once, also what was on its way when the connection went.
      const lacking = Y.encodeStateAsUpdate(doc, read(said.vector));
      unsent = lacking.length > 2 ? [lacking] : [];
      stored = sent;
    }
    ready = true;
    again = false;
    wait = FIRST_WAIT;
    save.textContent = words("put");
    send();
  }

  function saysTheSame(made, was) {
    return made.getText("heading").toString() === was.heading && made.getText("text").toString() === was.text;
  }

  function gather(update) {
    unsent.push(update);
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
    tell();
  }

  // One message is on its way at a time; the letters typed meanwhile are the next.
  function send() {
    if (!ready || sent > stored || !unsent.length) return;
    const update = Y.mergeUpdates(unsent);
    const message = new Uint8Array(4 + update.length);
    sent += 1;
    new DataView(message.buffer).setUint32(0, sent);
    message.set(update, 4);
    unsent = [];
    socket.send(message);
  }

  function keep(mine) {
    const kept = document.getElementById("live-kept");
    kept.hidden = false;
    kept.querySelector("textarea").value = mine.text;
    announce(kept.querySelector("p").textContent);
  }

  function here(people) {
    const list = place.querySelector("[data-here]");
    const named = people.filter((one) => !one.me).map((one) => phrase(one));
    list.textContent = "";
    for (const text of named) list.append(Object.assign(document.createElement("li"), { textContent: text }));
    place.querySelector("[data-alone]").hidden = named.length > 0 || !ready;
    const now = named.join(" ");
    // Once, when somebody comes or goes: never while they write.
    if (now !== others && ready) announce(now || words("alone"));
    others = now;
  }

  function phrase(one) {
    const side = words(one.role) || "";
    const who = one.name ? `${one.name} (${side})` : words(one.role + "Unnamed") || side;
    return one.clause === Number(form.dataset.clause)
      ? words("writesHere").replace("{}", who)
      : words("writesThere").replace("{}", who).replace("{clause}", one.clause);
  }

  form.addEventListener("submit", () => {
    clearTimeout(timer);
    send();
    // Only what everybody here has is saved as written together; else both texts are shown where they differ.
    form.elements.live.value = ready && !waiting() ? generation : "";
    leaving = true;
  });
  addEventListener("pageshow", () => (leaving = false));
  addEventListener("beforeunload", (event) => {
    if (leaving || !waiting() || over) return;
    event.preventDefault();
    event.returnValue = "";
  });
  addEventListener("online", () => {
    if (socket.readyState !== WebSocket.CLOSED || over) return;
    clearTimeout(retry);
    open();
  });
  setInterval(() => {
    if (!form.isConnected) socket.close();
    else if (ready) socket.send('{"still":true}');
  }, STILL);
  place.hidden = false;
  tell();
  open();
}

function written(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

function read(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
