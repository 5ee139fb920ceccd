/** Differs only in the destination of its log lines. */
export { create } from './ours-log.ts';
