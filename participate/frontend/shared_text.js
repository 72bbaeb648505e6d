// Binds shared texts to plain fields: what is typed goes into them, what others type comes out, the cursor stays.

export function bind(doc, fields, origin, typed, before, shownFirst) {
  const bindings = Object.keys(fields).map((name) => bindOne(doc, fields[name], doc.getText(name), origin));
  if (shownFirst && !typed) mergeTyped(doc, fields, before, shownFirst);
  if (typed) for (const one of bindings) one.take(typed[one.name]);
  for (const one of bindings) one.show();
  return {
    release: () => bindings.forEach((one) => one.release()),
    settle: () => bindings.forEach((one) => one.settle()),
    get agreed() {
      return Object.fromEntries(bindings.map((one) => [one.name, one.agreed]));
    },
  };

  // Something else stands there than the form was made from: what was typed since is put where it was typed.
  function mergeTyped(made, there, was, now) {
    for (const one of bindings) {
      const change = difference(was[one.name], now[one.name]);
      if (change) one.splice(change);
    }
  }
}

function bindOne(doc, field, text, origin) {
  let last = text.toString(), agreed = last, composing = false, behind = false;
  const self = {
    name: field.name,
    get agreed() {
      return agreed;
    },
    take(value) {
      const change = difference(text.toString(), value);
      if (change) self.splice(change);
    },
    splice({ at, gone, come }) {
      doc.transact(() => {
        const place = Math.min(at, text.length);
        const there = text.toString().slice(place, place + gone.length);
        if (gone && there === gone) text.delete(place, gone.length);
        if (come) text.insert(place, come);
      }, origin);
    },
    show() {
      last = text.toString();
      if (field.value !== last) field.value = last;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    settle() {
      agreed = text.toString();
    },
    release() {
      text.unobserve(observed);
      field.removeEventListener("input", typed);
      field.removeEventListener("compositionstart", composes);
      field.removeEventListener("compositionend", composed);
    },
  };

  function typed() {
    if (composing) return;
    const change = difference(last, field.value);
    last = field.value;
    if (change) self.splice(change);
    if (behind) comeUp();
  }

  function observed(event, transaction) {
    if (transaction.origin === origin) return;
    if (composing) return (behind = true);
    comeUp(event.delta);
  }

  // Letters of others come in around the cursor, which stays where its words are.
  function comeUp(delta) {
    behind = false;
    const value = text.toString();
    if (field.value === value) return (last = value);
    const change = delta || deltaOf(field.value, value);
    const [start, end, way] = [moved(field.selectionStart, change), moved(field.selectionEnd, change), field.selectionDirection];
    const top = field.scrollTop;
    field.value = last = value;
    if (document.activeElement === field) field.setSelectionRange(start, end, way);
    field.scrollTop = top;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function composes() {
    composing = true;
  }

  function composed() {
    composing = false;
    typed();
  }

  text.observe(observed);
  field.addEventListener("input", typed);
  field.addEventListener("compositionstart", composes);
  field.addEventListener("compositionend", composed);
  return self;
}

// The one stretch in which two texts differ; none where they are equal.
export function difference(was, now) {
  if (was === now) return null;
  let start = 0, end = 0;
  const most = Math.min(was.length, now.length);
  while (start < most && was[start] === now[start]) start += 1;
  if (isLow(was[start]) || isLow(now[start])) start -= start > 0 ? 1 : 0;
  while (end < most - start && was[was.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  if (end && isLow(was[was.length - end])) end -= 1;
  return { at: start, gone: was.slice(start, was.length - end), come: now.slice(start, now.length - end) };
}

// A letter outside the first plane is two places long, and must not be cut.
function isLow(letter) {
  return letter !== undefined && letter >= "\udc00" && letter <= "\udfff";
}

function deltaOf(was, now) {
  const { at, gone, come } = difference(was, now);
  return [{ retain: at }, { delete: gone.length }, { insert: come }];
}

function moved(place, delta) {
  let at = 0, result = place;
  for (const one of delta) {
    if (at > result) break;
    if (one.retain) at += one.retain;
    else if (one.insert) {
      if (at < result) result += one.insert.length;
      at += one.insert.length;
    } else if (one.delete) result = at < result ? Math.max(at, result - one.delete) : result;
  }
  return result;
}
