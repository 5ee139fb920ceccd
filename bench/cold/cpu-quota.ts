import fs from 'node:fs';
import path from 'node:path';

/** Memory size at which a function has one vCPU, MB: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MB_PER_VCPU = 1769;

/** A control group that limits the CPU time of one process at a time. */
export interface CpuQuota {
  /** Moves a process in, without a limit: Lambda's init phase has all of the CPU. */
  take(pid: number): void;
  /** Limits it to the share that a function of this memory size has. */
  limitTo(memoryMb: number): void;
  close(): void;
}

/** Either a quota, or why there is none. */
export type Attempt =
  | { readonly kind: 'quota'; readonly quota: CpuQuota }
  | { readonly kind: 'none'; readonly why: string };

/** The files that limit a control group, by version. */
interface Version {
  readonly parent: string;
  /** File and content for the most weight against other groups, so that a busy machine disturbs the figures less. */
  readonly weight: readonly [file: string, most: string];
  /** File and content for a quota in microseconds a period; `null` for no limit. */
  readonly write: (folder: string, quota: number | null) => void;
}

/**
 * Creates a control group, version 1 or 2, for which the process must be root on Linux.
 *
 * @param periodMs - quotas count by period. A process may use its share at once and then waits for the next period. AWS
 *   does not document Lambda's period; Linux has 100 ms
 */
export function createCpuQuota(periodMs: number): Attempt {
  const period = Math.round(periodMs * 1000);
  const version = [versionOne(period), versionTwo(period)].find((one) => one !== null);
  if (version === undefined)
    return { kind: 'none', why: 'no control group with a CPU controller is mounted' };
  const folder = path.join(version.parent, `authorizer-bench-${process.pid}`);
  try {
    fs.mkdirSync(folder);
    version.write(folder, null);
    fs.writeFileSync(path.join(folder, version.weight[0]), version.weight[1]);
  } catch (error) {
    if (fs.existsSync(folder)) fs.rmdirSync(folder);
    return { kind: 'none', why: `${folder} cannot be created: ${(error as Error).message}` };
  }
  return { kind: 'quota', quota: quotaIn(folder, version, period) };
}

function quotaIn(folder: string, { write }: Version, period: number): CpuQuota {
  return {
    take(pid) {
      write(folder, null);
      fs.writeFileSync(path.join(folder, 'cgroup.procs'), String(pid));
    },
    limitTo(memoryMb) {
      write(folder, Math.round((period * memoryMb) / MB_PER_VCPU));
    },
    close() {
      fs.rmdirSync(folder);
    },
  };
}

function versionOne(period: number): Version | null {
  const parent = ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct'].find((folder) =>
    fs.existsSync(path.join(folder, 'cpu.shares')),
  );
  if (parent === undefined) return null;
  const write = (folder: string, quota: number | null) => {
    fs.writeFileSync(path.join(folder, 'cpu.cfs_period_us'), String(period));
    fs.writeFileSync(path.join(folder, 'cpu.cfs_quota_us'), String(quota ?? -1));
  };
  return { parent, weight: ['cpu.shares', '262144'], write };
}

function versionTwo(period: number): Version | null {
  const parent = '/sys/fs/cgroup';
  const controllers = path.join(parent, 'cgroup.controllers');
  if (!fs.existsSync(controllers) || !/\bcpu\b/.test(fs.readFileSync(controllers, 'utf8'))) return null;
  const write = (folder: string, quota: number | null) => {
    fs.writeFileSync(path.join(parent, 'cgroup.subtree_control'), '+cpu');
    fs.writeFileSync(path.join(folder, 'cpu.max'), `${quota ?? 'max'} ${period}`);
  };
  return { parent, weight: ['cpu.weight', '10000'], write };
}
