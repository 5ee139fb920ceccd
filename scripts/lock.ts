/**
 * npm run lock
 *
 * Writes scripts/locked/: a lock file for all that CI installs outside the repository's own node_modules. Needs the npm
 * registry. Run it after a change of scripts/locked/projects.ts or of the dependencies of an example.
 */
import fs from 'node:fs';
import { lock, lockedFolder } from './locked/locked.ts';
import { lockedProjects } from './locked/projects.ts';

const projects = lockedProjects();
for (const entry of fs.readdirSync(lockedFolder('.'), { withFileTypes: true })) {
  if (entry.isDirectory() && !Object.hasOwn(projects, entry.name)) {
    fs.rmSync(lockedFolder(entry.name), { recursive: true });
  }
}
for (const [name, manifest] of Object.entries(projects)) {
  console.log(`scripts/locked/${name}: ${await lock(name, manifest)}`);
}
