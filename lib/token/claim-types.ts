/* The types that claims may have. */

/** Whether an optional claim is a NumericDate (RFC 7519, section 2), perhaps with a fraction. */
export function isTime(value: unknown): boolean {
  return value === undefined || Number.isFinite(value);
}

/** Whether an optional claim is text of at least one character. */
export function isName(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value !== '');
}

/** Whether a claim is a list of texts. It may be empty. */
export function isStrings(value: unknown): value is string[] {
  if (!Array.isArray(value)) return false;
  for (const item of value) if (typeof item !== 'string') return false;
  return true;
}
