/** A thin bar; `value` is 0 to 1. */
import type { ReactNode } from "react";

export function ProgressBar({ value, label }: { value: number; label: string }): ReactNode {
  return (
    <progress
      aria-label={label}
      max={1}
      value={value}
      className="h-1.5 w-32 appearance-none overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-accent [&::-webkit-progress-value]:transition-[width]"
    />
  );
}
