// Builds the browser's files into participate/static/dist, which is never committed.
import { build, transform } from "esbuild";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as sass from "sass";
import subset from "subset-font";
import { notices } from "./notices.mjs";

const here = new URL(".", import.meta.url).pathname;
const out = new URL("../static/dist/", import.meta.url).pathname;
const modules = new URL("../../node_modules/", import.meta.url).pathname;
const fonts = modules + "@fontsource-variable/public-sans/files/public-sans-";
const target = ["es2019", "safari12", "chrome70", "firefox68"];
// What writing together is built on asks for these; in older browsers the form works without it.
const newer = ["es2020", "safari15", "chrome88", "firefox78"];

const between = (first, last) => String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, i) => first + i));
// The same ranges stand in styles/_tokens.scss.
const LATIN = between(0x20, 0x7e) + between(0xa0, 0xff) + between(0x2010, 0x2026) + "′″€←↑→↓−≈≤≥";
const WELSH = "ŴŵŶŷ";

async function styles() {
  const { css, loadedUrls } = sass.compile(here + "styles/app.scss", {
    loadPaths: [modules],
    style: "compressed",
    quietDeps: true,
    silenceDeprecations: ["if-function"],
  });
  const { code } = await transform(css, { loader: "css", minify: true, target });
  await writeFile(out + "app.css", await withVersions(inOurColours(code)));
  return loadedUrls;
}

// A typeface may be kept for good, so its address must change with it. participate/static_files.py counts alike.
async function withVersions(css) {
  for (const name of ["public-sans.woff2", "public-sans-welsh.woff2"]) {
    const version = createHash("sha256").update(await readFile(out + name)).digest("hex").slice(0, 8);
    css = css.replaceAll(name, `${name}?${version}`);
  }
  return css;
}

// The design system writes its colours out. Ours are named once, so that a host's accent reaches every part.
function inOurColours(css) {
  const names = [["accent", "#5c1a4f"], ["accent-dark", "#3f0f36"], ["tint", "#f6edf3"], ["tint-2", "#e9d6e4"]];
  for (const [name, colour] of names) {
    css = css.replaceAll(colour, `var(--${name})`).replace(`--${name}: var(--${name})`, `--${name}: ${colour}`);
  }
  return css;
}

async function typeface() {
  const cut = async (file, letters, name) => {
    await writeFile(out + name, await subset(await readFile(fonts + file), letters, { targetFormat: "woff2" }));
    return fonts + file;
  };
  return Promise.all([
    cut("latin-wght-normal.woff2", LATIN, "public-sans.woff2"),
    cut("latin-ext-wght-normal.woff2", WELSH, "public-sans-welsh.woff2"),
  ]);
}

async function scripts() {
  const common = { outdir: out, bundle: true, minify: true, logLevel: "warning", metafile: true };
  const made = await Promise.all([
    build({ ...common, target, entryPoints: [here + "app.js", here + "passkeys.js"] }),
    build({ ...common, target: newer, entryPoints: [here + "live.js"] }),
  ]);
  return made.flatMap((one) => Object.keys(one.metafile.inputs));
}

async function compress() {
  for (const name of await readdir(out)) {
    if (!/\.(css|js|svg)$/.test(name)) continue;
    const content = await readFile(out + name);
    await writeFile(`${out}${name}.gz`, gzipSync(content, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    await writeFile(`${out}${name}.br`, brotliCompressSync(content, { params }));
  }
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
// The style sheet names the typeface's version, so the typeface comes first.
const [scriptsRead, [fontsRead, sassRead]] = await Promise.all([
  scripts(),
  typeface().then(async (files) => [files, await styles()]),
  copyFile(here + "mark.svg", out + "mark.svg"),
  copyFile(here + "icons.svg", out + "icons.svg"),
]);
await notices([...scriptsRead, ...sassRead, ...fontsRead], out);
await compress();
