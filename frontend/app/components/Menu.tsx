/**
 * A menu that opens from a button, as a popover of the platform: it stands in the top layer, above
 * dialogs too, closes on Esc and outside clicks, and gives the focus back.
 */
import {
  createContext,
  use,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type ToggleEvent,
} from "react";
import { cx } from "./cx";
import { place } from "./place";

export interface MenuTrigger {
  popoverTarget: string;
  "aria-haspopup": "menu";
}

interface Props {
  /** The button; it spreads what it is given. */
  trigger: (props: MenuTrigger) => ReactNode;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
}

const CloseMenu = createContext<() => void>(() => undefined);

export function Menu({ trigger, children, align = "start", side = "bottom" }: Props): ReactNode {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const close = (): void => menu.current?.hidePopover();

  const onToggle = (event: ToggleEvent<HTMLDivElement>): void => {
    const anchor = document.querySelector(`[popovertarget="${CSS.escape(id)}"]`);
    if (event.newState !== "open" || !menu.current || !anchor) return;
    place(menu.current, anchor, { side, align });
    menu.current.style.visibility = "visible";
    (menu.current.querySelector<HTMLElement>("[aria-checked=true]") ?? itemsOf(menu.current)[0])?.focus();
  };

  return (
    <>
      {trigger({ popoverTarget: id, "aria-haspopup": "menu" })}
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        onBeforeToggle={(event) => setOpen(event.newState === "open")}
        onToggle={onToggle}
        onKeyDown={(event) => onMenuKey(event, close)}
        className="invisible fixed inset-auto max-h-[min(26rem,calc(100dvh-1rem))] max-w-[min(20rem,calc(100vw-1rem))] min-w-48 overflow-y-auto rounded-lg border border-line bg-raised p-1 text-ink shadow-raised"
      >
        <CloseMenu value={close}>{open && children}</CloseMenu>
      </div>
    </>
  );
}

function itemsOf(menu: Element): HTMLElement[] {
  return Array.from(menu.querySelectorAll<HTMLElement>("[role^=menuitem]"));
}

function onMenuKey(event: KeyboardEvent<HTMLElement>, close: () => void): void {
  const items = itemsOf(event.currentTarget);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const targets: Record<string, HTMLElement | undefined> = {
    ArrowDown: items[(at + 1) % items.length],
    ArrowUp: items.at(at - 1),
    Home: items[0],
    End: items.at(-1),
  };
  if (event.key === "Tab") close();
  const typed = event.key.length === 1 ? event.key.toLowerCase() : null;
  const named = typed
    ? [...items.slice(at + 1), ...items].find((item) => item.textContent.trim().toLowerCase().startsWith(typed))
    : undefined;
  const target = targets[event.key] ?? named;
  if (!target || event.key === " ") return;
  event.preventDefault();
  target.focus();
}

const item =
  "flex w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-start text-sm outline-none select-none hover:bg-sunken focus:bg-sunken [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-faint";

interface ItemProps {
  onSelect: () => void;
  children: ReactNode;
  danger?: boolean;
}

export function MenuItem({ onSelect, children, danger = false }: ItemProps): ReactNode {
  const close = use(CloseMenu);
  const select = (): void => {
    close();
    onSelect();
  };
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      onClick={select}
      className={cx(item, danger && "text-danger [&_svg]:text-danger")}
    >
      {children}
    </button>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: readonly { value: string; text: string; note?: string }[];
}

export function MenuChoice({ label, value, onChange, options }: ChoiceProps): ReactNode {
  const close = use(CloseMenu);
  const select = (chosen: string): void => {
    close();
    onChange(chosen);
  };
  return (
    <div role="group" aria-label={label}>
      <p aria-hidden className="px-2.5 pt-1.5 pb-1 text-xs text-ink-faint">
        {label}
      </p>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="menuitemradio"
          tabIndex={-1}
          aria-checked={option.value === value}
          onClick={() => select(option.value)}
          className={cx(item, "justify-between", option.value === value && "font-medium")}
        >
          <span className="min-w-0">
            <span className="block truncate">{option.text}</span>
            {option.note && <span className="block truncate text-xs font-normal text-ink-faint">{option.note}</span>}
          </span>
          {option.value === value && <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-accent" />}
        </button>
      ))}
    </div>
  );
}

export function MenuSeparator(): ReactNode {
  return <hr className="my-1 border-t border-line" />;
}
