import { spawnSync } from 'node:child_process';

/** Names of Chromium on the PATH, Debian's first. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * The Chromium on the PATH; `null` if there is none. The tests that need it are then skipped with a warning, except in CI,
 * where it is required.
 */
export function chromiumOnPath(): string | null {
  const found = NAMES.find((name) => spawnSync(name, ['--version']).status === 0);
  if (found !== undefined) return spawnSync('which', [found], { encoding: 'utf8' }).stdout.trim();
  if (process.env.CI) throw new Error('CI needs Chromium: apt-get install chromium');
  console.warn('tests of the page in a browser are skipped: apt-get install chromium');
  return null;
}
