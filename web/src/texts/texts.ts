/** The words of the page, one file a language: who adds `xx.json` beside `en.json` adds a language. */

import { language } from "../state";
import english from "./en.json";

export type TextKey = keyof typeof english;
export type Texts = Readonly<Record<TextKey, string>>;
export type Values = Readonly<Record<string, string | number>>;
/** What has a text for one and a text for several, as `sensors.silent.one` and `sensors.silent.other`. */
export type CountedKey = {
  [Key in TextKey]: Key extends `${infer Stem}.other` ? Stem : never;
}[TextKey];

const FILES = import.meta.glob<Texts>("./*.json", { eager: true, import: "default" });

/** By code, such as "ko". */
export const LANGUAGES: ReadonlyMap<string, Texts> = new Map(
  Object.entries(FILES).map(([path, texts]) => [path.slice("./".length, -".json".length), texts]),
);

/** A text in the chosen language with `{name}` filled in. */
export function text(key: TextKey, values: Values = {}): string {
  return filled((LANGUAGES.get(language.value) ?? english)[key] ?? english[key], values);
}

/** A text that depends on a number, which fills `{count}`. */
export function counted(stem: CountedKey, count: number, values: Values = {}): string {
  const form = new Intl.PluralRules(language.value).select(count);
  const key = `${stem}.${form}`;
  const other = `${stem}.other`;
  return text(isTextKey(key) ? key : isTextKey(other) ? other : "unknown", { count, ...values });
}

/** The word of something that the server names, such as a class; the name itself where there is none. */
export function named(stem: "class" | "kind" | "level" | "state" | "deed" | "said", name: string): string {
  const key = `${stem}.${name}`;
  return isTextKey(key) ? text(key) : name.replaceAll("_", " ");
}

/** A sentence of the server, which is English, with the names of classes as people say them. */
export function plain(sentence: string): string {
  return sentence.replaceAll(/\b[a-z]+(?:_[a-z]+)+\b/g, (name) => {
    const key = `class.${name}`;
    return isTextKey(key) ? english[key] : name;
  });
}

export function isTextKey(key: string): key is TextKey {
  return key in english;
}

/** Texts with `{name}` of which nothing is known keep it, so that a slip is seen. */
export function filled(text: string, values: Values): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
