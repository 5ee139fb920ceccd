// Runs before `npm test`, `npm run demo` and the like. Plain JavaScript, so that an old Node can say what is wrong
// instead of failing on the first type annotation. Prints nothing when all is well.
const REQUIRED = { major: 22, minor: 18 };

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const stripsTypes = major > REQUIRED.major || (major === REQUIRED.major && minor >= REQUIRED.minor);

if (!stripsTypes) {
  console.error(
    [
      `This is Node ${process.versions.node}, and the tests, scripts and the demo are TypeScript that Node runs`,
      `as it is, from version ${REQUIRED.major}.${REQUIRED.minor} on. "npm ci" installs such a Node into node_modules through the`,
      '"node" package, whatever the machine has; here it is missing. Either',
      '  - run "npm ci" again and let install scripts run (no --ignore-scripts, no ignore-scripts=true in .npmrc),',
      '    and start things by "npm test" and "npm run demo", which find the installed Node; or',
      '  - install Node 24 on the machine.',
    ].join('\n'),
  );
  process.exit(1);
}
