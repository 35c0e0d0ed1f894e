/** SHA-256 without the browser's own, held to Node's. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { sha256, sha256Here } from "../../backdoors/web/engine/sha256.js";

test("of every length around a block's end", async () => {
  for (const length of [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000, 1_000_003]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
    const expected = createHash("sha256").update(bytes).digest("hex");
    assert.equal(sha256Here(bytes), expected, String(length));
    assert.equal(await sha256(bytes), expected);
  }
});
