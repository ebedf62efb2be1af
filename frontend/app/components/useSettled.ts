/** A value once it has stopped changing, so that the server is not asked for every letter. */
import { useEffect, useState } from "react";

const PAUSE_MS = 180;

export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
