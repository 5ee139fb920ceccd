import { FAULTS, REFUSALS, type RefusalCode } from '../decision/codes.ts';
import type { Refusal } from '../decision/decision.ts';
import type { AuthorizerFault } from '../decision/errors.ts';
import type { Judging } from '../rules/judging.ts';
import type { Rule, Verdict } from '../rules/rule.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { VerifiedToken } from '../token/verified-token.ts';
import type { ExploredVerdict } from './exploration.ts';
import type { SampleRequest } from './sample-requests.ts';

/** A caller after his token was verified. `refused`: no route is looked at. */
export type JudgedCaller =
  | { readonly kind: 'accepted'; readonly token: VerifiedToken | null }
  | { readonly kind: 'refused'; readonly code: RefusalCode };

/** The rules of the page. */
export interface JudgedRules {
  /** As the options have them. */
  readonly book: RuleBook;
  /** Without rules that call functions which may take time. */
  readonly quiet: RuleBook;
}

/** Verdicts of the page, each kept once. */
export class Verdicts {
  readonly all: ExploredVerdict[] = [];
  readonly #indexes = new Map<string, number>();

  indexOf(verdict: ExploredVerdict): number {
    const text = JSON.stringify(verdict);
    const known = this.#indexes.get(text) ?? this.all.push(verdict) - 1;
    this.#indexes.set(text, known);
    return known;
  }
}

/**
 * Judges each sample request for one caller, as `requestRules` does. Custom rules and look-ups of the country are not
 * called: an allow names those that could still refuse.
 *
 * @returns by request, the index of the verdict
 */
export function judgeAll(
  caller: JudgedCaller,
  samples: readonly SampleRequest[],
  { book, quiet }: JudgedRules,
  verdicts: Verdicts,
): readonly number[] {
  if (caller.kind === 'refused') {
    const index = verdicts.indexOf(refusalOf({ code: caller.code }));
    return samples.map(() => index);
  }
  return samples.map(({ request }) => {
    // Never a promise: rules that take time are not in this book.
    const verdict = quiet.begin(request, caller.token).verdict() as Verdict;
    return verdicts.indexOf(shown(verdict, () => callingRules(book.begin(request, caller.token))));
  });
}

/** The rules that apply to a request. */
export function rulesOn(judging: Judging): readonly Rule[] {
  return judging.rules.kind === 'refused' ? [] : judging.rules.rules;
}

function callingRules(judging: Judging): readonly string[] {
  const enforced = rulesOn(judging).filter(({ reportOnly }) => !reportOnly);
  return enforced.filter(({ inputs }) => inputs.includes('anything')).map(({ name }) => name);
}

function shown(verdict: Verdict, calling: () => readonly string[]): ExploredVerdict {
  switch (verdict.kind) {
    case 'passed':
      return { kind: 'allow', unless: calling() };
    case 'refused':
      return refusalOf(verdict.refusal);
    case 'fault': {
      const { code, rule = null } = verdict.error as AuthorizerFault;
      return { kind: 'fault', code, advice: FAULTS[code], rule };
    }
  }
}

function refusalOf({ code, rule, detail }: Refusal): ExploredVerdict {
  return { kind: 'deny', code, ...REFUSALS[code], rule: rule ?? null, detail: detail ?? null };
}
