/** A list of short texts, written one per line. */
import { useState, type ReactNode } from "react";
import { TextArea } from "@/components/Field";

interface Props {
  label: string;
  help: string;
  value: readonly string[];
  error: string | undefined;
  onChange: (lines: string[]) => void;
}

const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

export function LinesField({ label, help, value, error, onChange }: Props): ReactNode {
  // What is typed holds blank lines and spaces that the list does not.
  const [typed, setTyped] = useState("");
  const text = linesOf(typed).join("\n") === value.join("\n") ? typed : value.join("\n");
  return (
    <TextArea
      label={label}
      help={help}
      value={text}
      error={error}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(linesOf(event.target.value));
      }}
    />
  );
}
