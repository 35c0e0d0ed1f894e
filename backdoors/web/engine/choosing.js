/**
 * Which engine answers: the browser's as soon as it is ready, until then, or without it, the server's.
 *
 * The runtime's and the models' files are fetched once the demo is on the screen and somebody is there. They are started only
 * when somebody turns to the demo, because this keeps the page busy for some tenths of a second.
 *
 *     const engines = new Engines({ task, base, first });
 *     engines.addEventListener("change", () => show(engines.best, engines.state));
 *     engines.fetch();
 *     await engines.start();
 */

import { BrowserEngine } from "./browser.js";
import { Bundle } from "./bundle.js";
import { reasonOf } from "./reason.js";
import { CDN, fetchRuntime, loadRuntime } from "./runtime.js";
import { ServerEngine } from "./server.js";

/** @typedef {import("./browser.js").Engine} Engine */

export class Engines extends EventTarget {
  /** @type {"waiting" | "loading" | "ready" | "failed"} of the browser's engine */
  state = /** @type {"waiting" | "loading" | "ready" | "failed"} */ ("waiting");
  /** Why the browser's engine cannot be used. */
  reason = "";
  /** The part of the runtime that is there, 0 to 1. */
  share = 0;
  /** @type {BrowserEngine | null} */
  browser = null;
  /** @type {ServerEngine | null} */
  server;
  #task;
  #base;
  #first;
  /** @type {Promise<Bundle> | undefined} */
  #bundle;
  /** @type {Promise<void> | undefined} */
  #started;

  /**
   * @param {{ task: import("../parts/task.js").Task, base: string,
   *     first: { trigger: string, attack: import("./attack.js").AttackKind } }} about `base` is where the demo's files are,
   *     `first` the infected model that is asked first
   */
  constructor({ task, base, first }) {
    super();
    this.#task = task;
    this.#base = base;
    this.#first = first;
    const { server, endpoint, choices } = task;
    this.server = server ? new ServerEngine({ api: new URL(server, base).href, endpoint, choices }) : null;
  }

  /** The one that answers now; null where none can yet, or at all. @type {Engine | null} */
  get best() {
    return this.browser ?? this.server;
  }

  /** The bundle of the models, for its triggers; its other files come when they are needed. */
  get bundle() {
    if (!this.#bundle) {
      const bundle = Bundle.open(new URL(this.#task.models, this.#base).href);
      bundle.catch(() => (this.#bundle = undefined)); // the next one may ask again
      this.#bundle = bundle;
    }
    return this.#bundle;
  }

  /** Fetch all files of the first answer, and start nothing. */
  fetch() {
    if (!this.#task.prepare) return;
    const ignore = () => {}; // what fails here fails again in `start`, which tells it
    fetchRuntime(this.#runtime, (share) => {
      this.share = share;
      this.#changed();
    }).catch(ignore);
    this.bundle
      .then(async (bundle) => {
        const { entry } = await bundle.infected(this.#first);
        await Promise.all([bundle.file(bundle.config.clean), bundle.file(entry)]);
      })
      .catch(ignore);
  }

  /** Start the browser's engine, again if it failed; does nothing if it has been started. */
  start() {
    this.#started ??= this.#start();
    return this.#started;
  }

  async #start() {
    this.state = "loading";
    this.#changed();
    try {
      if (!this.#task.prepare) throw new Error("pictures of this demo are prepared by the server");
      const [bundle, runtime] = await Promise.all([this.bundle, loadRuntime(this.#runtime)]);
      const engine = new BrowserEngine({ bundle, runtime });
      await engine.load(this.#first);
      this.browser = engine;
      this.state = "ready";
    } catch (error) {
      this.state = "failed";
      this.#started = undefined;
      this.reason = reasonOf(error);
    }
    this.#changed();
  }

  /** Free what the browser's engine holds. */
  close() {
    this.browser?.close();
  }

  get #runtime() {
    return this.#task.runtime ? new URL(this.#task.runtime, this.#base).href : CDN;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
