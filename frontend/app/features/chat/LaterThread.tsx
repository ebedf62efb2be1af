/**
 * The thread, whose code a blank page does not need: fetched beside the first data, so that it is
 * there when the first question is asked. Not React.lazy, which would show its fallback for a third
 * of a second even then.
 */
import { createElement, useEffect, useState, type ComponentProps, type ReactNode } from "react";
import type { Thread } from "./Thread";

type ThreadComponent = typeof Thread;

const fetching = import("./Thread");
let fetched: ThreadComponent | null = null;
void fetching.then((module) => (fetched = module.Thread));

interface Props extends ComponentProps<ThreadComponent> {
  fallback: ReactNode;
}

export function LaterThread({ fallback, ...props }: Props): ReactNode {
  const [component, setComponent] = useState<ThreadComponent | null>(() => fetched);
  useEffect(() => {
    if (!component) void fetching.then((module) => setComponent(() => module.Thread));
  }, [component]);
  return component ? createElement(component, props) : fallback;
}
