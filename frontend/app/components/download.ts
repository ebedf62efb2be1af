/** Hands a file that the API answered with to the browser, to keep. */

export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

/** A title as the name of a file. */
export function fileName(title: string, extension: string): string {
  const stem = title
    .replace(/[\\/:*?"<>|\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, 80);
  return `${stem || "conversation"}.${extension}`;
}
