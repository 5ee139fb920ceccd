/** What V8 says of one script. */
interface ScriptCoverage {
  readonly source?: string;
  readonly functions: readonly {
    readonly functionName: string;
    readonly ranges: readonly {
      readonly startOffset: number;
      readonly endOffset: number;
      readonly count: number;
    }[];
  }[];
}

/** The functions of the page's script that ran in one page at least. */
export class CoveredFunctions {
  readonly #texts = new Map<number, string>();
  readonly #ran = new Set<number>();

  /** Adds the coverage of a page, which has one script. */
  add(scripts: readonly ScriptCoverage[]): void {
    const [script] = scripts;
    for (const { ranges } of script?.functions ?? []) {
      const [whole] = ranges;
      if (whole === undefined) continue;
      const { startOffset, endOffset, count } = whole;
      this.#texts.set(
        startOffset,
        script?.source?.slice(startOffset, Math.min(endOffset, startOffset + 120)) ?? '',
      );
      if (count > 0) this.#ran.add(startOffset);
    }
  }

  get count(): number {
    return this.#texts.size;
  }

  /** The beginnings of functions that never ran. */
  get never(): readonly string[] {
    return [...this.#texts].filter(([start]) => !this.#ran.has(start)).map(([, text]) => text);
  }
}
