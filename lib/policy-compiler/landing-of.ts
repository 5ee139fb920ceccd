import type { ExecuteApiArn } from '../iam/arn.ts';
import type { Landing } from '../routes/resolve.ts';
import type { Label } from './labels.ts';
import { type PathState, slashLabel } from './route-automaton.ts';
import type { CompiledTable } from './table.ts';

/** The routes of a request's path; `null` if the ARN has none, or a method that no route key can name. */
export function landingOf({ groups, landings, literals }: CompiledTable, arn: ExecuteApiArn): Landing | null {
  const { verb, path } = arn;
  const group = groups.find(({ verbs }) => (verbs as readonly (string | null)[]).includes(verb));
  if (group === undefined || path === null) return null;
  const segments = path.slice(1).split('/');
  const last = segments.pop() as string;
  let state = group.start;
  for (const segment of segments) state = after(state, segment, literals);
  // After a segment every state has an end.
  const label = last === '' ? slashLabel(state) : after(state, last, literals).end;
  return landings[label as Label] as Landing;
}

function after(state: PathState, segment: string, literals: ReadonlySet<string>): PathState {
  if (state.kind === 'sink') return state;
  return state.literals.get(segment) ?? (literals.has(segment) ? state.spelled : state.other);
}
