import { parentPort, workerData } from 'node:worker_threads';
import { POLICIES } from './policies.ts';
import type { Policy } from './policy.ts';
import { type Setting, simulate } from './simulate.ts';

const { name, setting } = workerData as { readonly name: string; readonly setting: Setting };
const policy = POLICIES.find((candidate) => candidate.name === name) as Policy;
parentPort?.postMessage(await simulate(policy, setting));
