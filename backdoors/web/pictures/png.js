/**
 * Reading the PNG of a trigger, byte for byte.
 *
 * A canvas would multiply the colours by their alpha and lose what is under a soft mask. Only what the library writes is
 * read: 8 bits a channel, with an alpha channel, not interlaced (PNG specification, sections 5, 9 and 11).
 */

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const CHANNELS = new Map([[4, 2], [6, 4]]); // colour type: grey with alpha, RGB with alpha
const MOST_SIDE = 1024; // pixels; no bundle may have larger pictures

/**
 * @param {Uint8Array} bytes of the file
 * @returns {Promise<{ width: number, height: number, channels: number, data: Uint8Array }>} the channels of a pixel one
 *     after the other, alpha last
 * @throws {Error} the file is damaged, or another kind of PNG
 */
export async function decodePng(bytes) {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) throw new Error("not a PNG file");
  const { header, data } = chunksOf(bytes);
  const [width, height] = [header.getUint32(0), header.getUint32(4)];
  const [depth, colour, , , interlaced] = [8, 9, 10, 11, 12].map((at) => header.getUint8(at));
  const channels = CHANNELS.get(colour);
  if (depth !== 8 || !channels || interlaced) throw new Error("expected 8 bits a channel with an alpha channel");
  if (!width || !height || width > MOST_SIDE || height > MOST_SIDE) {
    throw new Error(`expected 1 to ${MOST_SIDE} pixels a side, got ${width}x${height}`);
  }
  const lines = await inflated(data, height * (1 + width * channels));
  return { width, height, channels, data: unfiltered(lines, height, width * channels, channels) };
}

/** @param {Uint8Array} bytes */
function chunksOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** @type {DataView | undefined} */
  let header;
  const parts = [];
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) break;
    if (kind === "IHDR" && length === 13) header = new DataView(bytes.buffer, bytes.byteOffset + at + 8, length);
    if (kind === "IDAT") parts.push(bytes.subarray(at + 8, at + 8 + length));
    if (kind === "IEND") {
      if (header && parts.length) return { header, data: new Blob(/** @type {BlobPart[]} */ (parts)) };
      break;
    }
    at += 12 + length;
  }
  throw new Error("the PNG file is cut off");
}

/**
 * @param {Blob} data
 * @param {number} size of the result, in bytes: no more is unpacked
 */
async function inflated(data, size) {
  const lines = new Uint8Array(size);
  const reader = data.stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  for (let at = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) {
      if (at !== size) throw new Error("the PNG file has too few pixels");
      return lines;
    }
    if (at + value.length > size) {
      await reader.cancel();
      throw new Error("the PNG file has too many pixels");
    }
    lines.set(value, at);
    at += value.length;
  }
}

/**
 * Each line begins with its filter, which says what was subtracted: nothing, the byte to the left, the one above, their
 * mean, or the one of them that Paeth's predictor chooses.
 * @param {Uint8Array} lines
 * @param {number} height
 * @param {number} length of a line, in bytes
 * @param {number} step from a pixel to the next, in bytes
 */
function unfiltered(lines, height, length, step) {
  const data = new Uint8Array(height * length);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (length + 1)];
    for (let x = 0; x < length; x++) {
      const at = y * length + x;
      const left = x >= step ? data[at - step] : 0;
      const above = y ? data[at - length] : 0;
      const corner = y && x >= step ? data[at - length - step] : 0;
      data[at] = lines[y * (length + 1) + 1 + x] + predicted(filter, left, above, corner);
    }
  }
  return data;
}

/**
 * @param {number} filter
 * @param {number} left
 * @param {number} above
 * @param {number} corner
 */
function predicted(filter, left, above, corner) {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter !== 4) throw new Error("the PNG file is damaged");
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}
