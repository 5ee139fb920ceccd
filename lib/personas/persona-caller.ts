import type { CallersRule } from '../rules/kinds/callers.ts';
import { type ClientsRule, clientsIn } from '../rules/kinds/clients.ts';

interface Rules {
  readonly callers?: CallersRule | false;
  readonly clients?: ClientsRule | false;
}

type Kind = CallersRule['allow'][number];
const KINDS: readonly Kind[] = ['user', 'machine', 'agent', 'anonymous'];

/**
 * Claims of a caller that all of these rules on `callers` and `clients` admit; if there is none, that the last ones admit.
 * Nothing for a user of any application.
 */
export function callerFor(rules: readonly Rules[]): Readonly<Record<string, unknown>> {
  const callers = rules.flatMap((one) => one.callers || []);
  const clients = rules.flatMap((one) => {
    const names = clientsIn(one.clients);
    return names === null ? [] : [names];
  });
  const kind = inAll(callers.map(({ allow }) => KINDS.filter((one) => allow.includes(one)))) ?? 'user';
  const azp = inAll(clients);
  const actor = callers.findLast(({ actors }) => actors !== undefined)?.actors?.[0] ?? 'agt_test';
  return { ...(azp === undefined ? {} : { azp }), ...CLAIMS[kind](azp ?? 'test-client', actor) };
}

/** What shows each kind. An agent acts for itself, which any `maxDelegation` admits. */
const CLAIMS: Readonly<Record<Kind, (azp: string, actor: string) => object>> = {
  user: () => ({}),
  machine: (azp) => ({ sub: `${azp}@clients`, gty: 'client-credentials', azp }),
  agent: (_, actor) => ({ sub: actor, sub_profile: 'ai_agent' }),
  anonymous: () => ({ sub: 'anon@test' }),
};

/** The first text that all lists have, else the first of the last list. */
function inAll<Text extends string>(lists: readonly (readonly Text[])[]): Text | undefined {
  const last = lists.at(-1) ?? [];
  return last.find((text) => lists.every((list) => list.includes(text))) ?? last[0];
}
