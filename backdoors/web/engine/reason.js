/**
 * What an error says, as a part of a sentence.
 * @param {unknown} error
 */
export function reasonOf(error) {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
