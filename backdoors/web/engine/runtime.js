/**
 * Loading onnxruntime-web from an address that the page chooses: a public CDN, or a folder of its own.
 *
 * Neither can change what runs. The module is fetched with subresource integrity, and the sha256 of the WebAssembly file
 * is compared before it is compiled. The module is then imported from memory, because `import()` checks nothing: a strict
 * content security policy must allow `blob:` scripts and `wasm-unsafe-eval`.
 */

import { fetched } from "./bundle.js";
import { sha256 } from "./sha256.js";

/** The release, and its two files on any host: with one thread, SIMD, and no GPU, which networks this small do not need. */
export const RELEASE = {
  version: "1.30.0",
  module: {
    file: "ort.wasm.bundle.min.mjs",
    integrity: "sha384-PLWz+nHEVHpjwBsO0YVdvQj6n5814Iv8E3b8FG0Rp/uIAtjFMCKOpP66iPzedrIG",
  },
  wasm: {
    file: "ort-wasm-simd-threaded.wasm",
    sha256: "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2",
    bytes: 14_239_897,
  },
};

export const CDN = `https://cdn.jsdelivr.net/npm/onnxruntime-web@${RELEASE.version}/dist/`;

/**
 * @typedef {import("onnxruntime-web")} Ort
 * @typedef {{ source: string, unchecked: Uint8Array }} Files
 */

// A page fetches and starts it once, however many demos it shows.
/** @type {Map<string, Promise<Files>>} */
const files = new Map();
/** @type {Map<string, Promise<Ort>>} */
const started = new Map();
/** Who wants to know how much is there. @type {Set<(share: number) => void>} */
const watching = new Set();

/**
 * Fetch the runtime's files. Nothing is started, and the WebAssembly file is not looked at yet: its checksum keeps the page
 * busy for as long as two frames.
 * @param {string} folder where they are; ends with a slash
 * @param {(share: number) => void} [progress] 0 to 1
 * @returns {Promise<Files>}
 * @throws {Error} a file cannot be fetched, or the module was changed
 */
export function fetchRuntime(folder = CDN, progress) {
  if (progress) watching.add(progress);
  return once(files, folder, async () => {
    const { module, wasm } = RELEASE;
    const [source, unchecked] = await Promise.all([
      fetch(folder + module.file, { integrity: module.integrity }).then(text),
      fetched(folder + wasm.file, { most: wasm.bytes, progress: (got) => watching.forEach((told) => told(got / wasm.bytes)) }),
    ]);
    return { source, unchecked };
  });
}

/**
 * Start the runtime. This takes half a second, most of it on the page's own thread.
 * @param {string} folder as above
 * @returns {Promise<Ort>}
 * @throws {Error} as above; the WebAssembly file was changed; this browser has no WebAssembly, or the page's policy forbids it
 */
export function loadRuntime(folder = CDN) {
  return once(started, folder, async () => {
    if (typeof WebAssembly !== "object") throw new Error("this browser has no WebAssembly");
    const { source, unchecked } = await fetchRuntime(folder);
    const { wasm } = RELEASE;
    const got = await sha256(unchecked);
    if (got !== wasm.sha256) {
      files.delete(folder); // the next one fetches it again
      throw new Error(`${wasm.file}: expected sha256 ${wasm.sha256}, got ${got}`);
    }
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    try {
      const ort = await import(address);
      ort.env.wasm.wasmBinary = unchecked; // it is checked now
      ort.env.wasm.numThreads = 1; // more need headers of cross-origin isolation, which host pages do not send
      return ort;
    } finally {
      files.delete(folder); // 14 MB, which the runtime has now
      URL.revokeObjectURL(address);
    }
  });
}

/**
 * @template T
 * @param {Map<string, Promise<T>>} known
 * @param {string} key
 * @param {() => Promise<T>} make
 */
function once(known, key, make) {
  const made = known.get(key);
  if (made) return made;
  const promise = make();
  known.set(key, promise);
  promise.catch(() => known.delete(key)); // the next one may try again
  return promise;
}

/** @param {Response} answer */
async function text(answer) {
  if (!answer.ok) throw new Error(`${answer.url}: the server answers ${answer.status}`);
  return answer.text();
}
