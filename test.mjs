// Runs the linter and the check of the format beside the tests, which mostly wait for the real tools that they compare
// with. Words of the command line go to mocha. What the linter says comes first; the tests' count is the last line.
import { spawn } from 'node:child_process';

function start(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const waiting = [];
  const output = { write: (text) => waiting.push(text) };
  child.stdout.on('data', (text) => output.write(text));
  child.stderr.on('data', (text) => output.write(text));
  const ended = new Promise((resolve) => {
    child.on('close', (status) => resolve(status ?? 1));
  });
  // Shows what was said so far, and then everything as it comes.
  const show = () => {
    for (const text of waiting.splice(0)) process.stdout.write(text);
    output.write = (text) => process.stdout.write(text);
  };
  return { ended, show };
}

async function shown(run) {
  run.show();
  return run.ended;
}

const tests = start(['node_modules/mocha/bin/mocha.js', ...process.argv.slice(2)]);
const lint = await shown(start(['node_modules/eslint/bin/eslint.js', '.']));
const format = await shown(start(['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']));
process.exitCode = Math.max(lint, format, await shown(tests));
