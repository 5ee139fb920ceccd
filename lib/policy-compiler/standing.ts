import type { VerbGroup } from './route-automaton.ts';
import type { SegmentGlob } from './segment-glob.ts';
import type { VerbGlob } from './verb-globs.ts';
import { sizeOf, type VerbSet, verbSetOf } from './verb-patterns.ts';

/** A group of verbs for which a wider glob may be used. */
export interface Option {
  /** Of the group. */
  readonly index: number;
  /** Texts of the globs that it would replace. */
  readonly replaced: ReadonlySet<string>;
  /** In characters. */
  readonly cost: number;
}

/** A glob that stands for globs of the beginning. */
interface Entry {
  readonly glob: SegmentGlob;
  verbs: VerbSet;
  /** By group: how many globs it stands for. */
  readonly counts: number[];
}

/** Which glob stands for which, by group of verbs: at first each for itself. */
export class Standing {
  readonly #sets: readonly VerbSet[];
  readonly #entries = new Map<string, Entry>();
  /** By glob and group, as far as the glob has its verbs. */
  readonly #rows: readonly Entry[][];

  constructor(globs: readonly VerbGlob[], groups: readonly VerbGroup[]) {
    this.#sets = groups.map(({ verbs }) => verbSetOf(verbs));
    this.#rows = globs.map(() => []);
    for (const [at, { glob, verbs }] of globs.entries()) {
      for (const [index, set] of this.#sets.entries()) if ((set & verbs) !== 0) this.#assign(at, index, glob);
    }
  }

  /** Texts of the globs that stand for nothing any more, once a wider glob stands for the members. */
  replacedBy(glob: SegmentGlob, members: readonly number[], index: number): ReadonlySet<string> {
    const counts = new Map<Entry, number>();
    for (const member of members) {
      const entry = this.#rowOf(member)[index];
      if (entry !== undefined) counts.set(entry, (counts.get(entry) ?? 0) + 1);
    }
    const replaced = new Set<string>();
    for (const [entry, count] of counts) {
      if (entry.glob.text !== glob.text && entry.counts[index] === count) replaced.add(entry.glob.text);
    }
    return replaced;
  }

  /** Characters of these globs, with all their verbs: no more than that can be saved. */
  sizeOfAll(texts: Iterable<string>): number {
    let size = 0;
    for (const text of texts) size += sizeOf(text, this.#verbsOf(text));
    return size;
  }

  /** Characters that are saved if a wider glob is used for these groups. */
  savingOf(options: readonly Option[], glob: SegmentGlob): number {
    const lost = new Map<string, VerbSet>();
    let saved = 0;
    let added: VerbSet = 0;
    for (const { index, replaced, cost } of options) {
      const set = this.#sets[index] as VerbSet;
      saved -= cost;
      added |= set;
      for (const text of replaced) lost.set(text, (lost.get(text) ?? 0) | set);
    }
    for (const [text, verbs] of lost) {
      const before = this.#verbsOf(text);
      saved += sizeOf(text, before) - sizeOf(text, before & ~verbs);
    }
    const before = this.#verbsOf(glob.text);
    return saved + sizeOf(glob.text, before) - sizeOf(glob.text, before | added);
  }

  replace(glob: SegmentGlob, members: readonly number[], index: number, replaced: ReadonlySet<string>): void {
    for (const member of members) {
      const entry = this.#rowOf(member)[index];
      if (entry !== undefined && replaced.has(entry.glob.text)) this.#assign(member, index, glob);
    }
  }

  globs(): readonly VerbGlob[] {
    return [...this.#entries.values()].filter(({ verbs }) => verbs !== 0);
  }

  #verbsOf(text: string): VerbSet {
    return this.#entries.get(text)?.verbs ?? 0;
  }

  #rowOf(at: number): Entry[] {
    return this.#rows[at] as Entry[];
  }

  #assign(at: number, index: number, glob: SegmentGlob): void {
    const set = this.#sets[index] as VerbSet;
    const row = this.#rowOf(at);
    const before = row[index];
    if (before !== undefined) {
      // Entries are replaced as a whole.
      before.counts[index] = (before.counts[index] as number) - 1;
      before.verbs &= ~set;
    }
    const entry = this.#entries.get(glob.text) ?? { glob, verbs: 0, counts: this.#sets.map(() => 0) };
    this.#entries.set(glob.text, entry);
    row[index] = entry;
    entry.counts[index] = (entry.counts[index] as number) + 1;
    entry.verbs |= set;
  }
}
