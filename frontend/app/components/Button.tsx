/** Buttons: one primary per view, quiet ones beside it, and icon buttons that always carry a name. */
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";

type Look = "primary" | "outline" | "quiet" | "danger";

interface Props extends ComponentProps<"button"> {
  look?: Look;
  busy?: boolean;
}

const base =
  "inline-flex items-center justify-center gap-2 rounded-md font-medium transition-colors duration-150 select-none disabled:opacity-55 disabled:cursor-not-allowed";

const looks: Record<Look, string> = {
  primary: "bg-accent text-on-accent enabled:hover:bg-accent-hover",
  outline: "border border-line bg-surface text-ink enabled:hover:bg-sunken",
  quiet: "text-ink-soft enabled:hover:bg-sunken enabled:hover:text-ink",
  danger: "text-danger enabled:hover:bg-danger-soft",
};

export function Button({
  look = "outline",
  busy = false,
  className,
  children,
  disabled,
  type = "button",
  ...rest
}: Props): ReactNode {
  return (
    <button
      type={type}
      className={cx(base, "h-9 px-3.5 text-sm", looks[look], className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {children}
    </button>
  );
}

interface IconProps extends Omit<Props, "children"> {
  label: string;
  icon: ReactNode;
}

export function IconButton({
  label,
  icon,
  look = "quiet",
  className,
  type = "button",
  busy,
  ...rest
}: IconProps): ReactNode {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={cx(base, "size-8 shrink-0 [&_svg]:size-4", looks[look], className)}
      aria-busy={busy || undefined}
      {...rest}
    >
      {icon}
    </button>
  );
}
