import type { KeyEvent } from './key-events.ts';

export type KeyEventHook = (event: KeyEvent) => unknown;

/** Calls the hook `jwks.onEvent`, if there is one. What it throws or rejects with is dropped: it decides nothing. */
export function reportEvent(hook: KeyEventHook | null, event: KeyEvent): void {
  try {
    const returned = hook?.(event);
    if (returned instanceof Promise) returned.catch(() => undefined);
  } catch {}
}
