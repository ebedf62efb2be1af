/** Finds in a passage the sentences that an answer took from it word for word. */

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Shorter than this a sentence could stand anywhere. */
const SHORTEST = 12;

/** The sentences before each marker `[number]` of an answer, within the marker's own paragraph. */
export function quotesFor(answer: string, number: number): string[] {
  const quotes: string[] = [];
  for (const paragraph of answer.split(/\n{2,}/)) {
    let start = 0;
    for (const marker of paragraph.matchAll(/(?:\s*\[\d+(?:\s*,\s*\d+)*\])+/g)) {
      const numbers: string[] = marker[0].match(/\d+/g) ?? [];
      if (numbers.includes(String(number))) quotes.push(...sentencesOf(paragraph.slice(start, marker.index)));
      start = marker.index + marker[0].length;
    }
  }
  return quotes;
}

function sentencesOf(text: string): string[] {
  const plain = text.replace(/^[\s>*#-]+|[*_`]/gm, "");
  const segmenter = new Intl.Segmenter(undefined, { granularity: "sentence" });
  return Array.from(segmenter.segment(plain), ({ segment }) => segment.trim()).filter(
    (sentence) => sentence.length >= SHORTEST,
  );
}

/** Where the quotes stand in `text`, in order, never overlapping; line breaks count as spaces. */
export function findQuotes(text: string, quotes: readonly string[]): Span[] {
  const spans = quotes
    .map((quote) => new RegExp(quote.split(/\s+/).map(escape).join("\\s+"), "i").exec(text))
    .filter((match) => match !== null)
    .map((match) => ({ start: match.index, end: match.index + match[0].length }))
    .sort((a, b) => a.start - b.start);
  return joined(text, spans);
}

/** Sentences that follow each other are one quotation. */
function joined(text: string, spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    const touches = last && text.slice(last.end, span.start).trim() === "";
    if (touches) result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else result.push(span);
  }
  return result;
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
