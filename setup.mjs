// Installs the packages when the lock file is newer than what is installed, then compiles. Every npm command of
// this project starts with it, so that a fresh clone needs nothing but Node and npm.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, statSync } from 'node:fs';

function run(command, args) {
  const done = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

const installed = 'node_modules/.package-lock.json';
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync('package-lock.json').mtimeMs) {
  run('npm', ['ci', '--silent']);
}
run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.']);
// npx makes it executable once for each path that it knows, which may be that of an earlier clone.
chmodSync('out/js/src/cli/bin.js', 0o755);
