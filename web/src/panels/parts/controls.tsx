/** The few controls that all panels are made of. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { text } from "../../texts/texts";
import { dialog } from "./layout";

interface ButtonProps {
  onPress: () => void;
  children: ComponentChildren;
  /** The key that does the same. */
  hint?: string | undefined;
  kind?: "primary" | "danger" | "plain" | "quiet";
  label?: string;
  pressed?: boolean;
  disabled?: boolean;
  testId?: string;
}

/** A button that shows the key which does the same. */
export function Button({
  onPress,
  children,
  hint,
  kind = "plain",
  label,
  pressed,
  disabled,
  testId,
}: ButtonProps) {
  return (
    <button
      type="button"
      class={`button ${kind}`}
      onClick={onPress}
      disabled={disabled ?? false}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={hint}
      title={label}
      data-testid={testId}
    >
      {children}
      {hint !== undefined && (
        <span class="key" aria-hidden="true">
          {hint}
        </span>
      )}
    </button>
  );
}

interface WindowProps {
  title: string;
  testId: string;
  onClose?: () => void;
  children: ComponentChildren;
}

/** A dialog that keeps the focus inside until it is closed, and gives it back; the browser does that. */
export function Window({ title, testId, onClose, children }: WindowProps) {
  const window = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    window.current?.showModal();
    // Whoever came by a key goes on by keys: the browser would give the focus to the way out.
    window.current?.querySelector<HTMLElement>("form input, form textarea")?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const close = () => {
    onClose?.();
    dialog.value = null;
  };
  return (
    <dialog
      ref={window}
      class="window"
      onClose={close}
      aria-labelledby={`${testId}-title`}
      data-testid={testId}
    >
      <header>
        <h2 id={`${testId}-title`}>{title}</h2>
        <button type="button" class="button quiet" onClick={close} aria-label={text("close")}>
          ✕
        </button>
      </header>
      {children}
    </dialog>
  );
}

interface MenuProps {
  /** What opens it. */
  summary: ComponentChildren;
  summaryClass?: string;
  label?: string;
  testId: string;
  children: ComponentChildren;
}

/** A button that opens a small panel below it; it closes on Escape, and when the focus goes elsewhere. */
export function Menu({ summary, summaryClass = "button", label, testId, children }: MenuProps) {
  const menu = useRef<HTMLDetailsElement>(null);
  const shut = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !menu.current?.open) return;
    event.preventDefault();
    menu.current.open = false;
    menu.current.querySelector("summary")?.focus();
  };
  const left = (event: FocusEvent) => {
    const to = event.relatedTarget;
    if (menu.current && to instanceof Node && !menu.current.contains(to)) menu.current.open = false;
  };
  return (
    <details ref={menu} class="menu" onKeyDown={shut} onFocusOut={left}>
      <summary class={summaryClass} aria-label={label} title={label} data-testid={testId}>
        {summary}
      </summary>
      <div class="menu-body">{children}</div>
    </details>
  );
}

/** What the server said no to, where it was asked. */
export function Trouble({ words, testId }: { words: string | null; testId?: string }) {
  return words === null ? null : (
    <p class="trouble" role="alert" data-testid={testId ?? "trouble"}>
      {words}
    </p>
  );
}

/** A share of one as a bar; the number stands beside it. */
export function Bar({ share }: { share: number }) {
  return (
    <span class="bar" aria-hidden="true">
      <span style={{ width: `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%` }} />
    </span>
  );
}

/** Names and values of one thing, as a list. */
export function Facts({ facts }: { facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A wide table that scrolls by itself; keys can scroll it, too. */
export function Scrolls({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys (WCAG 2.1.1)
    <section class="scrolls" tabIndex={0} aria-label={text("scrolls", { title })}>
      {children}
    </section>
  );
}
