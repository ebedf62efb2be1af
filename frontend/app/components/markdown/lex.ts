/** Splits streaming Markdown into blocks, lexing again only the tail that new text can still change. */
import { Lexer, Marked, type Token } from "marked";

export interface Block {
  /** Where it begins in the text: stable while the text only grows, so it serves as a key. */
  readonly start: number;
  readonly token: Token;
}

export interface Lexed {
  readonly text: string;
  readonly blocks: readonly Block[];
}

export const nothing: Lexed = { text: "", blocks: [] };

/**
 * A text that only grew can change its last three blocks at most: two whole lines fix where the block
 * before them ends (a table shows itself in its second), and the last line may still be half a line
 * ("1" becomes "1.", a list item).
 */
const OPEN_BLOCKS = 3;

// Reference definitions are off: one that streams in late would rewrite blocks that are already
// settled, and "[1]: …" in an answer would take over the citation [1].
const { defaults } = new Marked({ gfm: true, tokenizer: { def: () => undefined } });

/** The same result as lexing `source` from scratch, whatever `previous` is; cheap when `source` goes on from it. */
export function lex(source: string, previous: Lexed = nothing): Lexed {
  const text = source.replace(/\r\n?/g, "\n");
  if (text === previous.text) return previous;
  const settled = text.startsWith(previous.text) ? settledBlocks(previous.blocks) : [];
  const last = settled.at(-1);
  const from = last ? last.start + last.token.raw.length : 0;
  return { text, blocks: [...settled, ...blocksOf(text.slice(from), from)] };
}

function settledBlocks(blocks: readonly Block[]): readonly Block[] {
  let open = OPEN_BLOCKS;
  let end = blocks.length;
  while (end > 0 && open > 0) {
    end -= 1;
    if (blocks[end]?.token.type !== "space") open -= 1;
  }
  return blocks.slice(0, end);
}

function blocksOf(text: string, from: number): Block[] {
  let start = from;
  return new Lexer(defaults).lex(text).map((token) => {
    const block = { start, token };
    start += token.raw.length;
    return block;
  });
}
