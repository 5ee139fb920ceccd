/** The types that claims may have. */

/** A NumericDate (RFC 7519, section 2): seconds, perhaps with a fraction. */
export function isTime(value: unknown): boolean {
  return Number.isFinite(value);
}

/** A name: text of at least one character. */
export function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

export function isStrings(value: unknown): value is string[] {
  if (!Array.isArray(value)) return false;
  for (const item of value) if (typeof item !== 'string') return false;
  return true;
}
