/** Labelled form controls with their help and their error, tied together for screen readers. */
import { useId, type ComponentProps, type ReactNode } from "react";
import { cx } from "./cx";

export interface FieldProps {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
}

const control =
  "w-full rounded-md border border-line-strong bg-surface px-3 text-base text-ink transition-colors hover:border-ink-faint aria-invalid:border-danger";

interface Described {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

interface FrameProps extends FieldProps {
  children: (described: Described) => ReactNode;
}

export function Field({ label, help, error, children }: FrameProps): ReactNode {
  const id = useId();
  const describedBy = cx(error && `${id}-error`, help !== undefined && `${id}-help`) || undefined;
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-describedby": describedBy, "aria-invalid": error ? true : undefined })}
      {error && (
        <p id={`${id}-error`} className="mt-1.5 text-sm text-danger">
          {error}
        </p>
      )}
      {help !== undefined && (
        <p id={`${id}-help`} className="mt-1.5 text-sm text-ink-soft">
          {help}
        </p>
      )}
    </div>
  );
}

export function TextField({ label, help, error, className, ...rest }: FieldProps & ComponentProps<"input">): ReactNode {
  return (
    <Field label={label} help={help} error={error}>
      {(described) => <input {...described} {...rest} className={cx(control, "h-10", className)} />}
    </Field>
  );
}

export function TextArea({
  label,
  help,
  error,
  className,
  ...rest
}: FieldProps & ComponentProps<"textarea">): ReactNode {
  return (
    <Field label={label} help={help} error={error}>
      {(described) => (
        <textarea
          rows={3}
          {...described}
          {...rest}
          className={cx(control, "field-sizing-content min-h-20 resize-y py-2 leading-relaxed", className)}
        />
      )}
    </Field>
  );
}

export function Select({ label, help, error, className, ...rest }: FieldProps & ComponentProps<"select">): ReactNode {
  return (
    <Field label={label} help={help} error={error}>
      {(described) => <select {...described} {...rest} className={cx(control, "h-10 pe-8", className)} />}
    </Field>
  );
}

interface CheckProps extends Omit<ComponentProps<"input">, "type"> {
  label: ReactNode;
}

export function CheckField({ label, className, ...rest }: CheckProps): ReactNode {
  return (
    <label className={cx("flex items-start gap-2.5 text-sm has-disabled:opacity-55", className)}>
      <input type="checkbox" {...rest} className="mt-0.5 size-4 shrink-0 accent-accent" />
      <span className="min-w-0">{label}</span>
    </label>
  );
}
