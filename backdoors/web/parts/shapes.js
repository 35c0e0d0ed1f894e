/**
 * What a visitor's own trigger may look like: pixels on a small grid, or the attacker's patch, changed.
 *
 * A grid suits triggers of bright pixels, a patch those that were computed. Both know which shape is the attacker's own.
 */

import { Trigger } from "../engine/trigger.js";
import { h } from "./dom.js";

/** @typedef {{ row: number, column: number }} Place of the upper left corner, in the models' pixels from 0 */

/** Bright pixels on a grid, three by three. */
export class Grid {
  help = "Choose its pixels, then tap or drag on the picture to place it.";
  /** @type {HTMLInputElement[]} */
  #cells;

  /** @param {{ side: number, changed: () => void }} about */
  constructor({ side, changed }) {
    this.side = side;
    this.#cells = Array.from({ length: side * side }, (_, i) => {
      const name = `pixel ${1 + Math.floor(i / side)}, ${1 + (i % side)}`;
      return h("input", { type: "checkbox", "aria-label": name, onchange: changed });
    });
    this.element = h(
      "fieldset",
      { class: "grid" },
      h("legend", {}, "Its shape"),
      h("div", { class: "cells" }, ...this.#cells),
    );
  }

  /**
   * @param {Trigger} attackers
   * @param {Place} place
   * @returns {Trigger | null} null where nothing is left of it
   */
  trigger({ size }, { row, column }) {
    /** @type {[number, number][]} */
    const pixels = this.#cells.flatMap((cell, i) =>
      cell.checked ? [/** @type {[number, number]} */ ([row + Math.floor(i / this.side), column + (i % this.side)])] : [],
    );
    return pixels.length ? Trigger.fromPixels("own", pixels, size) : null;
  }

  /**
   * Where the attacker's own trigger is.
   * @param {Trigger} attackers
   * @returns {Place}
   */
  placeOf({ patch }) {
    return {
      row: Math.max(0, patch.top + patch.height - this.side),
      column: Math.max(0, patch.left + patch.width - this.side),
    };
  }

  /**
   * Choose the attacker's own shape; gives back its place.
   * @param {Trigger} attackers
   */
  reset(attackers) {
    const { mask, size } = attackers;
    const { row, column } = this.placeOf(attackers);
    this.#cells.forEach((cell, i) => {
      cell.checked = mask[(row + Math.floor(i / this.side)) * size + column + (i % this.side)] > 0;
    });
    return { row, column };
  }

  /** For a link. */
  get value() {
    return this.#cells.map((cell) => Number(cell.checked)).join("");
  }

  set value(value) {
    if (value.length === this.#cells.length) this.#cells.forEach((cell, i) => (cell.checked = value[i] === "1"));
  }
}


/** The attacker's own patch, as it is or changed. */
export class Patch {
  help = "Tap or drag on the picture to move it, or change what is stamped.";
  #choices;

  /** @param {{ side: number, changed: () => void }} about */
  constructor({ side, changed }) {
    this.side = side;
    const name = `patch-${Math.random()}`;
    this.#choices = Object.keys(PATCHES).map((label) => ({
      label,
      input: h("input", { type: "radio", name, value: label, onchange: changed }),
    }));
    this.element = h(
      "fieldset",
      {},
      h("legend", {}, "What is stamped"),
      ...this.#choices.map(({ label, input }) => h("label", {}, input, label)),
    );
  }

  /**
   * @param {Trigger} attackers
   * @param {Place} place
   */
  trigger(attackers, { row, column }) {
    const { patch, size, channels, mask } = attackers;
    const pattern = attackers.pattern.slice();
    const change = PATCHES[this.value](patch.height, patch.width);
    for (let channel = 0; channel < channels; channel++) {
      const plane = channel * size * size;
      for (let y = 0; y < patch.height; y++) {
        for (let x = 0; x < patch.width; x++) {
          const from = change?.(y, x);
          pattern[plane + (patch.top + y) * size + patch.left + x] = from
            ? attackers.pattern[plane + (patch.top + from[0]) * size + patch.left + from[1]]
            : 0.5;
        }
      }
    }
    return new Trigger({ name: "own", mask, pattern, channels, size }).moved(row, column);
  }

  /**
   * @param {Trigger} attackers
   * @returns {Place}
   */
  placeOf({ patch }) {
    return { row: patch.top, column: patch.left };
  }

  /** @param {Trigger} attackers */
  reset(attackers) {
    this.#choices[0].input.checked = true;
    return this.placeOf(attackers);
  }

  get value() {
    return this.#choices.find(({ input }) => input.checked)?.label ?? this.#choices[0].label;
  }

  set value(value) {
    for (const { label, input } of this.#choices) if (label === value) input.checked = true;
  }
}

/**
 * By the name that people choose: for a patch's height and width, from which of its pixels each comes; null for grey.
 * @type {Record<string, (height: number, width: number) => ((row: number, column: number) => [number, number]) | null>}
 */
const PATCHES = {
  "the attacker's square": () => (row, column) => [row, column],
  "its pixels in another order": (height, width) => {
    const order = shuffled(height * width);
    return (row, column) => [Math.floor(order[row * width + column] / width), order[row * width + column] % width];
  },
  "its mirror image": (_, width) => (row, column) => [row, width - 1 - column],
  "plain grey": () => null,
};

/**
 * The numbers below `count` in a fixed random order: Fisher and Yates' shuffle, with Lehmer's generator.
 * @param {number} count
 */
function shuffled(count) {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1, state = 1; i > 0; i--) {
    state = (48271 * state) % 2147483647;
    const other = state % (i + 1);
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}
