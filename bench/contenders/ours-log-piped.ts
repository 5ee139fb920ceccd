/** Differs only in where its log lines go. */
export { create } from './ours-log.ts';
