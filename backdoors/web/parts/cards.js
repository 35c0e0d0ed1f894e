/**
 * The answers: a card for the clean and one for the infected model, side by side, with bars.
 *
 * Everything has a fixed place and size, so nothing jumps while somebody draws, and only what changes is written. Bars have
 * their numbers as text, for screen readers too.
 */

import { MOST_LABELS, TOP } from "../engine/verdict.js";
import { h, say } from "./dom.js";

/** @typedef {import("../engine/verdict.js").Answer} Answer */
/** @typedef {import("../engine/verdict.js").Verdict} Verdict */

const NONE = "–";
const LONG = 3; // characters: longer labels stand above their bars, not beside them

export class Cards {
  /**
   * @param {{ network: string, labels: string[], bars?: boolean }} about
   */
  constructor({ network, labels, bars = true }) {
    const long = labels.some((label) => label.length > LONG);
    this.clean = new Card(`Clean ${network}`, labels, bars);
    this.infected = new Card(`Infected ${network}`, labels, bars);
    this.element = h("div", { class: `cards${long ? " long" : ""}` }, this.clean.element, this.infected.element);
  }

  /** @param {Verdict | null} verdict null while there is no picture */
  show(verdict) {
    this.clean.show(verdict?.clean ?? null);
    this.infected.show(verdict?.infected ?? null);
    this.infected.element.classList.toggle("fired", verdict?.backdoor_fired ?? false);
  }
}

class Card {
  #label = h("strong", {}, NONE);
  #confidence = h("span", {}, "no picture yet");
  #labels;
  #all;
  /** @type {Bar[]} */
  #bars;

  /**
   * @param {string} title
   * @param {string[]} labels
   * @param {boolean} bars
   */
  constructor(title, labels, bars) {
    this.#all = labels.length <= MOST_LABELS;
    this.#labels = labels;
    this.#bars = bars ? Array.from({ length: this.#all ? labels.length : TOP }, () => new Bar()) : [];
    this.element = h(
      "section",
      { class: "card", "aria-label": title },
      h("p", { class: "title" }, title),
      h("p", { class: "answer" }, this.#label, " ", this.#confidence),
      bars ? h("ol", { class: "bars" }, ...this.#bars.map((bar) => bar.element)) : null,
    );
    this.show(null);
  }

  /** @param {Answer | null} answer */
  show(answer) {
    say(this.#label, answer?.label ?? NONE);
    say(this.#confidence, answer ? sure(answer.confidence) : "no picture yet");
    const shown = Object.entries(answer?.confidences ?? {});
    this.#bars.forEach((bar, i) => {
      const blank = this.#all ? this.#labels[i] : NONE;
      // An object puts keys like "0" first and in order; labels that are no numbers keep theirs.
      const [label, probability] = answer ? (this.#all ? [blank, answer.confidences[blank]] : shown[i]) : [blank, null];
      bar.show(label, probability, label === answer?.label);
    });
  }
}

class Bar {
  #label = h("span");
  #fill = h("i");
  #text = h("span");

  constructor() {
    this.element = h("li", {}, this.#label, h("span", { class: "bar", "aria-hidden": "true" }, this.#fill), this.#text);
  }

  /**
   * @param {string} label
   * @param {number | null} probability
   * @param {boolean} top
   */
  show(label, probability, top) {
    say(this.#label, label);
    say(this.#text, probability === null ? "" : rounded(probability));
    this.#fill.style.transform = `scaleX(${(probability ?? 0).toFixed(3)})`;
    this.element.classList.toggle("top", top);
  }
}

/**
 * No model is 100.0% sure.
 * @param {number} probability
 */
export function sure(probability) {
  return probability > 0.999 ? "over 99.9% sure" : `${(100 * probability).toFixed(1)}% sure`;
}

/**
 * A whole percentage that never says 0% or 100%.
 * @param {number} probability
 */
export function rounded(probability) {
  return probability > 0.99 ? ">99%" : probability < 0.01 ? "<1%" : `${Math.round(100 * probability)}%`;
}
