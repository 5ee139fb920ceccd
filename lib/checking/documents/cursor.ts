import { isObject } from '../../util/is-object.ts';
import { type SourceDocument, Undecided } from './document.ts';
import { type Path, type Place, pathText } from './place.ts';

/** A value in a document, and where it is. Reads own members only, and never throws. */
export class Cursor {
  readonly document: SourceDocument;
  readonly value: unknown;
  readonly path: Path;

  constructor(document: SourceDocument, value: unknown, path: Path) {
    this.document = document;
    this.value = value;
    this.path = path;
  }

  /** The whole document. */
  static at(document: SourceDocument): Cursor {
    return new Cursor(document, document.root, []);
  }

  /** The value below; missing if there is none. Below an undecided value everything is undecided. */
  get(...keys: Path): Cursor {
    let { value } = this;
    for (const key of keys) {
      if (value instanceof Undecided) break;
      value = isObject(value) && Object.hasOwn(value, key) ? value[key as string] : undefined;
    }
    return new Cursor(this.document, value, [...this.path, ...keys]);
  }

  get isMissing(): boolean {
    return this.value === undefined || this.value === null;
  }

  get undecided(): Undecided | null {
    return this.value instanceof Undecided ? this.value : null;
  }

  /** The members of an object; none for other values. */
  get members(): readonly (readonly [name: string, value: Cursor])[] {
    const { value } = this;
    if (!isObject(value) || Array.isArray(value) || value instanceof Undecided) return [];
    return Object.keys(value).map((name) => [name, this.get(name)]);
  }

  /** The items of a list; none for other values. */
  get items(): readonly Cursor[] {
    return Array.isArray(this.value) ? this.value.map((_, index) => this.get(index)) : [];
  }

  /** The text; `null` if the value is not text. */
  get text(): string | null {
    return typeof this.value === 'string' ? this.value : null;
  }

  get place(): Place {
    const { document, path } = this;
    return {
      file: document.file,
      path: pathText(path),
      get line() {
        return document.lineOf(path);
      },
    };
  }
}

/** The first of these values that is not missing; the first one if all are. */
export function firstGiven(...cursors: readonly [Cursor, ...Cursor[]]): Cursor {
  return cursors.find(({ isMissing }) => !isMissing) ?? cursors[0];
}
