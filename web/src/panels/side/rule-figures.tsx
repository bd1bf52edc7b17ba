/** The rule that called for a message, with its figures in words. */

import type { Why } from "../../model";
import { named, type TextKey, text } from "../../texts/texts";
import { Facts } from "../parts/controls";
import { minutes, percent } from "../parts/units";

/** Figures of a rule as the site file has them: key, its text, and how its value is read. */
const FIGURES: readonly (readonly [string, TextKey, (value: number) => string])[] = [
  ["min_entry_probability", "rule.entry_probability", percent],
  ["within_s", "rule.within", minutes],
  ["min_existence", "rule.existence", percent],
  ["min_kinds", "rule.kinds", String],
  ["or_class_probability", "rule.or_class", percent],
  ["min_age_s", "rule.age", minutes],
];

export function RuleFigures({ rule }: { rule: Why["rule"] }) {
  if (rule.label === "") return <p>{text("rule.none")}</p>;
  const facts = FIGURES.flatMap(([key, words, form]) => {
    const value = rule[key];
    return typeof value === "number" ? [[text(words), form(value)] as const] : [];
  });
  const without = rule["not_classes"];
  const names = Array.isArray(without) ? without.map((name) => named("class", String(name))) : [];
  return (
    <details class="rule" data-testid="rule">
      <summary>{text("rule.title", { name: rule.label })}</summary>
      <Facts facts={facts} />
      {names.length > 0 && <p>{text("rule.without", { names: names.join(", ") })}</p>}
    </details>
  );
}
