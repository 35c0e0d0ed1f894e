/**
 * A trigger of the visitor's own: they choose its shape and place, see whether the backdoor fires, and where it would.
 *
 * Only the browser's engine can be asked about it.
 */

import { reasonOf } from "../engine/reason.js";
import { Cards } from "./cards.js";
import { contextOf, h, say } from "./dom.js";
import { Seen } from "./seen.js";
import { whatYourTriggerDoes, whereItFires } from "./sentences.js";
import { Grid, Patch } from "./shapes.js";

/** @typedef {import("./task.js").Task} Task */
/** @typedef {import("./shapes.js").Place} Place */
/** @typedef {import("../pictures/digit.js").Prepared} Prepared */
/** @typedef {import("../engine/browser.js").BrowserEngine} BrowserEngine */
/** @typedef {import("../engine/attack.js").AttackKind} AttackKind */
/**
 * What is stamped into, null while the visitor has no picture, and the infected model that is asked.
 * @typedef {{ picture: Prepared | null, trigger: string, attack: AttackKind }} Subject
 */

const TITLES = { grid: "Does any bright pixel do?", patch: "Does the place matter?" };
const MAP_COLOUR = "rgba(255, 48, 48, 0.6)";

export class OwnTrigger {
  /** @type {BrowserEngine | null} */
  engine = null;
  /** @type {Subject | null} */
  #subject = null;
  /** @type {import("../engine/trigger.js").Trigger | null} */
  #attackers = null;
  /** @type {Place} */
  #place = { row: 0, column: 0 };
  #untouched = true;
  #running = false;
  #again = false;
  /** @type {AbortController | null} */
  #search = null;

  /**
   * @param {{ task: Task, size: number, labels: string[],
   *     bundle: () => Promise<import("../engine/bundle.js").Bundle>, instead: () => Promise<Prepared> }} about `instead` gives
   *     the picture that is shown while the visitor has none
   */
  constructor({ task, size, labels, bundle, instead }) {
    this.#task = task;
    this.#bundle = bundle;
    this.#instead = instead;
    const touched = () => this.#touched();
    const { side, kind, stride } = task.own;
    this.#stride = stride;
    this.#shape = kind === "grid" ? new Grid({ side, changed: touched }) : new Patch({ side, changed: touched });
    this.#seen = new Seen({ size, name: "What both see: your trigger in the picture" });
    this.#marks = h("canvas", { width: size, height: size, class: "marks", "aria-hidden": "true" });
    this.#seen.element.append(this.#marks);
    this.#seen.element.classList.add("stage");
    const most = size - side;
    this.#row = slider("Row", most, (row) => this.#moved({ ...this.#place, row }));
    this.#column = slider("Column", most, (column) => this.#moved({ ...this.#place, column }));
    this.#cards = new Cards({ network: task.words.network, labels, bars: false });
    this.#everywhere = h("button", { type: "button", onclick: () => this.#tryEverywhere() }, "Try every place");
    this.#said = h("p", { class: "happening", role: "status" });
    this.#map = h("p", { class: "map", role: "status" });
    this.element = h(
      "details",
      { class: "own", ontoggle: () => this.#ask() },
      h("summary", {}, TITLES[kind]),
      h("p", {}, `Stamp a trigger of your own into your ${task.words.one}. ${this.#shape.help} "Try every place" shows where it fires. Row and column are those of the frame's upper left pixel.`),
      h(
        "div",
        { class: "columns" },
        h("div", { class: "left" }, this.#seen.element, this.#row.element, this.#column.element),
        h(
          "div",
          { class: "right" },
          this.#shape.element,
          h(
            "div",
            { class: "tools" },
            h("button", { type: "button", onclick: () => this.reset() }, "The attacker's own"),
            this.#everywhere,
          ),
          this.#said,
          this.#cards.element,
          this.#map,
        ),
      ),
    );
    this.#listen();
  }

  #task;
  #bundle;
  #instead;
  /** @type {Promise<Prepared> | undefined} */
  #example;
  #stride;
  #shape;
  #seen;
  #marks;
  #row;
  #column;
  #cards;
  #everywhere;
  #said;
  #map;

  /** @param {{ engine: BrowserEngine | null, reason: string }} now the engine, or why there is none */
  use({ engine, reason }) {
    this.engine = engine;
    if (!engine && reason) say(this.#said, `This needs the models in your browser, which cannot be started: ${reason}.`);
    this.#everywhere.disabled = !engine;
    this.#ask();
  }

  /** @param {Subject} subject the visitor's picture, or one to begin with */
  async show(subject) {
    const other = subject.trigger !== this.#subject?.trigger || subject.attack !== this.#subject.attack;
    this.#subject = subject;
    if (other) {
      try {
        this.#attackers = await (await this.#bundle()).trigger(subject.trigger);
      } catch {
        return; // the demo itself says what is missing
      }
      if (this.#untouched) return this.reset();
    }
    this.#ask();
  }

  /** End the search. */
  close() {
    this.#search?.abort();
  }

  /** Choose the attacker's own trigger. */
  reset() {
    if (!this.#attackers) return;
    this.#untouched = true;
    this.#put(this.#shape.reset(this.#attackers));
    this.#ask();
  }

  /** What a link keeps: "row,column,shape"; empty for the attacker's own. */
  get value() {
    return this.#untouched ? "" : `${this.#place.row},${this.#place.column},${this.#shape.value}`;
  }

  set value(value) {
    const [, row, column, shape] = value.match(/^(\d{1,4}),(\d{1,4}),(.{1,60})$/) ?? [];
    if (shape === undefined) return;
    this.#shape.value = shape;
    this.element.open = true;
    this.#moved({ row: Number(row), column: Number(column) });
  }

  #listen() {
    const stage = this.#seen.element;
    const place = (/** @type {PointerEvent} */ event) => {
      const box = stage.getBoundingClientRect();
      const corner = (/** @type {number} */ share) => Math.round(share * this.#seen.size - this.#task.own.side / 2);
      this.#moved({
        row: corner((event.clientY - box.top) / box.height),
        column: corner((event.clientX - box.left) / box.width),
      });
    };
    stage.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      stage.setPointerCapture(event.pointerId);
      place(event);
    });
    stage.addEventListener("pointermove", (event) => stage.hasPointerCapture(event.pointerId) && place(event));
  }

  /** @param {Place} place */
  #moved(place) {
    this.#put(place);
    this.#touched();
  }

  #touched() {
    this.#untouched = false;
    this.#ask();
  }

  /** @param {Place} place is kept inside the picture */
  #put({ row, column }) {
    const most = this.#seen.size - this.#task.own.side;
    this.#place = { row: Math.min(most, Math.max(0, row)), column: Math.min(most, Math.max(0, column)) };
    this.#row.show(this.#place.row);
    this.#column.show(this.#place.column);
  }

  /** Show the picture, and ask both models; of places that come faster than answers, the newest one counts. */
  async #ask() {
    this.#search?.abort();
    this.#marks.getContext("2d")?.clearRect(0, 0, this.#marks.width, this.#marks.height);
    say(this.#map, "");
    if (!this.element.open) return;
    const picture = await this.#picture().catch(() => null);
    const [subject, attackers] = [this.#subject, this.#attackers];
    if (!picture) say(this.#said, "The example could not be loaded. Give a picture of your own above.");
    if (!picture || !subject || !attackers) return;
    const own = this.#shape.trigger(attackers, this.#place);
    const { row, column } = this.#place;
    const { side } = this.#task.own;
    this.#seen.show(own ? own.stamp(picture) : picture, { top: row, left: column, height: side, width: side });
    if (!this.engine) return;
    this.#again = this.#running;
    if (this.#running) return;
    this.#running = true;
    try {
      const verdict = await this.engine.ask({ ...subject, picture, triggered: true, own });
      this.#cards.show(verdict);
      say(this.#said, whatYourTriggerDoes(this.#task, verdict, own?.equals(attackers) ?? false));
      this.#said.classList.toggle("fired", verdict.backdoor_fired);
    } catch (error) {
      say(this.#said, `No answer: ${reasonOf(error)}.`);
    }
    this.#running = false;
    if (this.#again) this.#ask();
  }

  /** The visitor's picture, or the one that stands in for it. */
  async #picture() {
    const picture = this.#subject?.picture;
    if (picture) return picture;
    this.#example ??= this.#instead();
    this.#example.catch(() => (this.#example = undefined));
    return this.#example;
  }

  async #tryEverywhere() {
    const own = this.#attackers && this.#shape.trigger(this.#attackers, this.#place);
    if (!this.engine || !this.#subject || !this.#attackers) return;
    if (!own) return say(this.#map, "Nothing is stamped: choose a shape first.");
    this.#search?.abort();
    const search = (this.#search = new AbortController());
    try {
      const map = await this.engine.everywhere(
        { ...this.#subject, picture: await this.#picture(), triggered: true, own },
        {
          stride: this.#stride,
          signal: search.signal,
          progress: (share) => !search.signal.aborted && say(this.#map, `Trying every place: ${Math.round(100 * share)}%`),
        },
      );
      if (search.signal.aborted) return;
      this.#mark(map);
      say(this.#map, whereItFires(map, this.#place, this.#shape.placeOf(this.#attackers)));
    } catch (error) {
      if (!search.signal.aborted) say(this.#map, `No answer: ${reasonOf(error)}.`);
    }
  }

  /** @param {import("../engine/places.js").FireMap} map */
  #mark({ fired, tops, lefts, patch, stride }) {
    const context = contextOf(this.#marks);
    context.fillStyle = MAP_COLOUR;
    fired.forEach((hit, i) => {
      if (!hit) return;
      const top = tops[Math.floor(i / lefts.length)] + (patch.height - stride) / 2;
      const left = lefts[i % lefts.length] + (patch.width - stride) / 2;
      context.fillRect(left, top, stride, stride);
    });
  }
}

/**
 * @param {string} name
 * @param {number} most
 * @param {(value: number) => void} changed
 */
function slider(name, most, changed) {
  const shown = h("output", {}, "0");
  const input = h("input", { type: "range", min: "0", max: String(most), step: "1", oninput: () => changed(Number(input.value)) });
  return {
    element: h("label", { class: "slider" }, `${name} `, input, shown),
    show(/** @type {number} */ value) {
      input.value = String(value);
      say(shown, String(value));
    },
  };
}
