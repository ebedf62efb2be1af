/** Streaming Markdown as React elements: no HTML is ever parsed, and settled blocks are rendered once. */
import { memo, useRef, type ReactNode } from "react";
import type { Token, Tokens } from "marked";
import { CodeBlock } from "./CodeBlock";
import { Inline, type RenderCitation } from "./inline";
import { lex, nothing } from "./lex";

interface Props {
  text: string;
  /** Must keep its identity between renders, or every block is rendered again. */
  cite?: RenderCitation;
}

const noCitations: RenderCitation = () => null;

export function Markdown({ text, cite = noCitations }: Props): ReactNode {
  const lexed = useLexed(text);
  return (
    <div className="prose" dir="auto">
      {lexed.blocks.map(({ start, token }) => (
        <Block key={start} token={token} cite={cite} />
      ))}
    </div>
  );
}

/** Holds the last result outside of React's state: it is a cache of a pure function. */
function useLexed(text: string) {
  const cache = useRef(nothing);
  // eslint-disable-next-line react-hooks/refs -- see above: any earlier value gives the same result
  return (cache.current = lex(text, cache.current));
}

type Renderer = (token: Tokens.Generic, cite: RenderCitation) => ReactNode;

const renderers: Readonly<Record<string, Renderer>> = {
  space: () => null,
  paragraph: ({ tokens }, cite) => (
    <p>
      <Inline tokens={tokens ?? []} cite={cite} />
    </p>
  ),
  heading: (token, cite) => <Heading token={token as Tokens.Heading} cite={cite} />,
  list: (token, cite) => <List token={token as Tokens.List} cite={cite} />,
  blockquote: ({ tokens }, cite) => (
    <blockquote>
      <Blocks tokens={tokens ?? []} cite={cite} />
    </blockquote>
  ),
  code: ({ text, lang }) => <CodeBlock code={text} language={lang ?? ""} />,
  hr: () => <hr />,
  table: (token, cite) => <Table token={token as Tokens.Table} cite={cite} />,
  text: (token, cite) => <Inline tokens={[token]} cite={cite} />,
};

/** What the table does not name, raw HTML first of all, is shown as the text it was. */
const Block = memo(function Block({ token, cite }: { token: Token; cite: RenderCitation }): ReactNode {
  const renderer = renderers[token.type];
  return renderer ? renderer(token as Tokens.Generic, cite) : <p>{token.raw}</p>;
});

function Blocks({ tokens, cite }: { tokens: readonly Token[]; cite: RenderCitation }): ReactNode {
  return tokens.map((token, index) => <Block key={index} token={token} cite={cite} />);
}

/** The page's own headings take the first two levels. */
function Heading({ token, cite }: { token: Tokens.Heading; cite: RenderCitation }): ReactNode {
  const Level = `h${Math.min(6, token.depth + 2)}` as "h3" | "h4" | "h5" | "h6";
  return (
    <Level>
      <Inline tokens={token.tokens} cite={cite} />
    </Level>
  );
}

function List({ token, cite }: { token: Tokens.List; cite: RenderCitation }): ReactNode {
  const items = token.items.map((item, index) => (
    <li key={index} className={item.task ? "task" : undefined}>
      {item.task && <input type="checkbox" checked={item.checked ?? false} disabled aria-label={item.text} />}
      <Blocks tokens={item.tokens.filter((each) => each.type !== "checkbox")} cite={cite} />
    </li>
  ));
  return token.ordered ? <ol start={Number(token.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ token, cite }: { token: Tokens.Table; cite: RenderCitation }): ReactNode {
  const cell = (Tag: "th" | "td", { tokens }: Tokens.TableCell, index: number): ReactNode => (
    <Tag key={index} style={{ textAlign: token.align[index] ?? "start" }}>
      <Inline tokens={tokens} cite={cite} />
    </Tag>
  );
  return (
    // A wide table scrolls inside itself, by keyboard too.
    <div className="table" tabIndex={0}>
      <table>
        <thead>
          <tr>{token.header.map((each, index) => cell("th", each, index))}</tr>
        </thead>
        <tbody>
          {token.rows.map((row, at) => (
            <tr key={at}>{row.map((each, index) => cell("td", each, index))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
