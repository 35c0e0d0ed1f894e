/** Pictures to click, for visitors who have none at hand. */

import { PEN, SIDE } from "../input/strokes.js";
import { contextOf, h } from "./dom.js";

/** @typedef {import("./task.js").Example} Example */

const THUMBNAIL = 112; // pixels: twice as many as most screens show

/**
 * @param {Example[]} examples
 * @param {(example: Example) => void} choose
 * @returns {HTMLElement | null} null where there are none
 */
export function exampleRow(examples, choose) {
  if (!examples.length) return null;
  const buttons = examples.map((example) =>
    h(
      "button",
      { type: "button", "aria-label": example.alt, title: example.alt, onclick: () => choose(example) },
      thumbnailOf(example),
    ),
  );
  const drawings = examples.every(({ strokes }) => strokes);
  return h(
    "div",
    { class: "ours" },
    h("p", { class: "title" }, "Or click an example"),
    h("div", { class: `examples${drawings ? " drawings" : ""}` }, ...buttons),
  );
}

/**
 * An example's strokes in pixels of the pad.
 * @param {[number, number][][]} strokes in percent
 */
export function onThePad(strokes) {
  return strokes.map((stroke) =>
    stroke.map((point) => /** @type {[number, number]} */ (point.map((place) => (place / 100) * SIDE))),
  );
}

/**
 * The same as the pad keeps them.
 * @param {[number, number][][]} strokes in percent
 */
export function asDrawn(strokes) {
  return onThePad(strokes).map((points) => ({ erases: false, points }));
}

/** @param {Example} example */
function thumbnailOf({ strokes, thumbnail }) {
  const canvas = h("canvas", { width: THUMBNAIL, height: THUMBNAIL, "aria-hidden": "true" });
  const context = contextOf(canvas);
  if (strokes) {
    context.fillRect(0, 0, THUMBNAIL, THUMBNAIL);
    context.strokeStyle = "#fff";
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = (PEN / SIDE) * THUMBNAIL;
    for (const stroke of strokes) {
      context.beginPath();
      for (const [x, y] of stroke) context.lineTo((x / 100) * THUMBNAIL, (y / 100) * THUMBNAIL);
      context.stroke();
    }
  } else if (thumbnail) {
    // From bytes, not as a data URL: a strict content security policy of the page would forbid that.
    const bytes = Uint8Array.from(atob(thumbnail), (each) => each.charCodeAt(0));
    createImageBitmap(new Blob([bytes])).then((bitmap) => {
      const side = Math.min(bitmap.width, bitmap.height);
      const [left, top] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
      context.drawImage(bitmap, left, top, side, side, 0, 0, THUMBNAIL, THUMBNAIL);
    });
  }
  return canvas;
}
