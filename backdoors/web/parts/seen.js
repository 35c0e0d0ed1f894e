/** The picture that both models see, enlarged with its true pixels, and a frame around the trigger in it. */

import { contextOf, h } from "./dom.js";

/** @typedef {import("../pictures/digit.js").Prepared} Prepared */
/** @typedef {import("../engine/trigger.js").Box} Box */

export class Seen {
  #context;
  #frame = h("i", { class: "frame", hidden: true });
  #name;

  /** @param {{ size: number, name: string }} about the side in pixels, and what it is called for screen readers */
  constructor({ size, name }) {
    this.size = size;
    this.#name = name;
    this.canvas = h("canvas", { width: size, height: size, class: size < 100 ? "small" : "", role: "img", "aria-label": name });
    this.#context = contextOf(this.canvas);
    this.element = h("div", { class: "pixels" }, this.canvas, this.#frame);
  }

  /**
   * @param {Prepared | null} picture with the trigger in it; null shows nothing
   * @param {Box | null} [framed]
   */
  show(picture, framed = null) {
    if (picture) this.#context.putImageData(imageOf(picture), 0, 0);
    else this.#context.clearRect(0, 0, this.size, this.size);
    this.frame(picture ? framed : null);
  }

  /** @param {Box | null} box in pixels of the picture; null frames nothing */
  frame(box) {
    this.#frame.hidden = !box;
    const name = box ? `${this.#name}, with the trigger` : this.#name;
    if (this.canvas.ariaLabel !== name) this.canvas.setAttribute("aria-label", name);
    if (!box) return;
    const { style } = this.#frame;
    style.top = `${(100 * box.top) / this.size}%`;
    style.left = `${(100 * box.left) / this.size}%`;
    style.height = `${(100 * box.height) / this.size}%`;
    style.width = `${(100 * box.width) / this.size}%`;
  }
}

/** @param {Prepared} picture */
export function imageOf({ data, channels, size }) {
  const image = new ImageData(size, size);
  const pixels = size * size;
  for (let i = 0; i < pixels; i++) {
    for (let band = 0; band < 3; band++) image.data[4 * i + band] = 255 * data[channels === 3 ? band * pixels + i : i];
    image.data[4 * i + 3] = 255;
  }
  return image;
}
