// Signing in by a passkey, and adding one: asks the site what the device is to answer, and sends the answer as a form.
const able = "PublicKeyCredential" in window && navigator.credentials && "fetch" in window;
const WHY = {
  AbortError: "cancelled",
  InvalidStateError: "known",
  SecurityError: "elsewhere",
  NotSupportedError: "unable",
  ConstraintError: "unable",
  NotReadableError: "unable",
};

for (const form of document.querySelectorAll("form[data-passkey]")) if (able) offer(form);

function offer(form) {
  form.hidden = false;
  for (const words of document.querySelectorAll("[data-passkey-else]")) words.hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // Nothing is sent yet, so nobody else shall take it for sent.
    event.stopPropagation();
    if (!form.dataset.busy) begin(form);
  });
  addEventListener("pageshow", () => rest(form));
}

async function begin(form) {
  form.dataset.busy = "yes";
  form.querySelector("button").setAttribute("aria-busy", "true");
  form.querySelector("[data-trouble]").hidden = true;
  const why = await answer(form);
  if (!why) return form.submit();
  rest(form);
  tell(form, why);
}

function rest(form) {
  delete form.dataset.busy;
  form.querySelector("button").removeAttribute("aria-busy");
}

// Fills the form with what the device answers; or says why it did not.
async function answer(form) {
  let asked;
  try {
    const reply = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
    asked = understood(await reply.json());
  } catch (away) {
    return "unanswered";
  }
  const began = Date.now();
  try {
    const made = await navigator.credentials[form.dataset.passkey]({ publicKey: asked });
    form.elements.credential.value = JSON.stringify(written(made));
  } catch (error) {
    // Browsers do not tell whether somebody said no or said nothing.
    if (error.name === "NotAllowedError") return Date.now() - began < asked.timeout ? "cancelled" : "late";
    return WHY[error.name] || "failed";
  }
}

function tell(form, why) {
  const place = form.querySelector("[data-trouble]");
  const words = form.querySelector("[data-words]").content.querySelector(`[data-why=${why}]`);
  place.textContent = "";
  place.hidden = false;
  place.append(words.cloneNode(true));
}

function understood(asked) {
  asked.challenge = bytes(asked.challenge);
  if (asked.user) asked.user.id = bytes(asked.user.id);
  for (const list of [asked.excludeCredentials, asked.allowCredentials]) {
    for (const one of list || []) one.id = bytes(one.id);
  }
  return asked;
}

function written(made) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  return { id: made.id, rawId: text(made.rawId), type: made.type, response };
}

function bytes(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
