import { once } from 'node:events';
import { curlLines } from './curl.ts';
import { type Flags, parseFlags, USAGE } from './flags.ts';
import { print, printDashboard, printSummary, printVisit, stepPrinter } from './print.ts';
import { TOUR } from './tour/tour.ts';
import { walk } from './walk.ts';
import { startWorld, type World } from './world.ts';

/** Shows the authorizer at work: `npm run demo`, `npm run demo -- --help`. */
async function main(args: readonly string[]): Promise<number> {
  const flags = readFlags(args);
  if (typeof flags === 'number') return flags;
  const world = await startWorld(flags.port).catch(portInUse);
  if (typeof world === 'number') return world;
  try {
    const failed = await walk(world, TOUR, stepPrinter());
    printDashboard(world.metrics);
    printSummary(TOUR.length, failed);
    if (!flags.once) await stayUp(world);
    return failed.length === 0 ? 0 : 1;
  } finally {
    await world.close();
  }
}

/** Returns the exit status if a port is in use; rethrows any other error. */
function portInUse(error: NodeJS.ErrnoException & { port?: number }): number {
  if (error.code !== 'EADDRINUSE') throw error;
  process.stderr.write(`port ${error.port} is in use: choose another with --port, or leave it out\n`);
  return 2;
}

/** The flags, or the exit status if there is nothing more to do. */
function readFlags(args: readonly string[]): Flags | number {
  try {
    const flags = parseFlags(args);
    if (!flags.help) return flags;
    process.stdout.write(USAGE);
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
}

async function stayUp(world: World): Promise<void> {
  // The tour replaced Auth0's key. Without a cold start the other APIs would wait for their cooldown of 30 s.
  for (const api of Object.values(world.apis)) api.coldStart();
  world.onWitness = printVisit;
  print('\nYour turn: copy the tokens and any of the requests into your shell. Ctrl-C ends the demo.\n');
  print(await curlLines(world));
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  print('\nStopped.');
}

process.exitCode = await main(process.argv.slice(2));
