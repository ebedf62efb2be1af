/** Inline Markdown tokens as React elements; what is not in the table below is shown as the text it was. */
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

function inline(token: Token, cite: RenderCitation): ReactNode {
  const children = <Inline tokens={("tokens" in token && token.tokens) || []} cite={cite} />;
  switch (token.type) {
    case "text":
      return "tokens" in token && token.tokens ? children : withCitations(decodeEntities(token.text), cite);
    case "escape":
      return token.text;
    case "strong":
      return <strong>{children}</strong>;
    case "em":
      return <em>{children}</em>;
    case "del":
      return <del>{children}</del>;
    case "codespan":
      return <code>{token.text}</code>;
    case "br":
      return <br />;
    case "link":
      return <Link token={token as Tokens.Link}>{children}</Link>;
    case "image":
      // Loading a remote image would tell its host who reads what; its description is enough.
      return token.text;
    default:
      return token.raw;
  }
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
    parts.push(text.slice(end, match.index), ...chips.map((chip, at) => <Fragment key={`${match.index}.${at}`}>{chip}</Fragment>));
    end = match.index + match[0].length;
  }
  return parts.length === 0 ? text : [...parts, text.slice(end)];
}
