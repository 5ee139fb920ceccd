/** The answer to the client. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer whose body is the JSON of a value. */
export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { status, headers, body: `${JSON.stringify(value)}\n` };
}

/** Whether an HTTP answer may have this status: one of 1xx would not end the request. */
export function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 200 && (value as number) <= 599;
}

/** @throws {TypeError} for a header that HTTP cannot carry, such as one with a line break */
export function checkHeader(name: string, value: string): void {
  const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http');
  validateHeaderName(name);
  validateHeaderValue(name, value);
}
