// Whose work went into the built files: the packages whose files were read, each with its licence.
import { existsSync } from "node:fs";
import { readFile, readdir, writeFile } from "node:fs/promises";

const here = new URL(".", import.meta.url).pathname;
const root = new URL("../../", import.meta.url).pathname;
const modules = root + "node_modules/";

// `files`: addresses or paths of everything that was read. `out`: the folder of the built files.
export async function notices(files, out) {
  const names = [...new Set(files.map(packageOf).filter(Boolean))].sort();
  const served = [await ours(), ...(await Promise.all(names.map(noticeOf)))];
  const lock = await readFile(root + "requirements.lock", "utf8");
  const packages = [...new Set([...lock.matchAll(/^([a-z0-9][a-z0-9._-]*)==/gim)].map((found) => found[1]))];
  await writeFile(out + "notices.json", JSON.stringify({ served, packages }, null, 1));
}

function packageOf(file) {
  const within = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(decodeURIComponent(String(file)));
  return within && within[1];
}

async function ours() {
  const [, version] = /^version = "(.+)"/m.exec(await readFile(root + "pyproject.toml", "utf8"));
  return { name: "Participate", version, licence: "MIT", text: await readFile(root + "LICENSE", "utf8") };
}

async function noticeOf(name) {
  const { version, license } = JSON.parse(await readFile(`${modules}${name}/package.json`, "utf8"));
  const file = (await readdir(modules + name)).find((one) => /^(licen[cs]e|copying)/i.test(one));
  // A package that comes without its licence: kept here as its authors publish it.
  const kept = `${here}notices/${name.replace("/", "--")}.txt`;
  if (!file && !existsSync(kept)) throw new Error(`${name} comes without a licence: put it into ${kept}`);
  const text = await readFile(file ? `${modules}${name}/${file}` : kept, "utf8");
  return { name, version, licence: license, text: text.trim() };
}
