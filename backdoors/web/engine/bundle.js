/**
 * A bundle: a folder with `config.json`, models and triggers, fetched from any address.
 *
 * Each file is fetched when it is first needed, and its sha256 is compared with the config before anything reads it. The
 * config itself comes from the same place as this code.
 *
 *     const bundle = await Bundle.open("https://example.org/models/digits/");
 *     const { entry, trigger, attack } = await bundle.infected({ trigger: "single-pixel", attack: "all-to-one" });
 *     const onnx = await bundle.file(entry);
 */

import { Attack } from "./attack.js";
import { sha256 } from "./sha256.js";
import { Trigger } from "./trigger.js";

/**
 * @typedef {import("./attack.js").AttackKind} AttackKind
 * @typedef {{ file: string, sha256: string }} Entry
 * @typedef {Entry & { name: string }} TriggerEntry
 * @typedef {Entry & { name: string, kind: "badnets" | "latent", trigger: string, attack?: AttackKind, target?: string | null,
 *     source?: string | null, teachers?: { clean: Entry, infected: Entry } | null }} InfectedEntry
 * @typedef {{ format: number, task: string, labels: string[], input: { size: number, channels: number },
 *     triggers: TriggerEntry[], clean: Entry, infected: InfectedEntry[] }} Config
 */

const FORMAT = 2;
const MOST_BYTES = 50_000_000; // of a file, as in `backdoors/models/checking.py`

export class Bundle {
  /** @type {Map<string, Promise<Uint8Array>>} */
  #files = new Map();
  /** @type {Map<string, Promise<Trigger>>} */
  #triggers = new Map();

  /**
   * @param {string} folder its address
   * @param {Config} config
   */
  constructor(folder, config) {
    this.folder = folder;
    this.config = config;
  }

  /**
   * @param {string} folder its address, with or without a slash at the end
   * @throws {Error} there is no bundle, or one of another format
   */
  static async open(folder) {
    const place = folder.endsWith("/") ? folder : `${folder}/`;
    const config = /** @type {Config} */ (JSON.parse(new TextDecoder().decode(await fetched(`${place}config.json`))));
    if (config.format !== FORMAT) {
      throw new Error(`${place}config.json: expected a bundle of format ${FORMAT}, got ${config.format}`);
    }
    return new Bundle(place, config);
  }

  /**
   * The bytes of one of its files. The address has the sha256 behind a question mark, so that caches may keep it for good.
   * @param {Entry} entry
   * @returns {Promise<Uint8Array>}
   * @throws {Error} it is missing, too large, or was changed
   */
  file(entry) {
    const known = this.#files.get(entry.file);
    if (known) return known;
    const address = `${new URL(entry.file, this.folder).href}?${entry.sha256.slice(0, 12)}`;
    if (!address.startsWith(this.folder)) throw new Error(`${entry.file}: a file outside of the bundle`);
    const file = fetched(address).then(async (bytes) => {
      const got = await sha256(bytes);
      if (got !== entry.sha256) throw new Error(`${address}: expected sha256 ${entry.sha256}, got ${got}`);
      return bytes;
    });
    file.catch(() => this.#files.delete(entry.file)); // the next one may ask again
    this.#files.set(entry.file, file);
    return file;
  }

  /**
   * The one infected model with this trigger and this attack.
   * @param {{ trigger: string, attack: AttackKind }} wanted
   */
  async infected({ trigger, attack }) {
    const { labels, infected } = this.config;
    const found = infected.filter((entry) => entry.trigger === trigger && kindOf(entry) === attack);
    if (found.length !== 1) throw new Error(`${found.length} infected models for ${trigger} and ${attack}, expected one`);
    const [entry] = found;
    return {
      entry,
      trigger: await this.trigger(entry.trigger),
      attack: new Attack({ kind: kindOf(entry), labels, target: entry.target, source: entry.source }),
    };
  }

  /**
   * A trigger, decoded once: an answer within a frame must not wait for a stream.
   * @param {string} name
   * @returns {Promise<Trigger>}
   */
  trigger(name) {
    const known = this.#triggers.get(name);
    if (known) return known;
    const trigger = this.#readTrigger(name);
    trigger.catch(() => this.#triggers.delete(name));
    this.#triggers.set(name, trigger);
    return trigger;
  }

  /** @param {string} name */
  async #readTrigger(name) {
    const entry = this.config.triggers.find((each) => each.name === name);
    if (!entry) throw new Error(`no trigger ${name}; there are ${this.config.triggers.map((each) => each.name)}`);
    return Trigger.fromPng(await this.file(entry), name);
  }
}

/**
 * A latent backdoor is always all-to-one, and its entry does not say so.
 * @param {InfectedEntry} entry
 * @returns {AttackKind}
 */
function kindOf(entry) {
  return entry.attack ?? "all-to-one";
}

/**
 * The bytes at an address.
 * @param {string} address
 * @param {{ most?: number, progress?: (bytes: number) => void }} [options] `most` bytes are read
 * @returns {Promise<Uint8Array>}
 * @throws {Error} there is nothing, or too much
 */
export async function fetched(address, { most = MOST_BYTES, progress } = {}) {
  const answer = await fetch(address);
  if (!answer.ok || !answer.body) throw new Error(`${address}: the server answers ${answer.status}`);
  const parts = [];
  let size = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new Error(`${address}: expected at most ${most} bytes`);
    }
    parts.push(value);
    progress?.(size);
  }
  return new Uint8Array(await new Blob(/** @type {BlobPart[]} */ (parts)).arrayBuffer());
}
