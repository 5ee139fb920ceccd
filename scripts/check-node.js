// Runs before `npm test`, `npm run demo` and other scripts. Plain JavaScript, so that an old Node prints the message
// below instead of failing at the first type annotation.
const REQUIRED = { major: 22, minor: 18 };

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const stripsTypes = major > REQUIRED.major || (major === REQUIRED.major && minor >= REQUIRED.minor);

if (!stripsTypes) {
  console.error(
    [
      `This is Node ${process.versions.node}. The tests, the scripts and the demo are TypeScript, which Node runs from`,
      `version ${REQUIRED.major}.${REQUIRED.minor} on. "npm ci" installs such a Node into node_modules, by the "node" package; here it`,
      'is missing. Do one of these:',
      '  - run "npm ci" again and allow install scripts (no --ignore-scripts, no ignore-scripts=true in .npmrc),',
      '    then use "npm test" and "npm run demo", which find the installed Node;',
      '  - install Node 24 on the machine.',
    ].join('\n'),
  );
  process.exit(1);
}
