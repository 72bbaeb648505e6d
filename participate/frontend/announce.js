// Says something to whoever listens to the page, once, without moving them.
let place;

export function announce(words) {
  if (!place) {
    place = document.createElement("div");
    place.className = "sr-only";
    place.setAttribute("aria-live", "polite");
  }
  if (!place.isConnected) document.body.append(place);
  place.textContent = "";
  // A region is read when it changes, so it must have been there first.
  setTimeout(() => (place.textContent = words), 100);
}
