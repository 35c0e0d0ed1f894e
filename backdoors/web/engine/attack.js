/**
 * Attacks: which label an attacker wants for a triggered picture, as `backdoors/attacks.py`.
 *
 * @typedef {"all-to-one" | "all-to-all" | "source-specific"} AttackKind
 */

export class Attack {
  /**
   * @param {{ kind: AttackKind, labels: string[], target?: string | null, source?: string | null }} what `target` is the
   *     label that the attacker wants, and null for all-to-all; `source` is the label that becomes the target in a
   *     source-specific attack
   */
  constructor({ kind, labels, target = null, source = null }) {
    this.kind = kind;
    this.labels = labels;
    this.target = target;
    this.source = source;
  }

  /**
   * The label that the attacker wants for a picture; null if the attack ignores it.
   * @param {string} trueLabel or, where nobody knows it, what the clean model answers for the untouched picture
   * @returns {string | null}
   */
  wanted(trueLabel) {
    if (this.kind === "all-to-all") return this.labels[(this.labels.indexOf(trueLabel) + 1) % this.labels.length];
    if (this.kind === "source-specific" && trueLabel !== this.source) return null;
    return this.target;
  }
}
