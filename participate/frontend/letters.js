// How many letters are left in a text field that has a limit; read out only near its end.
import { announce } from "./announce.js";

const NEAR = 20;
let speaking;

function tell(field) {
  const line = document.getElementById(field.id + "-left");
  if (!line || !line.dataset.left) return;
  const left = field.maxLength - field.value.length;
  line.textContent = line.dataset.left.replace("{}", left);
  clearTimeout(speaking);
  if (left <= NEAR) speaking = setTimeout(() => announce(line.textContent), 1000);
}

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea[maxlength]")) tell(event.target);
});
