// Everything works without this file; it only makes some things nicer.
import "./keys.js";
import "./letters.js";
import "./sending.js";
import { lead } from "./showing.js";
import "./writing.js";
import { listen } from "./news.js";

if (document.querySelector("main .nhsuk-error-summary, main .status[role=status]") && !location.hash) lead();
listen();
