/** What an expression of CloudWatch's metric math works with in one period. `null`: no data. */
type Value = number | null | readonly (number | null)[];

/** The value of each metric or expression, by its ID. */
export type Values = Readonly<Record<string, number | null>>;

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?)|(?<text>"[^"]*")|(?<name>[A-Za-z]\w*)|(?<sign>>=|<=|[-+*/()<>,]))/y;

/**
 * Evaluates an expression of metric math in one period: numbers, IDs, arithmetic, comparisons, `IF`, `SUM`, `MAX` and
 * `METRICS("part of an ID")`, which leaves out metrics without data. An operation on no data gives no data.
 *
 * @throws {Error} for anything else
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function evaluate(expression: string, values: Values): number | null {
  const reader = new Reader(tokensOf(expression), values);
  const value = reader.comparison();
  reader.end();
  return single(value);
}

function tokensOf(expression: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const [token] = TOKEN.exec(expression) ?? [];
    if (token === undefined) throw new Error(`not metric math: ${expression}`);
    tokens.push(token.trim());
  }
  return tokens;
}

class Reader {
  readonly #tokens: readonly string[];
  readonly #values: Values;
  #at = 0;

  constructor(tokens: readonly string[], values: Values) {
    this.#tokens = tokens;
    this.#values = values;
  }

  comparison(): Value {
    const left = this.#sum();
    const sign = this.#peek();
    if (sign !== '>=' && sign !== '<=' && sign !== '>' && sign !== '<') return left;
    this.#take();
    const right = this.#sum();
    const compare = { '>=': gte, '<=': lte, '>': gt, '<': lt }[sign];
    return both(left, right, (one, other) => Number(compare(one, other)));
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new Error(`unexpected ${this.#peek()}`);
  }

  #sum(): Value {
    let value = this.#product();
    for (let sign = this.#peek(); sign === '+' || sign === '-'; sign = this.#peek()) {
      this.#take();
      const factor = sign === '+' ? 1 : -1;
      value = both(value, this.#product(), (one, other) => one + factor * other);
    }
    return value;
  }

  #product(): Value {
    let value = this.#term();
    for (let sign = this.#peek(); sign === '*' || sign === '/'; sign = this.#peek()) {
      this.#take();
      const divides = sign === '/';
      value = both(value, this.#term(), (one, other) => (divides ? one / other : one * other));
    }
    return value;
  }

  #term(): Value {
    const token = this.#take();
    if (token === '(') {
      const value = this.comparison();
      this.#expect(')');
      return value;
    }
    if (/^\d/.test(token)) return Number(token);
    if (this.#peek() === '(') return this.#call(token);
    if (!Object.hasOwn(this.#values, token)) throw new Error(`no metric ${token}`);
    return this.#values[token] ?? null;
  }

  #call(name: string): Value {
    this.#expect('(');
    if (name === 'METRICS') {
      const part = this.#take().slice(1, -1);
      this.#expect(')');
      const ids = Object.keys(this.#values).filter((id) => id.includes(part));
      return ids.map((id) => this.#values[id] ?? null);
    }
    const given = [this.comparison()];
    while (this.#peek() === ',') {
      this.#take();
      given.push(this.comparison());
    }
    this.#expect(')');
    return called(name, given);
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #take(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Error('the expression ends early');
    this.#at += 1;
    return token;
  }

  #expect(token: string): void {
    if (this.#take() !== token) throw new Error(`${token} is missing`);
  }
}

function called(name: string, given: readonly Value[]): Value {
  const [first = null, second = null, third = null] = given;
  switch (name) {
    case 'IF': {
      const condition = single(first);
      return condition === null ? null : condition === 0 ? third : second;
    }
    case 'SUM':
      return combined(first, (numbers) => numbers.reduce((sum, number) => sum + number, 0));
    case 'MAX':
      return combined(first, (numbers) => Math.max(...numbers));
    default:
      throw new Error(`no function ${name}`);
  }
}

function combined(value: Value, combine: (numbers: readonly number[]) => number): number | null {
  const numbers = (Array.isArray(value) ? value : [value]).filter((item) => item !== null);
  return numbers.length === 0 ? null : combine(numbers);
}

function both(left: Value, right: Value, operate: (one: number, other: number) => number): number | null {
  const [one, other] = [single(left), single(right)];
  return one === null || other === null ? null : operate(one, other);
}

function single(value: Value): number | null {
  if (Array.isArray(value)) throw new Error('an expression must give one time series');
  return value as number | null;
}

const gte = (one: number, other: number) => one >= other;
const lte = (one: number, other: number) => one <= other;
const gt = (one: number, other: number) => one > other;
const lt = (one: number, other: number) => one < other;
