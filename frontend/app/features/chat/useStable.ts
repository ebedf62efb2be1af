/** A callback that keeps its identity and always calls the newest version of itself. */
import { useCallback, useLayoutEffect, useRef } from "react";

export function useStable<Args extends unknown[]>(callback: (...args: Args) => void): (...args: Args) => void {
  const newest = useRef(callback);
  useLayoutEffect(() => {
    newest.current = callback;
  });
  return useCallback((...args: Args) => newest.current(...args), []);
}
