/**
 * A sketchpad on a 2-D canvas: white on black, with a pen, an eraser, undo and clear; by mouse, touch, pen or keyboard.
 *
 * It draws within the pointer's own event, with all points that the browser coalesced since the last one. Each change is
 * told as an event, `change`; `detail.done` says that no stroke is going on.
 *
 *     const pad = new Sketchpad();
 *     pad.addEventListener("change", () => prepareDigit(pad.pixels(), { paper: pad.paper }));
 */

import { contextOf, h, say } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { PEN, SIDE, snapped } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

const ERASER = 50; // pixels
const ERASER_BUTTON = 5; // of a pen: its other end
const LEAST_STEP = 1; // pixels
const STEP = 8; // pixels that an arrow key moves the pen; 2 with shift
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HELP = "Sketchpad. Arrow keys move the pen, the space bar puts it down or lifts it.";

export class Sketchpad extends EventTarget {
  /** The brightness of the bare paper. */
  paper = 0;
  /** @type {Stroke[]} */
  strokes = [];
  #erasing = false;
  /** The pointer that draws, and its stroke. @type {{ id: number, stroke: Stroke } | null} */
  #pointer = null;
  /** @type {[number, number]} where the keyboard's pen is */
  #pen = [SIDE / 2, SIDE / 4];
  /** The stroke of the keyboard's pen, while it is down. @type {Stroke | null} */
  #keyed = null;

  constructor() {
    super();
    this.canvas = h("canvas", { width: SIDE, height: SIDE, tabIndex: 0, role: "application", "aria-label": HELP });
    // The pixels are read after each change: a canvas in the GPU's memory would have to be copied back.
    this.#context = contextOf(this.canvas, { willReadFrequently: true });
    this.#context.lineCap = this.#context.lineJoin = "round";
    this.#cursor = h("i", { class: "cursor", hidden: true, "aria-hidden": "true" });
    this.#heard = h("span", { class: "unseen", role: "status" });
    this.#tools = {
      pen: tool("Pen", "pen", () => this.#choose(false)),
      eraser: tool("Eraser", "eraser", () => this.#choose(true)),
      undo: tool("Undo", "undo", () => this.undo()),
      clear: tool("Clear", "clear", () => this.clear()),
    };
    this.element = h(
      "div",
      { class: "pad" },
      h("div", { class: "paper" }, this.canvas, this.#cursor),
      h("div", { class: "tools", role: "toolbar", "aria-label": "Drawing tools" }, ...Object.values(this.#tools)),
      this.#heard,
    );
    this.#listen();
    this.#choose(false);
    this.#redraw();
    this.#enable();
  }

  #context;
  #cursor;
  #heard;
  #tools;

  /** What is drawn, as a canvas gives it. */
  pixels() {
    return this.#context.getImageData(0, 0, SIDE, SIDE);
  }

  /** What is drawn, as a PNG file. */
  async file() {
    return new Promise((done) => this.canvas.toBlob((blob) => done(blob ?? undefined)));
  }

  get empty() {
    return this.strokes.length === 0;
  }

  undo() {
    this.release();
    this.strokes.pop();
    this.#redraw();
    this.#changed(true);
  }

  /** End what goes on: a stroke that is edited meanwhile would come back. */
  release() {
    this.#pointer = this.#keyed = null;
  }

  clear() {
    this.replace([]);
  }

  /**
   * Draw these strokes instead of what is there.
   * @param {Stroke[]} strokes
   */
  replace(strokes) {
    this.release();
    this.strokes = strokes.map(({ erases, points }) => ({ erases, points: [...points] }));
    this.#redraw();
    this.#changed(true);
  }

  /**
   * Begin a stroke, as a pointer would.
   * @param {[number, number]} point in pixels of the pad
   * @param {boolean} [erases]
   * @returns {Stroke}
   */
  begin(point, erases = this.#erasing) {
    const start = /** @type {[number, number]} */ (point.map(snapped));
    const stroke = { erases, points: [start] };
    this.strokes.push(stroke);
    this.#line(erases, start, start);
    this.#changed(false);
    return stroke;
  }

  /**
   * Go on with a stroke.
   * @param {Stroke} stroke
   * @param {[number, number][]} points those that are nearer to the last one than a pixel are left out
   */
  extend(stroke, points) {
    for (const point of points) {
      const next = /** @type {[number, number]} */ (point.map(snapped));
      const last = stroke.points[stroke.points.length - 1];
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) < LEAST_STEP) continue;
      this.#line(stroke.erases, last, next);
      stroke.points.push(next);
    }
    this.#changed(false);
  }

  /** Say that no stroke is going on. */
  end() {
    this.#changed(true);
  }

  #listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      const erases = event.pointerType === "pen" && event.button === ERASER_BUTTON;
      if ((event.button !== 0 && !erases) || this.#pointer) return; // a second finger draws nothing
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      this.#keyed = null;
      this.#cursor.hidden = true;
      canvas.setPointerCapture(event.pointerId);
      this.#pointer = { id: event.pointerId, stroke: this.begin(this.#at(event), this.#erasing || erases) };
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== this.#pointer?.id) return;
      const events = event.getCoalescedEvents?.() ?? [];
      this.extend(this.#pointer.stroke, (events.length ? events : [event]).map((each) => this.#at(each)));
    });
    canvas.addEventListener("lostpointercapture", (event) => {
      if (event.pointerId !== this.#pointer?.id) return;
      this.#pointer = null;
      this.end();
    });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => {
      this.#cursor.hidden = true;
      this.#lift();
    });
  }

  #lift() {
    if (!this.#keyed) return;
    this.#keyed = null;
    this.end();
    say(this.#heard, "pen up");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const arrow = ARROWS[event.key];
    if ((event.ctrlKey || event.metaKey) && event.key === "z") this.undo();
    else if (event.key === " ") {
      if (this.#keyed) this.#lift();
      else {
        this.#keyed = this.begin(this.#pen);
        say(this.#heard, "pen down");
      }
    } else if (arrow && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const step = event.shiftKey ? STEP / 4 : STEP;
      this.#pen = /** @type {[number, number]} */ (this.#pen.map((place, axis) => snapped(place + step * arrow[axis])));
      if (this.#keyed) this.extend(this.#keyed, [this.#pen]);
    } else return;
    event.preventDefault();
    this.#cursor.hidden = false;
    this.#cursor.style.left = `${(100 * this.#pen[0]) / SIDE}%`;
    this.#cursor.style.top = `${(100 * this.#pen[1]) / SIDE}%`;
  }

  /** @param {boolean} erasing */
  #choose(erasing) {
    this.#erasing = erasing;
    this.#tools.pen.setAttribute("aria-pressed", String(!erasing));
    this.#tools.eraser.setAttribute("aria-pressed", String(erasing));
  }

  /**
   * @param {MouseEvent} event
   * @returns {[number, number]}
   */
  #at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
  }

  /**
   * @param {boolean} erases
   * @param {[number, number]} from
   * @param {[number, number]} to
   */
  #line(erases, from, to) {
    const context = this.#context;
    context.strokeStyle = erases ? "#000" : "#fff";
    context.lineWidth = erases ? ERASER : PEN;
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  }

  #redraw() {
    this.#context.fillStyle = "#000";
    this.#context.fillRect(0, 0, SIDE, SIDE);
    for (const { erases, points } of this.strokes) {
      points.forEach((point, i) => this.#line(erases, points[Math.max(0, i - 1)], point));
    }
  }

  #enable() {
    this.#tools.undo.disabled = this.#tools.clear.disabled = this.empty;
  }

  /** @param {boolean} done */
  #changed(done) {
    this.#enable();
    this.dispatchEvent(new CustomEvent("change", { detail: { done } }));
  }
}

/**
 * @param {string} name
 * @param {Parameters<typeof icon>[0]} sign
 * @param {() => void} act
 */
function tool(name, sign, act) {
  return h("button", { type: "button", title: name, "aria-label": name, onclick: act }, icon(sign));
}
