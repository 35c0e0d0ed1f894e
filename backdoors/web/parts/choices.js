/** The choice of a trigger and of what the attacker wants; nothing where there is only one of each. */

import { h } from "./dom.js";
import { triggerInWords } from "./sentences.js";

/** @typedef {import("./task.js").Task} Task */
/**
 * `number` is that of the infected model, from 0 in the order of the bundle.
 * @typedef {{ trigger: string, attack: import("../engine/attack.js").AttackKind, number: number }} Choice
 */

export class Choices {
  /**
   * @param {Task} task
   * @param {() => void} changed
   */
  constructor(task, changed) {
    this.#infected = task.infected;
    const triggers = task.infected.map(({ trigger }) => ({ value: trigger, label: triggerInWords(task, trigger) }));
    const attacks = task.infected.map(({ attack, aim }) => ({ value: attack, label: aim }));
    this.#trigger = new Radios("Trigger", triggers, changed);
    this.#attack = new Radios("What the attacker wants", attacks, changed);
    this.element = h("div", { class: "choices", hidden: !task.choices }, this.#trigger.element, this.#attack.element);
  }

  #infected;
  #trigger;
  #attack;

  /** @returns {Choice} */
  get value() {
    const trigger = this.#trigger.value;
    const attack = /** @type {Choice["attack"]} */ (this.#attack.value);
    const number = this.#infected.findIndex((each) => each.trigger === trigger && each.attack === attack);
    return { trigger, attack, number };
  }

  /** @param {{ trigger?: string, attack?: string }} wanted unknown names change nothing; without a name, the first one */
  choose({ trigger, attack }) {
    this.#trigger.choose(trigger);
    this.#attack.choose(attack);
  }
}

class Radios {
  #inputs;

  /**
   * @param {string} legend
   * @param {{ value: string, label: string }[]} options the same value may come several times
   * @param {() => void} changed
   */
  constructor(legend, options, changed) {
    const name = `choice-${Math.random()}`;
    const once = options.filter(({ value }, i) => options.findIndex((each) => each.value === value) === i);
    this.#inputs = once.map(({ value }) => h("input", { type: "radio", name, value, onchange: changed }));
    this.#inputs[0].checked = true;
    this.element = h(
      "fieldset",
      {},
      h("legend", {}, legend),
      ...once.map(({ label }, i) => h("label", {}, this.#inputs[i], label)),
    );
  }

  get value() {
    return this.#inputs.find((input) => input.checked)?.value ?? this.#inputs[0].value;
  }

  /** @param {string} [value] */
  choose(value = this.#inputs[0].value) {
    for (const input of this.#inputs) if (input.value === value) input.checked = true;
  }
}
