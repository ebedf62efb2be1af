/** Where the thread stands: a new question goes to the top, a reader who scrolled up is never moved. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

/** Closer to the end than this counts as being at the end. */
const NEAR_PX = 24;

export interface Scroll {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** There is more below than the screen shows. */
  away: boolean;
  toEnd: () => void;
}

/** `opened` names the thread once it is loaded; `asked` names the last question asked on this screen. */
export function useScroll(opened: string | null, asked: string | null): Scroll {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [away, setAway] = useState(false);

  const follow = useCallback(() => {
    const element = scroller.current;
    if (element && following.current) element.scrollTop = element.scrollHeight;
  }, []);

  useLayoutEffect(() => {
    following.current = true;
    follow();
  }, [opened, follow]);

  useLayoutEffect(() => {
    if (asked === null) return;
    // The last exchange is as tall as the screen: its end is where its question stands at the top.
    // From there the answer grows downward and nothing moves until the reader does.
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
    following.current = false;
  }, [asked]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let last = element.scrollTop;
    const rest = (): number => element.scrollHeight - element.clientHeight - element.scrollTop;
    const onScroll = (): void => {
      if (element.scrollTop < last - 1) following.current = false;
      else if (element.scrollTop > last + 1 && rest() < NEAR_PX) following.current = true;
      last = element.scrollTop;
      setAway(rest() > NEAR_PX);
    };
    const observer = new ResizeObserver(() => {
      follow();
      setAway(rest() > NEAR_PX);
    });
    observer.observe(element);
    if (content.current) observer.observe(content.current);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [follow]);

  const toEnd = useCallback(() => {
    following.current = true;
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: "smooth" });
  }, []);

  return { scroller, content, away, toEnd };
}
