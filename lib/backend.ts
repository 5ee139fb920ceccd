export type { ClaimsLeftOut, DefaultContext } from './answer/default-context.ts';
export { type CallerContext, CallerMissing, type CallerOptions, caller } from './backend/caller.ts';
export { callerOf } from './backend/caller-of.ts';
export type { ArrivedContext, Caller, ContextOf } from './backend/caller-type.ts';
