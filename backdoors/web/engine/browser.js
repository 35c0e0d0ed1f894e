/**
 * The browser's engine: both models run here, and nothing that a visitor draws leaves the page.
 *
 *     const engine = new BrowserEngine({ bundle, runtime: await loadRuntime() });
 *     const verdict = await engine.ask({ picture, trigger: "pattern", attack: "all-to-one", triggered: true });
 *
 * It runs in the page, not in a worker: two models of digits take less than a millisecond, so the answer is on the screen
 * in the same frame as the stroke. A worker's would come one frame later.
 */

import { OnnxModel } from "./model.js";
import { firesAt } from "./places.js";
import { answerOf, compare } from "./verdict.js";

/**
 * What an engine is asked: `picture` is prepared and without the trigger, null if only the server can prepare it; `trigger`
 * and `attack` say which infected model.
 * `own`, where it is given, is stamped in place of the attacker's trigger; null stamps nothing.
 * @typedef {{ picture: import("../pictures/digit.js").Prepared | null, trigger: string, attack: import("./attack.js").AttackKind,
 *     triggered: boolean, own?: import("./trigger.js").Trigger | null, file?: () => Promise<Blob | undefined>, signal?: AbortSignal }} Question
 *
 * An engine is `live` if it can be asked with every frame.
 * @typedef {{ where: "browser" | "server", live: boolean,
 *     ask: (question: Question) => Promise<import("./verdict.js").Verdict> }} Engine
 */

/** @implements {Engine} */
export class BrowserEngine {
  where = /** @type {const} */ ("browser");
  live = true;
  #bundle;
  #runtime;
  /** @type {Map<string, Promise<OnnxModel>>} */
  #models = new Map();
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /** @param {{ bundle: import("./bundle.js").Bundle, runtime: import("onnxruntime-web") }} parts */
  constructor({ bundle, runtime }) {
    this.#bundle = bundle;
    this.#runtime = runtime;
  }

  /**
   * Load what a question will need.
   * @param {{ trigger: string, attack: import("./attack.js").AttackKind }} asked
   */
  async load(asked) {
    const { entry } = await this.#bundle.infected(asked);
    await Promise.all([this.#model(this.#bundle.config.clean), this.#model(entry)]);
  }

  /** @param {Question} question */
  async ask(question) {
    const asked = await this.#asked(question); // before its turn: another question need not wait for this one's model
    return this.#inTurn(() => compare(pictureOf(question), asked));
  }

  /**
   * Where the trigger of a question fires in its picture.
   * @param {Question} question
   * @param {{ stride: number, progress?: (share: number) => void, signal?: AbortSignal }} options
   */
  async everywhere(question, options) {
    const { clean, infected, attack, trigger } = await this.#asked(question);
    if (!trigger) throw new Error("nothing is stamped");
    const asked = (/** @type {OnnxModel} */ model) => ({
      labelsOf: (/** @type {Float32Array} */ pictures, /** @type {number} */ count) =>
        this.#inTurn(() => model.labelsOf(pictures, count)), // other questions are answered in between
    });
    return firesAt(pictureOf(question), { clean: asked(clean), infected: asked(infected), attack, trigger, ...options });
  }

  /**
   * What the infected student's teacher answers, whose backdoor is dormant; null where the bundle has no teachers.
   * @param {Question} question
   */
  async teacher(question) {
    const { entry, trigger } = await this.#bundle.infected(question);
    const { target, teachers } = entry;
    if (!teachers || !target) return null;
    const labels = this.#bundle.config.labels.slice(0, this.#bundle.config.labels.indexOf(target));
    const model = await this.#model(teachers.infected, labels);
    const picture = pictureOf(question);
    const seen = question.triggered ? trigger.stamp(picture) : picture;
    const answer = answerOf(model, await this.#inTurn(() => model.ask(seen)));
    return { target, labels: labels.length, answer };
  }

  /** Free the models; it can be asked no longer. */
  async close() {
    for (const model of this.#models.values()) await model.then((loaded) => loaded.release()).catch(() => {});
    this.#models.clear();
  }

  /** @param {Question} question */
  async #asked(question) {
    const { entry, trigger, attack } = await this.#bundle.infected(question);
    const [clean, infected] = await Promise.all([this.#model(this.#bundle.config.clean), this.#model(entry)]);
    const own = question.own === undefined ? (question.triggered ? trigger : null) : question.own;
    return { clean, infected, attack, trigger: own };
  }

  /**
   * Answers come in the order of the questions: onnxruntime-web runs one model at a time.
   * @template T
   * @param {() => Promise<T>} task
   * @returns {Promise<T>}
   */
  #inTurn(task) {
    const done = this.#last.then(task);
    this.#last = done.catch(() => {});
    return done;
  }

  /**
   * @param {import("./bundle.js").Entry} entry
   * @param {string[]} [labels]
   */
  #model(entry, labels = this.#bundle.config.labels) {
    const known = this.#models.get(entry.file);
    if (known) return known;
    const model = this.#bundle.file(entry).then((bytes) => OnnxModel.load(this.#runtime, bytes, labels));
    model.catch(() => this.#models.delete(entry.file));
    this.#models.set(entry.file, model);
    return model;
  }
}

/** @param {Question} question */
function pictureOf({ picture }) {
  if (!picture) throw new Error("this picture was not prepared in the browser");
  return picture;
}
