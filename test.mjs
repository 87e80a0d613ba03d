// Runs the tests, the linter and the check of the format side by side. Words of the command line go to mocha, which then
// runs alone. Otherwise the tests run in three processes: two for those that stand beside real kernels, engines and
// tools, which mostly wait, and one for the others. What fails beside the real world is played once more when the
// machine has nothing else to do, since real programs keep their times as the machine lets them: a difference has to
// come twice. It is told anyway.
import { fork, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const COMPILED = 'out/js/test';
const TIMEOUT_MS = 60_000;
/** Whoever imports it, through however many files, asks the real world. */
const REAL_WORLD = join(COMPILED, 'machine.js');

/** A child process whose output waits until it is shown. */
function watched(child) {
  const waiting = [];
  const output = { write: (text) => waiting.push(text) };
  child.stdout.on('data', (text) => output.write(text));
  child.stderr.on('data', (text) => output.write(text));
  const run = { result: null, ended: null, show: null };
  child.on('message', (result) => {
    run.result = result;
  });
  run.ended = new Promise((resolve) => {
    child.on('close', (status) => resolve(status ?? 1));
  });
  // Shows what was said so far, and then everything as it comes.
  run.show = () => {
    for (const text of waiting.splice(0)) process.stdout.write(text);
    output.write = (text) => process.stdout.write(text);
  };
  return run;
}

const start = (args) => watched(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }));

const startFiles = (files) =>
  watched(fork('test.mjs', ['--files', ...files], { execArgv: ['--enable-source-maps'], silent: true }));

async function shown(run) {
  run.show();
  return run.ended;
}

/** Whether a compiled file imports the real world. */
function reaches(path, seen = new Map()) {
  if (path === REAL_WORLD) return true;
  const known = seen.get(path);
  if (known !== undefined) return known;
  seen.set(path, false);
  const imported = [...readFileSync(path, 'utf8').matchAll(/^(?:import|export)\b[^'"]*['"](\.[^'"]+)['"]/gm)];
  const found = imported
    .map(([, specifier]) => join(dirname(path), specifier))
    .some((each) => each.startsWith(COMPILED) && existsSync(each) && reaches(each, seen));
  seen.set(path, found);
  return found;
}

/** In a process of its own: plays these files one after the other, and says what became of them. */
async function playFiles(files) {
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ reporter: 'dot', timeout: TIMEOUT_MS, forbidOnly: true });
  for (const file of files) mocha.addFile(file);
  await mocha.loadFilesAsync();
  const failedFiles = new Set();
  const runner = mocha.run((failures) => {
    const { passes, pending } = runner.stats;
    process.send({ passes, pending, failures, failedFiles: [...failedFiles] }, () => {
      process.exit(failures === 0 ? 0 : 1);
    });
  });
  // Where a hook failed that belongs to no file, there is nothing to play again.
  runner.on('fail', (test) => failedFiles.add(test.file ?? ''));
}

/** Plays files again that failed beside the real world; what the first run said of them is put right. */
async function playAgain(first, isReal) {
  const again = first.failedFiles.map((file) => file.slice(file.indexOf(COMPILED)));
  if (again.length === 0 || !again.every((file) => file !== '' && isReal(file))) return first;
  console.log(`\n  played once more, alone, since they failed beside the real world:\n    ${again.join('\n    ')}`);
  const run = startFiles(again);
  await shown(run);
  if (run.result === null) return first;
  const { failures, failedFiles } = run.result;
  const recovered = Math.max(first.failures - failures, 0);
  return { ...first, passes: first.passes + recovered, failures, failedFiles };
}

async function playAll() {
  const all = readdirSync(COMPILED, { recursive: true })
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => join(COMPILED, name))
    .sort((a, b) => (a < b ? -1 : 1));
  const seen = new Map();
  const isReal = (file) => reaches(file, seen);
  const real = all.filter(isReal);
  const halves = [0, 1].map((half) => real.filter((_, index) => index % 2 === half));
  const groups = [...halves, all.filter((file) => !isReal(file))].filter((files) => files.length > 0);
  const runs = groups.map(startFiles);
  const lint = await shown(start(['node_modules/eslint/bin/eslint.js', '.']));
  const format = await shown(start(['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']));
  const statuses = [];
  for (const run of runs) statuses.push(await shown(run));
  const sum = { passes: 0, pending: 0, failures: 0 };
  for (const [index, run] of runs.entries()) {
    // A process that has not come to its end has said nothing: that is a failure.
    const result = run.result === null ? { passes: 0, pending: 0, failures: 1 } : await playAgain(run.result, isReal);
    for (const key of Object.keys(sum)) sum[key] += result[key];
    statuses[index] = result.failures;
  }
  console.log(`\n  lint and format: ${lint + format === 0 ? 'clean' : 'not clean'}`);
  console.log(`  ${sum.passes} passing\n  ${sum.pending} pending\n  ${sum.failures} failing`);
  process.exitCode = lint + format + sum.failures === 0 ? 0 : 1;
}

const words = process.argv.slice(2);
if (words[0] === '--files') await playFiles(words.slice(1));
else if (words.length > 0) process.exitCode = await shown(start(['node_modules/mocha/bin/mocha.js', ...words]));
else await playAll();
