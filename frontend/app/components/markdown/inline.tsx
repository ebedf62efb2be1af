/** Inline Markdown tokens as React elements; what the table does not name is shown as the text it was. */
import { Fragment, type ReactNode } from "react";
import type { Token, Tokens } from "marked";
import { decodeEntities } from "./entities";

/** Turns the marker of a citation into its chip; null leaves the marker as text. */
export type RenderCitation = (number: number) => ReactNode | null;

const MARKER = /\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]/g;
const SAFE_LINK = /^(https?:|mailto:)/i;

export function Inline({ tokens, cite }: { tokens: readonly Token[]; cite: RenderCitation }): ReactNode {
  return tokens.map((token, index) => <Fragment key={index}>{inline(token, cite)}</Fragment>);
}

type Renderer = (token: Tokens.Generic, children: ReactNode, cite: RenderCitation) => ReactNode;

const renderers: Readonly<Record<string, Renderer>> = {
  text: ({ text, tokens }, children, cite) => (tokens ? children : withCitations(decodeEntities(text), cite)),
  escape: ({ text }) => text,
  strong: (_, children) => <strong>{children}</strong>,
  em: (_, children) => <em>{children}</em>,
  del: (_, children) => <del>{children}</del>,
  codespan: ({ text }) => <code>{text}</code>,
  br: () => <br />,
  link: (token, children) => <Link token={token as Tokens.Link}>{children}</Link>,
  // Loading a remote image would tell its host who reads what; its description is enough.
  image: ({ text }) => text,
};

function inline(token: Token, cite: RenderCitation): ReactNode {
  const renderer = renderers[token.type];
  if (!renderer) return token.raw;
  const generic = token as Tokens.Generic;
  return renderer(generic, <Inline tokens={generic.tokens ?? []} cite={cite} />, cite);
}

function Link({ token, children }: { token: Tokens.Link; children: ReactNode }): ReactNode {
  if (!SAFE_LINK.test(token.href)) return token.raw;
  return (
    <a href={token.href} target="_blank" rel="noopener noreferrer" title={token.title ?? undefined}>
      {children}
    </a>
  );
}

function withCitations(text: string, cite: RenderCitation): ReactNode {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKER)) {
    const chips = (match[1] ?? "").split(",").map((number) => cite(Number(number)));
    if (chips.some((chip) => chip === null)) continue;
    parts.push(
      text.slice(end, match.index),
      ...chips.map((chip, at) => <Fragment key={`${match.index}.${at}`}>{chip}</Fragment>),
    );
    end = match.index + match[0].length;
  }
  return parts.length === 0 ? text : [...parts, text.slice(end)];
}
