/** Calls a hook of the user, if there is one. What it throws or rejects with is dropped: it decides nothing. */
export function reportTo<Event>(hook: ((event: Event) => unknown) | null, event: Event): void {
  try {
    const returned = hook?.(event);
    if (returned instanceof Promise) returned.catch(() => undefined);
  } catch {}
}
