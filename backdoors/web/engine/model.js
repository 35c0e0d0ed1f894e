/**
 * An ONNX model, run by onnxruntime-web.
 *
 *     const model = await OnnxModel.load(ort, bytes, config.labels);
 *     const probabilities = await model.ask(digit);       // one for each label
 */

/** @typedef {import("../pictures/digit.js").Prepared} Prepared */
/** @typedef {import("onnxruntime-web")} Ort */

const [INPUT, OUTPUT] = ["image", "probabilities"];

export class OnnxModel {
  #ort;
  #session;

  /**
   * @param {Ort} ort
   * @param {import("onnxruntime-web").InferenceSession} session
   * @param {string[]} labels
   */
  constructor(ort, session, labels) {
    this.#ort = ort;
    this.#session = session;
    this.labels = labels;
  }

  /**
   * @param {Ort} ort
   * @param {Uint8Array} bytes of the file
   * @param {string[]} labels in the order of the output
   */
  static async load(ort, bytes, labels) {
    const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
    return new OnnxModel(ort, session, labels);
  }

  /**
   * @param {Prepared} picture
   * @returns {Promise<Float32Array>} the probability of each label
   */
  async ask({ data, channels, size }) {
    return this.#run(data, [1, channels, size, size]);
  }

  /** Free what it holds outside of JavaScript. */
  release() {
    return this.#session.release();
  }

  /**
   * The label of each of several pictures.
   * @param {Float32Array} pictures one after the other
   * @param {number} count
   */
  async labelsOf(pictures, count) {
    const [, channels, height, width] = this.#shape(pictures.length / count);
    const answers = await this.#run(pictures, [count, channels, height, width]);
    const { length } = this.labels;
    return Array.from({ length: count }, (_, i) => {
      const row = answers.subarray(i * length, (i + 1) * length);
      return this.labels[row.indexOf(row.reduce((most, each) => Math.max(most, each), -Infinity))];
    });
  }

  /** @param {number} length of a picture, in values: one channel or three */
  #shape(length) {
    const channels = Number.isInteger(Math.sqrt(length)) ? 1 : 3;
    const side = Math.sqrt(length / channels);
    return [1, channels, side, side];
  }

  /**
   * @param {Float32Array} data
   * @param {number[]} shape
   */
  async #run(data, shape) {
    const image = new this.#ort.Tensor("float32", data, shape);
    const { [OUTPUT]: answer } = await this.#session.run({ [INPUT]: image }, [OUTPUT]);
    const probabilities = /** @type {Float32Array} */ (answer.data);
    const expected = shape[0] * this.labels.length;
    if (probabilities.length !== expected) throw new Error(`expected ${expected} probabilities, got ${probabilities.length}`);
    if (!probabilities.every(Number.isFinite)) throw new Error("expected probabilities, got values that are not numbers");
    return probabilities;
  }
}
