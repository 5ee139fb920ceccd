import type { Path } from './place.ts';

/** A parsed document. */
export interface SourceDocument {
  /** The name for findings. */
  readonly file: string;
  readonly root: unknown;
  /** The values of other files that the document names, by the name that it uses. */
  readonly related: ReadonlyMap<string, unknown>;
  /** The line of a value, from 1; of the nearest value around it that has one, else `null`. */
  lineOf(path: Path): number | null;
}

/** A part of a document whose value only the deployment decides, or that cannot be read. */
export class Undecided {
  /** As the document writes it: `!Ref Ttl`, `var.ttl`. */
  readonly text: string;
  /** IDs of the resources that it refers to. */
  readonly targets: readonly string[];

  constructor(text: string, targets: readonly string[] = []) {
    this.text = text;
    this.targets = targets;
  }

  /** The resource that it refers to; `null` if there is none or more than one. */
  get target(): string | null {
    return this.targets.length === 1 ? (this.targets[0] as string) : null;
  }
}
