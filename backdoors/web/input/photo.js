/**
 * A place for a photo: from a file, dropped, pasted, or from the camera, live or as a still.
 *
 * Like the sketchpad it tells each change as an event, `change`, with `detail.done`: false for each frame of a video. What
 * the models see is shown in its `stage`, which the demo fills.
 */

import { h, say } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { drawn, opened } from "./opening.js";

/** @typedef {import("../pictures/digit.js").Pixels} Pixels */

const LIVE_SIDE = 448; // pixels of a video's frame: twice what the models see

export class PhotoInput extends EventTarget {
  /** Nothing is known of a photo's background. @type {number | undefined} */
  paper = undefined;
  /** @type {Pixels | null} */
  #pixels = null;
  /** @type {Blob | undefined} */
  #file;
  /** The example that is shown. @type {string | null} */
  example = null;
  /** @type {MediaStream | null} */
  #stream = null;
  #watching = false; // whether a camera is live, or asked for
  #frame = document.createElement("canvas");
  #newest = 0;

  /**
   * @param {{ one: string }} words
   * @param {HTMLElement} stage shows what the models see
   */
  constructor({ one }, stage) {
    super();
    this.stage = stage;
    this.#chooser = h("input", {
      type: "file",
      accept: "image/*",
      class: "unseen",
      tabIndex: -1,
      "aria-label": `A photo of a ${one}`,
      onchange: () => this.#chosen(this.#chooser.files?.[0]),
    });
    this.#video = h("video", { muted: true, playsInline: true, class: "unseen", "aria-hidden": "true" });
    this.#camera = button("Camera", "camera", () => (this.#stream ? this.#take() : this.#watch()));
    this.#clear = h(
      "button",
      { type: "button", title: "Clear", "aria-label": "Clear", onclick: () => this.clear() },
      icon("clear"),
    );
    this.#invitation = h("p", { class: "drop" }, `Drop a photo of a ${one} here`);
    this.#trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    const paste = navigator.clipboard && "read" in navigator.clipboard;
    this.element = h(
      "div",
      { class: "photo" },
      h("div", { class: "sheet" }, stage, this.#invitation),
      h(
        "div",
        { class: "tools", role: "toolbar", "aria-label": "A photo of your own" },
        button("Upload", "upload", () => this.#chooser.click()),
        this.#camera,
        paste ? button("Paste", "paste", () => this.#readClipboard()) : null,
        this.#clear,
      ),
      this.#chooser,
      this.#video,
      this.#trouble,
    );
    this.#listen();
    this.#changed(true);
  }

  #chooser;
  #video;
  #camera;
  #clear;
  #invitation;
  #trouble;

  get empty() {
    return this.#pixels === null;
  }

  /** @returns {Pixels} of the photo; call it only where there is one */
  pixels() {
    return /** @type {Pixels} */ (this.#pixels);
  }

  /** The photo as a file, for the server. */
  async file() {
    if (this.#file || !this.#pixels) return this.#file;
    return new Promise((done) => this.#frame.toBlob((blob) => done(blob ?? undefined), "image/png"));
  }

  clear() {
    this.#newest++;
    this.#stop();
    this.#set(null, undefined, null);
  }

  /**
   * Show a file; of several that are on their way, the one that was asked for last.
   * @param {Blob | Promise<Blob>} file
   * @param {string | null} [example] its name
   */
  async open(file, example = null) {
    const number = ++this.#newest;
    this.#stop();
    try {
      const there = await file;
      const pixels = await opened(there);
      if (number === this.#newest) this.#set(pixels, there, example);
    } catch (error) {
      if (number !== this.#newest) return;
      this.#set(null, undefined, null);
      this.tell(error);
    }
  }

  /** @param {unknown} trouble is told to the visitor */
  tell(trouble) {
    say(this.#trouble, trouble instanceof Error ? trouble.message : String(trouble));
    this.#trouble.hidden = false;
  }

  /** End the camera, also one that is still being asked for. */
  close() {
    if (this.#stream || this.#watching) this.#newest++;
    this.#stop();
  }

  #listen() {
    const { element } = this;
    element.addEventListener("dragover", (event) => {
      event.preventDefault();
      element.classList.add("over");
    });
    for (const end of ["dragleave", "drop"]) element.addEventListener(end, () => element.classList.remove("over"));
    element.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#chosen(event.dataTransfer?.files[0]);
    });
  }

  /** @param {ClipboardEvent} event that came to the demo */
  paste(event) {
    const file = [...(event.clipboardData?.files ?? [])].find((each) => each.type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    this.open(file);
  }

  async #readClipboard() {
    try {
      for (const item of await navigator.clipboard.read()) {
        const kind = item.types.find((each) => each.startsWith("image/"));
        if (kind) return await this.open(await item.getType(kind));
      }
      this.tell("There is no picture in the clipboard.");
    } catch {
      this.tell("The browser did not allow it. Press Ctrl+V instead, or choose a file.");
    }
  }

  /** @param {File | undefined} file */
  #chosen(file) {
    this.#chooser.value = "";
    if (file) this.open(file);
  }

  async #watch() {
    const number = ++this.#newest;
    this.#watching = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (number !== this.#newest) return end(stream);
      this.#stream = stream;
      for (const track of stream.getTracks()) track.addEventListener("ended", () => this.#stop());
      this.#video.srcObject = stream;
      await this.#video.play();
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      this.tell(name === "NotAllowedError" ? "The camera is not allowed here." : "There is no camera that can be used.");
      return this.#stop();
    }
    say(/** @type {Node} */ (this.#camera.lastChild), "Take the photo");
    const next = () => {
      if (number !== this.#newest || !this.#stream) return;
      this.#look(false);
      if (this.#video.requestVideoFrameCallback) this.#video.requestVideoFrameCallback(next);
      else requestAnimationFrame(next);
    };
    next();
  }

  #take() {
    this.#look(true);
    this.#stop();
    this.#changed(true);
  }

  /** @param {boolean} done */
  #look(done) {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (!width || !height) return;
    this.#set(drawn(this.#video, width, height, LIVE_SIDE, this.#frame), undefined, null, done);
  }

  #stop() {
    if (this.#stream) end(this.#stream);
    this.#watching = false;
    this.#stream = this.#video.srcObject = null;
    say(/** @type {Node} */ (this.#camera.lastChild), "Camera");
  }

  /**
   * @param {Pixels | null} pixels
   * @param {Blob | undefined} file
   * @param {string | null} example
   * @param {boolean} [done]
   */
  #set(pixels, file, example, done = true) {
    this.#pixels = pixels;
    this.#file = file;
    this.example = example;
    this.#trouble.hidden = true;
    this.#changed(done);
  }

  /** @param {boolean} done */
  #changed(done) {
    this.#invitation.hidden = !this.empty;
    this.#clear.disabled = this.empty;
    this.dispatchEvent(new CustomEvent("change", { detail: { done } }));
  }
}

/** @param {MediaStream} stream */
function end(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/**
 * @param {string} name
 * @param {Parameters<typeof icon>[0]} sign
 * @param {() => void} act
 */
function button(name, sign, act) {
  return h("button", { type: "button", onclick: act }, icon(sign), name);
}
