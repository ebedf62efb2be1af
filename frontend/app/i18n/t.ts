/** Texts of the interface, by key, with values put in and plurals chosen by the language's own rules. */
import en from "./en.json";

type Catalogue = typeof en;
type Stem<K> = K extends `${infer S}_one` ? S : K extends `${string}_other` ? never : K;
export type Key = Stem<keyof Catalogue>;

const locale = "en";
const plurals = new Intl.PluralRules(locale);
const catalogue: Readonly<Record<string, string>> = en;

/** `count` picks the plural form; every `{{name}}` is replaced by the value of that name. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  const form = typeof values.count === "number" ? `${key}_${plurals.select(values.count)}` : key;
  const text = catalogue[form] ?? catalogue[`${key}_other`] ?? catalogue[key] ?? key;
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => format(values[name] ?? ""));
}

const numbers = new Intl.NumberFormat(locale);
const format = (value: string | number): string => (typeof value === "number" ? numbers.format(value) : value);

const dates = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const moments = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

export const formatDate = (iso: string): string => dates.format(new Date(iso));
export const formatMoment = (iso: string): string => moments.format(new Date(iso));

/** `1.4 MB`: decimal units, as file managers show them. */
export function formatBytes(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const unit = units[step] ?? "byte";
  const options = {
    style: "unit",
    unit,
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step > 1 ? 1 : 0,
  } as const;
  return new Intl.NumberFormat(locale, options).format(bytes / 1000 ** step);
}

/** `40 %` as the language writes it; `share` is 0 to 1. */
export const formatShare = (share: number): string =>
  new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(share);

const scores = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
export const formatScore = (score: number): string => scores.format(score);

/** Micros of USD; as many digits as small sums need. */
export const formatCost = (micros: number): string =>
  new Intl.NumberFormat(locale, {
    style: "currency",
    currency: "USD",
    maximumFractionDigits: micros < 10_000 ? 6 : 2,
  }).format(micros / 1_000_000);

export const formatSeconds = (seconds: number): string =>
  new Intl.NumberFormat(locale, {
    style: "unit",
    unit: seconds < 1 ? "millisecond" : "second",
    maximumFractionDigits: seconds < 1 ? 0 : 1,
  }).format(seconds < 1 ? seconds * 1_000 : seconds);

/** Roughly, as time left is said: `40 seconds`, `3 minutes`, `2 hours`. */
export function formatDuration(seconds: number): string {
  const [amount, unit] =
    seconds < 90 ? [seconds, "second"] : seconds < 5_400 ? [seconds / 60, "minute"] : [seconds / 3_600, "hour"];
  const options = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 } as const;
  return new Intl.NumberFormat(locale, options).format(Math.max(1, Math.round(amount)));
}
