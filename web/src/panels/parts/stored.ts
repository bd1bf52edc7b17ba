/** What this browser remembers of a person; a browser that keeps nothing is as good. */

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`tocsin.${key}`);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`tocsin.${key}`, value);
  } catch {
    // a private window: asked again the next time
  }
}
