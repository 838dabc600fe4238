// Bundles the entry points into glance_widget/static/, prints their sizes, and writes down the licences of what
// they contain. `--dev` leaves them readable, with a source map inside.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";
import { recorderParts, SHORTENED } from "./recorder_parts.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "glance_widget", "static");
const dev = process.argv.includes("--dev");

// The bundler has told its own errors by then; the rest need their sentence, not their stack.
process.on("uncaughtException", (error) => {
  if (!("errors" in error)) console.error(error.message);
  process.exit(1);
});

/** @type {{ entry: string, format: "esm" | "iife" }[]} */
const bundles = [
  { entry: "widget", format: "esm" },
  { entry: "visitor", format: "iife" },
  { entry: "viewer", format: "iife" },
  { entry: "phone", format: "iife" },
];

/**
 * @typedef {{ name: string, version: string, license: string, repository?: string | { url: string },
 *   dependencies?: Record<string, string> }} Manifest
 */

/**
 * Adds the package in `folder` and all that it depends on: a package published as one pre-built file carries its
 * dependencies where the bundler cannot see them.
 * @param {string} folder
 * @param {Map<string, Manifest>} found
 */
function collect(folder, found) {
  if (found.has(folder)) return;
  /** @type {Manifest} */
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  found.set(folder, manifest);
  const places = createRequire(join(folder, "package.json")).resolve.paths("x") ?? [];
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    if (name.startsWith("@types/")) continue;
    const place = places.find((path) => existsSync(join(path, name, "package.json")));
    if (place) collect(join(place, name), found);
  }
}

/**
 * @param {string} folder
 * @param {Manifest} manifest
 */
function licenceOf(folder, manifest) {
  const { repository } = manifest;
  const address = typeof repository === "string" ? repository : (repository?.url ?? "");
  const project = address
    .replace(/\.git$/, "")
    .split("/")
    .slice(-2)
    .join("-");
  const files = ["LICENSE", "LICENSE.md", "LICENSE.txt", "license"].map((name) => join(folder, name));
  const file = [...files, join(here, "licenses", `${project}.txt`)].find((path) => existsSync(path));
  if (file) return readFileSync(file, "utf8").trim();
  throw new Error(
    `${manifest.name} ships no licence text. Hint: put its project's one at js/licenses/${project}.txt`,
  );
}

/** @type {Map<string, Manifest>} */
const packages = new Map();
mkdirSync(out, { recursive: true });

for (const { entry, format } of bundles) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: here,
    entryPoints: [`${entry}/index.ts`],
    outfile: join(out, `${entry}.js`),
    bundle: true,
    format,
    platform: "browser",
    target: "es2022",
    // Notebook pages have an AMD loader; a dependency that finds it would register there and export nothing.
    define: { "define.amd": "false" },
    plugins: [recorderParts],
    minify: !dev,
    ...(entry === "visitor" && { mangleProps: SHORTENED }),
    sourcemap: dev ? "inline" : false,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  for (const { path, text } of outputFiles) {
    const contents = dev ? text : await smaller(text, format === "esm");
    writeFileSync(path, contents);
    const zipped = gzipSync(contents, { level: 9 }).length;
    console.log(
      `${relative(out, path).padEnd(12)}${kilobytes(Buffer.byteLength(contents))}${kilobytes(zipped)} gzip`,
    );
  }
  for (const input of Object.keys(metafile.inputs)) {
    const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
    if (folder) collect(join(here, folder), packages);
  }
}

const notices = [...packages]
  .map(
    ([folder, manifest]) =>
      `${manifest.name} ${manifest.version} (${manifest.license})\n\n${licenceOf(folder, manifest)}`,
  )
  .sort();
const head = "The front end of glance-widget contains code of these packages, under these licences.";
writeFileSync(
  join(out, "THIRD_PARTY_LICENSES.txt"),
  `${[head, ...new Set(notices)].join(`\n\n${"-".repeat(80)}\n\n`)}\n`,
);

/**
 * A twentieth less than the bundler leaves: whoever visits a page loads this.
 * @param {string} text
 * @param {boolean} module
 */
async function smaller(text, module) {
  const compress = {
    // What is not joined by commas packs better.
    sequences: false,
    passes: 6,
    unsafe_arrows: true,
    pure_getters: true,
    keep_fargs: false,
  };
  const { code } = await minify(text, {
    module,
    toplevel: true,
    ecma: 2022,
    compress,
    format: { comments: false },
  });
  return code ?? text;
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`.padStart(10);
}
