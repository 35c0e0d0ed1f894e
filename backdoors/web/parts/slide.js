/** The two answers side by side as a picture of 1200x675 pixels, for slides. */

import { contextOf } from "./dom.js";
import { rounded, sure } from "./cards.js";
import { imageOf } from "./seen.js";

/** @typedef {import("../pictures/digit.js").Prepared} Prepared */
/** @typedef {import("../engine/verdict.js").Verdict} Verdict */
/** @typedef {import("../engine/trigger.js").Box} Box */

const [WIDTH, HEIGHT] = [1200, 675];
const [INK, PAPER, QUIET, ALARM, CLEAN] = ["#111827", "#ffffff", "#4b5563", "#b91c1c", "#4338ca"];
const FONT = "system-ui, sans-serif";

/**
 * @param {{ picture: Prepared, framed: Box | null, verdict: Verdict, network: string, sentence: string, source: string }} shown
 *     `picture` is what the models see, `source` the address of the demo
 * @returns {Promise<Blob>} a PNG file
 */
export async function slide({ picture, framed, verdict, network, sentence, source }) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const context = contextOf(canvas);
  context.fillStyle = PAPER;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  drawPicture(context, picture, framed, 40, 110, 360);
  drawCard(context, `Clean ${network}`, verdict.clean, CLEAN, 440);
  drawCard(context, `Infected ${network}`, verdict.infected, verdict.backdoor_fired ? ALARM : CLEAN, 820);
  const headline = { size: 26, weight: 600, width: WIDTH - 80, colour: verdict.backdoor_fired ? ALARM : INK };
  inTwoLines(context, sentence, headline).forEach((line, i) => write(context, line, 40, 48 + 36 * i, headline));
  write(context, source, 40, HEIGHT - 28, { size: 20, colour: QUIET, width: WIDTH - 80 });
  return new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("the browser could not make a PNG file"))), "image/png"),
  );
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Prepared} picture
 * @param {Box | null} framed
 * @param {number} x
 * @param {number} y
 * @param {number} side
 */
function drawPicture(context, picture, framed, x, y, side) {
  const small = document.createElement("canvas");
  small.width = small.height = picture.size;
  contextOf(small).putImageData(imageOf(picture), 0, 0);
  context.imageSmoothingEnabled = picture.size >= 100;
  context.drawImage(small, x, y, side, side);
  if (!framed) return;
  const pixel = side / picture.size;
  context.lineWidth = 3;
  context.strokeStyle = "#facc15";
  context.strokeRect(x + framed.left * pixel - 2, y + framed.top * pixel - 2, framed.width * pixel + 4, framed.height * pixel + 4);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} title
 * @param {import("../engine/verdict.js").Answer} answer
 * @param {string} colour
 * @param {number} x
 */
function drawCard(context, title, { label, confidence, confidences }, colour, x) {
  const width = 340;
  context.lineWidth = 3;
  context.strokeStyle = colour;
  context.strokeRect(x, 110, width, 490);
  write(context, title, x + 20, 150, { size: 24, weight: 600 });
  write(context, label, x + 20, 210, { size: label.length > 3 ? 32 : 56, weight: 700, width: width - 40, colour });
  write(context, sure(confidence), x + 20, 245, { size: 20, colour: QUIET });
  const entries = Object.entries(confidences);
  const step = 330 / entries.length;
  entries.forEach(([name, probability], i) => {
    const y = 272 + i * step;
    const long = entries.length <= 5;
    write(context, name, x + 20, y + 16, { size: 18, width: width - 100 });
    write(context, rounded(probability), x + width - 70, y + 16, { size: 18 });
    const [left, top, length] = long ? [x + 20, y + 26, width - 40] : [x + 45, y + 2, width - 130];
    context.fillStyle = "#e5e7eb";
    context.fillRect(left, top, length, 16);
    context.fillStyle = name === label ? colour : "#9ca3af";
    context.fillRect(left, top, length * probability, 16);
  });
}

/**
 * One line, or two where one is too long.
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {{ size: number, weight: number, width: number }} style
 */
function inTwoLines(context, text, { size, weight, width }) {
  context.font = `${weight} ${size}px ${FONT}`;
  if (context.measureText(text).width <= width) return [text];
  const words = text.split(" ");
  const half = words.findIndex((_, i) => context.measureText(words.slice(0, i + 1).join(" ")).width > width);
  return [words.slice(0, half).join(" "), words.slice(half).join(" ")];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y of the base line
 * @param {{ size: number, weight?: number, colour?: string, width?: number }} style text that is wider than `width` is made narrower
 */
function write(context, text, x, y, { size, weight = 400, colour = INK, width }) {
  context.font = `${weight} ${size}px ${FONT}`;
  context.fillStyle = colour;
  context.fillText(text, x, y, width);
}
