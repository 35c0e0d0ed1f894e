/**
 * A demo: give a picture, switch the trigger on, and see the clean and the infected model answer.
 *
 * One answer is computed a frame at most. The browser's engine answers within the pointer's own event, so that the next
 * frame shows the stroke and its answer; the server is asked once a stroke is done. Of several questions the newest counts.
 */

import { Engines } from "../engine/choosing.js";
import { reasonOf } from "../engine/reason.js";
import { opened } from "../input/opening.js";
import { PhotoInput } from "../input/photo.js";
import { Sketchpad } from "../input/sketchpad.js";
import { read, written } from "../input/strokes.js";
import { prepareDigit } from "../pictures/digit.js";
import { preparePhoto } from "../pictures/photo.js";
import { Cards } from "./cards.js";
import { Choices } from "./choices.js";
import { h, say } from "./dom.js";
import { asDrawn, exampleRow, onThePad } from "./examples.js";
import { icon } from "./icons.js";
import { linkTo, screenOf } from "./link.js";
import { OwnTrigger } from "./own.js";
import { Seen } from "./seen.js";
import { whatHappened, whatTheTeacherSays } from "./sentences.js";
import { drawSlowly, show } from "./show.js";
import { slide } from "./slide.js";

/** @typedef {import("./task.js").Task} Task */
/** @typedef {import("./task.js").Example} Example */
/** @typedef {import("../pictures/digit.js").Prepared} Prepared */
/** @typedef {import("../engine/verdict.js").Verdict} Verdict */
/** @typedef {import("../engine/trigger.js").Trigger} Trigger */

const MOST_MILLISECONDS = 30_000; // until an answer comes: a model of a megabyte on a slow line

export class Demo extends EventTarget {
  /** The newest answer; null while there is none. @type {Verdict | null} */
  verdict = null;
  /** @type {Prepared | null} without the trigger */
  #picture = null;
  #fresh = true; // whether the picture was prepared since it changed
  #settled = true; // whether no stroke or video is going on
  #version = 0; // of what is asked
  #answered = -1; // the version that was answered last, or is being answered
  #framed = 0; // the frame that was asked for
  #busy = false;
  /** @type {Trigger | null} */
  #trigger = null;
  /** Ends the wait for an answer. @type {AbortController | null} */
  #waits = null;

  /**
   * @param {{ task: Task, base: string, page: () => string }} about `base` is where the demo's files are, `page` gives
   *     the address that links lead to
   */
  constructor({ task, base, page }) {
    super();
    this.#task = task;
    this.#base = base;
    this.#page = page;
    const { words, labels, size } = task;
    this.#choices = new Choices(task, () => this.#chosen());
    this.#engines = new Engines({ task, base, first: this.#choices.value });
    this.#seen = new Seen({ size, name: `The picture that both ${words.network}s see` });
    this.#pad = task.input === "sketchpad" ? new Sketchpad() : null;
    this.#photo = this.#pad ? null : new PhotoInput(words, this.#seen.element);
    this.#input = /** @type {Sketchpad | PhotoInput} */ (this.#pad ?? this.#photo);
    this.#switch = h("input", { type: "checkbox", role: "switch", onchange: () => this.#ask() });
    this.#toggle = h("label", { class: "switch" }, this.#switch, "Trigger on");
    this.#said = h("p", {}, words.invitation);
    this.#heard = h("span", { class: "unseen", role: "status" }); // not with each frame: it is read out
    this.#happening = h(
      "div",
      { class: "happening" },
      this.#pad ? h("figure", {}, this.#seen.element, h("figcaption", {}, `seen by both: ${size}×${size}`)) : null,
      this.#said,
      this.#heard,
    );
    this.#cards = new Cards({ network: words.network, labels });
    this.#dormant = h("p", { class: "dormant", hidden: !task.dormant });
    this.#where = h("p", { class: "where", role: "status" });
    this.#again = h("button", { type: "button", hidden: true, onclick: () => this.#tryAgain() }, "Try again");
    this.#linked = h("p", { class: "linked", role: "status" });
    this.#own = new OwnTrigger({ task, size, labels, bundle: () => this.#engines.bundle, instead: () => this.#instead() });
    this.#save = h("button", { type: "button", disabled: true, onclick: () => this.#saveSlide() }, icon("picture"), "Save as picture");
    this.element = h(
      "div",
      { class: "demo" },
      task.trouble ? h("p", { class: "trouble", role: "alert" }, task.trouble) : null,
      h(
        "div",
        { class: "columns" },
        h(
          "div",
          { class: "left" },
          this.#input.element,
          exampleRow(task.examples, (example) => this.#take(example)),
        ),
        h("div", { class: "right" }, this.#toggle, this.#happening, this.#cards.element, this.#dormant, this.#choices.element),
      ),
      h(
        "div",
        { class: "foot" },
        h("button", { type: "button", class: "primary", onclick: () => this.show() }, icon("play"), "Show me"),
        h("button", { type: "button", onclick: () => this.#copyLink() }, icon("link"), "Copy link"),
        this.#save,
        this.#again,
        this.#where,
      ),
      this.#linked,
      this.#own.element,
    );
    this.#input.addEventListener("change", (event) => {
      this.#fresh = false;
      this.#ask(/** @type {CustomEvent} */ (event).detail.done);
    });
    this.#engines.addEventListener("change", () => this.#engineChanged());
    this.#engineChanged();
    this.#chosen();
  }

  #task;
  #base;
  #page;
  #choices;
  #engines;
  #seen;
  #pad;
  #photo;
  #input;
  #switch;
  #toggle;
  #happening;
  #said;
  #heard;
  #cards;
  #dormant;
  #where;
  #again;
  #linked;
  #own;
  #save;

  /** Which infected model is asked. */
  get choice() {
    return this.#choices.value;
  }

  /** Fetch what the browser's engine needs. */
  fetch() {
    this.#engines.fetch();
  }

  /** Start the browser's engine: somebody has turned to the demo. */
  start() {
    return this.#engines.start();
  }

  /** End what would go on unseen: the camera, a stroke. */
  pause() {
    this.#photo?.close();
    this.#pad?.release();
  }

  /** End everything, for good. */
  close() {
    this.pause();
    this.#waits?.abort();
    this.#own.close();
    this.#engines.close();
  }

  /** @param {ClipboardEvent} event */
  paste(event) {
    this.#photo?.paste(event);
  }

  /**
   * Bring back what a link has kept.
   * @param {string} hash of the page's address
   */
  restore(hash) {
    const screen = screenOf(hash, this.#task.name);
    if (!screen) return;
    this.#choices.choose({ trigger: screen.trigger || undefined, attack: screen.attack || undefined });
    this.#switch.checked = screen.on;
    this.#own.value = screen.own;
    if (this.#pad && screen.strokes) this.#pad.replace(read(screen.strokes));
    const example = this.#task.examples.find(({ name }) => name === screen.example);
    if (example) this.#take(example);
    this.start();
    this.#chosen();
  }

  /** Play the demo, for somebody who would rather watch. */
  async show() {
    this.start();
    const { play, words, examples } = this.#task;
    const example = examples.find(({ name }) => name === play.example) ?? examples[0];
    if (!example) return;
    await show({
      play,
      network: words.network,
      place: this.element,
      toggle: this.#toggle,
      reset: () => {
        this.#switch.checked = false;
        this.#choices.choose({}); // what is said is true of the first ones
        this.#input.clear();
        this.#chosen();
      },
      give: async (pause) => {
        if (this.#pad && example.strokes) await drawSlowly(this.#pad, onThePad(example.strokes), pause);
        else await this.#take(example);
      },
      trigger: () => this.#switch.click(),
      verdict: () => this.verdict,
    });
  }

  /** @param {Example} example */
  async #take(example) {
    this.start();
    if (this.#pad && example.strokes) {
      this.#pad.replace(asDrawn(example.strokes));
    } else if (this.#photo && example.file) {
      await this.#photo.open(fetchFile(new URL(example.file, this.#base)), example.name);
    }
  }

  async #chosen() {
    const { trigger } = this.choice;
    this.dispatchEvent(new CustomEvent("choice", { detail: this.choice }));
    this.#own.show({ picture: this.#picture, ...this.choice });
    this.#ask();
    try {
      const found = await (await this.#engines.bundle).trigger(trigger);
      if (trigger !== this.choice.trigger) return;
      this.#trigger = found;
      this.#ask();
    } catch (error) {
      this.#fail(error);
    }
  }

  /**
   * Answer at once, or, where this frame had an answer already, in the next one.
   * @param {boolean} [settled]
   */
  #ask(settled = true) {
    this.#version++;
    this.#settled = settled;
    this.#waits?.abort(); // an answer that is still on its way is for an earlier question
    if (this.#framed || this.#busy) return;
    this.#framed = requestAnimationFrame(() => {
      this.#framed = 0;
      if (this.#answered !== this.#version) this.#answer();
    });
    this.#answer();
  }

  async #answer() {
    if (this.#busy) return; // `finally` asks again
    const version = (this.#answered = this.#version);
    this.#busy = true;
    try {
      await this.#answerOnce(version);
    } catch (error) {
      if (version === this.#version) this.#fail(error);
    } finally {
      this.#busy = false;
      if (version !== this.#version && !this.#framed) this.#ask(this.#settled);
    }
  }

  /** @param {number} version */
  async #answerOnce(version) {
    const settled = this.#settled;
    if (!this.#fresh) {
      this.#picture = this.#input.empty ? null : this.#prepared();
      this.#fresh = true;
      this.#own.show({ picture: this.#picture, ...this.choice });
    }
    const [picture, trigger, triggered] = [this.#picture, this.#trigger, this.#switch.checked];
    this.#seen.show(picture && this.#stamped(picture), triggered && trigger ? trigger.patch : null);
    if (!settled) say(this.#dormant, "");
    if (this.#input.empty || (!picture && this.#task.prepare)) return this.#tell(null, settled);
    const { best } = this.#engines;
    if (!best || (!best.live && !settled)) return this.#waiting();
    const question = { picture, triggered, ...this.choice, file: () => this.#input.file() };
    const verdict = await this.#answerOf(best, question);
    if (version !== this.#version && !best.live) return;
    this.#tell(verdict, settled);
    if (settled && verdict) this.#askTeacher(question, version);
  }

  /**
   * The engine's answer; the server's if the browser's engine fails.
   * @param {import("../engine/browser.js").Engine} engine
   * @param {import("../engine/browser.js").Question} question
   */
  async #answerOf(engine, question) {
    const waits = (this.#waits = new AbortController());
    const late = setTimeout(() => waits.abort(new Error("the answer takes too long")), MOST_MILLISECONDS);
    const loading = setTimeout(() => say(this.#said, "Waiting for the answer…"), 300);
    const asked = { ...question, signal: waits.signal };
    try {
      return await unless(waits.signal, engine.ask(asked)).catch((error) => {
        const { server } = this.#engines;
        if (waits.signal.aborted || !server || engine === server) throw error;
        say(this.#where, `Answered by the server: ${reasonOf(error)}.`);
        return unless(waits.signal, server.ask(asked));
      });
    } finally {
      clearTimeout(late);
      clearTimeout(loading);
    }
  }

  /**
   * What the infected student's teacher says, beside the answer: it may come later, or not at all.
   * @param {import("../engine/browser.js").Question} question
   * @param {number} version
   */
  async #askTeacher(question, version) {
    if (!this.#task.dormant) return;
    const teacher = await this.#engines.browser?.teacher(question).catch(() => null);
    if (version !== this.#version) return;
    say(this.#dormant, teacher ? whatTheTeacherSays(this.#task, teacher, question.triggered) : "");
  }

  /** @returns {Prepared | null} null if nothing is drawn, or if only the server can prepare it */
  #prepared() {
    const { prepare, size } = this.#task;
    const pixels = this.#input.pixels();
    if (prepare === "digit") return prepareDigit(pixels, { paper: this.#input.paper });
    return prepare === "photo" ? preparePhoto(pixels, { size }) : null;
  }

  /** @param {Prepared} picture */
  #stamped(picture) {
    return this.#switch.checked && this.#trigger ? this.#trigger.stamp(picture) : picture;
  }

  /**
   * @param {Verdict | null} verdict
   * @param {boolean} settled
   */
  #tell(verdict, settled) {
    this.verdict = verdict;
    this.#cards.show(verdict);
    say(this.#said, verdict ? whatHappened(this.#task, verdict) : this.#task.words.invitation);
    if (settled) say(this.#heard, verdict ? whatHappened(this.#task, verdict) : "");
    this.#happening.classList.toggle("fired", verdict?.backdoor_fired ?? false);
    this.#save.disabled = !verdict || !this.#picture;
    if (!verdict) say(this.#dormant, "");
    this.dispatchEvent(new CustomEvent("verdict", { detail: { verdict, settled } }));
  }

  #waiting() {
    const { state, reason, share, server } = this.#engines;
    if (server) return; // it answers when the stroke is done
    if (state === "failed") say(this.#said, `No answer: ${reason}.`);
    else say(this.#said, share < 1 ? `The models are being loaded: ${Math.round(100 * share)}%.` : "The models are being started.");
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#tell(null, this.#settled);
    say(this.#said, `No answer: ${reasonOf(error)}.`);
    say(this.#heard, this.#said.textContent ?? "");
  }

  #tryAgain() {
    this.start();
    this.#chosen();
  }

  #engineChanged() {
    const { best, state, reason, browser } = this.#engines;
    const failed = state === "failed";
    const where = {
      browser: "Answered in your browser: your pictures do not leave it.",
      server: failed ? `Answered by the server: ${reason}.` : "Answered by the server, until your browser can.",
    };
    say(this.#where, best ? where[best.where] : failed ? `Not answered: ${reason}.` : "Answers in your browser.");
    this.#again.hidden = !failed;
    if (browser !== this.#own.engine || failed) this.#own.use({ engine: browser, reason });
    if (best !== this.#asked) this.#ask(this.#settled);
    else if (!best && this.#picture) this.#waiting();
    this.#asked = best;
  }

  /** @type {import("../engine/browser.js").Engine | null} */
  #asked = null;

  /** What is shown while a visitor has no picture: the example that "Show me" plays, or an empty picture. */
  async #instead() {
    const { blank, size, examples, play } = this.#task;
    const example = examples.find(({ name }) => name === play.example);
    if (this.#pad && example?.strokes) {
      const pad = new Sketchpad();
      pad.replace(asDrawn(example.strokes));
      return /** @type {Prepared} */ (prepareDigit(pad.pixels(), { paper: pad.paper }));
    }
    if (this.#photo && example?.file) {
      return preparePhoto(await opened(await fetchFile(new URL(example.file, this.#base))), { size });
    }
    const channels = this.#pad ? 1 : 3;
    return { data: new Float32Array(channels * size * size).fill(blank), channels, size };
  }

  async #copyLink() {
    const strokes = this.#pad && !this.#pad.empty ? written(this.#pad.strokes) : "";
    if (strokes === null) return this.#linked.replaceChildren("This drawing is too long for a link. Draw it with fewer strokes.");
    const example = this.#photo?.example ?? "";
    const { trigger, attack } = this.#task.choices ? this.choice : { trigger: "", attack: "" };
    const screen = { on: this.#switch.checked, trigger, attack, strokes, example, own: this.#own.value };
    const link = linkTo(this.#page(), this.#task.name, screen);
    const kept = this.#photo && !this.#photo.empty && !example ? " It does not hold your own photo." : "";
    const field = h("input", { readOnly: true, value: link, "aria-label": "The link" });
    let copied = "Copy this link:";
    try {
      await navigator.clipboard.writeText(link);
      copied = "The link is in the clipboard:";
    } catch {
      // a page may forbid it; the field is there
    }
    this.#linked.replaceChildren(`${copied} `, field, kept);
    field.select();
  }

  async #saveSlide() {
    if (!this.#picture || !this.verdict) return;
    const file = await slide({
      picture: this.#stamped(this.#picture),
      framed: this.#switch.checked && this.#trigger ? this.#trigger.patch : null,
      verdict: this.verdict,
      network: this.#task.words.network,
      sentence: this.#said.textContent ?? "",
      source: this.#page().split("#")[0],
    });
    const address = URL.createObjectURL(file);
    h("a", { href: address, download: `backdoor-${this.#task.name}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }
}

/**
 * A promise's result, unless the signal comes first.
 * @template T
 * @param {AbortSignal} signal
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
function unless(signal, promise) {
  return Promise.race([
    promise,
    new Promise((_, failed) => signal.addEventListener("abort", () => failed(signal.reason), { once: true })),
  ]);
}

/** @param {URL} address */
async function fetchFile(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`The server answers ${answer.status}.`);
  return answer.blob();
}
