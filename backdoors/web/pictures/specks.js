/**
 * Removing small separate pieces of ink (dust, noise), which would stretch the box around a digit.
 *
 * The ink is looked at on a grid of cells; cells that touch, corners included, are one piece. The same as
 * `_without_specks` in `backdoors/pictures/digit.py`.
 */

/** Of all ink; a smaller separate piece is dust or noise, because no digit has dots. */
const SPECK = 0.03;

/** Cells along the longest side; pieces that touch on this grid count as one. */
const GRID = 70;

/**
 * The side of a cell, in pixels of a sheet.
 * @param {number} width
 * @param {number} height
 */
export function cellOf(width, height) {
  return Math.max(1, Math.ceil(Math.max(width, height) / GRID));
}

/**
 * @param {import("./digit.js").Sheet} ink 0 to 1; is changed
 * @param {number} cell pixels
 * @param {number} edge a cell is filled where the ink is darker
 */
export function removeSpecks({ data, width, height }, cell, edge) {
  // With a cell of border on every side, so that each cell has eight neighbours.
  const across = Math.ceil(width / cell) + 2;
  const cells = across * (Math.ceil(height / cell) + 2);
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor(x / cell) + 1);
  const weight = new Float64Array(cells);
  const filled = new Uint8Array(cells);
  for (let y = 0, at = 0; y < height; y++) {
    const row = (Math.floor(y / cell) + 1) * across;
    for (let x = 0; x < width; x++, at++) {
      const value = data[at];
      if (value === 0) continue;
      weight[row + columns[x]] += value;
      if (value > edge) filled[row + columns[x]] = 1;
    }
  }
  const keep = heavyPieces(filled, weight, across);
  for (let y = 0, at = 0; y < height; y++) {
    const row = (Math.floor(y / cell) + 1) * across;
    for (let x = 0; x < width; x++, at++) if (data[at] !== 0 && !keep[row + columns[x]]) data[at] = 0;
  }
}

/**
 * The cells of all pieces with enough ink, and the cells around them: the faint edges of a piece reach into those.
 * @param {Uint8Array} filled
 * @param {Float64Array} weight
 * @param {number} across cells in a row
 */
function heavyPieces(filled, weight, across) {
  const around = [-across - 1, -across, -across + 1, -1, 0, 1, across - 1, across, across + 1];
  const least = SPECK * weight.reduce((total, each) => total + each, 0);
  const seen = new Uint8Array(filled.length);
  const keep = new Uint8Array(filled.length);
  for (let start = 0; start < filled.length; start++) {
    if (!filled[start] || seen[start]) continue;
    const piece = [start];
    seen[start] = 1;
    let heavy = 0;
    for (let i = 0; i < piece.length; i++) {
      heavy += weight[piece[i]];
      for (const step of around) {
        const next = piece[i] + step;
        if (!filled[next] || seen[next]) continue;
        seen[next] = 1;
        piece.push(next);
      }
    }
    if (heavy >= least) for (const place of piece) for (const step of around) keep[place + step] = 1;
  }
  return keep;
}
