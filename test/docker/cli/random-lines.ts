/** Random command lines of docker, right and wrong ones, made from the tables of options. */
import fc from 'fast-check';
import { ROOT } from '../../../src/docker/cli/catalogue.ts';
import type { CommandForm } from '../../../src/docker/cli/options/form.ts';
import type { Option } from '../../../src/docker/cli/options.ts';

/** Commands that talk to nobody but the engine, and options whose values are read when they are lacking no more. */
const LEFT_OUT = /^(?:swarm|service|context|stack|login|logout)|(?: |^)build$/;
const OPTIONS_LEFT_OUT: readonly string[] = ['platform', 'cpu-count', 'cpu-percent', 'io-maxbandwidth', 'io-maxiops'];

const VALUES: readonly string[] = [
  ...['x', '', '1', '-1', 'maybe', 'true', 'a=b', '=', '1.2.3.4', 'a:1.2.3.4', '10s', '5m', '64m', 'name=x,alias=y'],
  ...['net.ipv4.ip_forward=1', '"', 'stdin', 'nofile=3', 'always', '92:d0:c6:0a:29:33', 'type=bind,src=/a,dst=/b'],
  ...['a,b', '0x10', '--', '-', 'host-gateway', '1.5', 'c 1:3 rw', '/dev/a:10', 'x:y:z', 'a b', 'é', '\n', 'all', '.'],
  ...['1h2', '010', '99999999999999999999', 'name=X,foo', '%s', "'"],
];
const JUNK: readonly string[] = [
  ...['--bogus', '-z', '--', '-', '--help', '-h', '--=x', '---', '-=', '--x=1', 'x', '-hq', '--help=false', '-h=0'],
  ...['--help=x', "''", '', "-'", '-é'],
];
const GLOBALS: readonly string[] = [
  ...['-D', '--debug=x', '--log-level=foo', '-linfo', '--context=default', '-cfoo', '-v', '--config=/x', '-h'],
  ...['--help', '-Dv', '--tls=x'],
];

const FORMS: readonly CommandForm[] = [ROOT, ...ROOT.groups, ...ROOT.groups.flatMap((group) => group.groups)]
  .flatMap((group) => group.entries.map((entry) => entry.form))
  .filter((form) => !LEFT_OUT.test(form.path));

const word = fc.constantFrom('a', 'b', 'bb');

function optionWords(option: Option): fc.Arbitrary<string[]> {
  const names = [`--${option.long}`, ...(option.short === '' ? [] : [`-${option.short}`])];
  const name = fc.constantFrom(...names);
  const value = fc.constantFrom(...VALUES);
  const joined = fc.tuple(name, value).map(([left, right]) => [`${left}=${right}`]);
  if (option.kind === 'bool') return fc.oneof({ weight: 4, arbitrary: name.map((each) => [each]) }, joined);
  return fc.oneof(
    joined,
    fc.tuple(name, value).map(([left, right]) => [left, right]),
  );
}

function argumentWords(form: CommandForm): fc.Arbitrary<string[]> {
  const options = form.options.filter((each) => !OPTIONS_LEFT_OUT.includes(each.long));
  const option = fc.constantFrom(...options).chain(optionWords);
  const junk = fc.constantFrom(...JUNK).map((each) => [each]);
  const operand = word.map((each) => [each]);
  const part = fc.oneof(
    { weight: 7, arbitrary: option },
    { weight: 1, arbitrary: junk },
    { weight: 4, arbitrary: operand },
  );
  return fc.array(part, { maxLength: 6 }).map((parts) => parts.flat());
}

/** A command line without the word `docker`. */
export const commandLine: fc.Arbitrary<string[]> = fc.constantFrom(...FORMS).chain((form) => {
  const path = form.path.split(' ');
  const last = fc.constantFrom(path.at(-1)!, ...form.aliases);
  const few = (words: readonly string[], weight: number): fc.Arbitrary<string[]> =>
    fc.oneof(
      { weight, arbitrary: fc.constant<string[]>([]) },
      fc.constantFrom(...words).map((each) => [each]),
    );
  const help = few(['help', 'bogus', 'completion', '--'], 24);
  return fc
    .tuple(few(GLOBALS, 6), help, few(JUNK, 20), last, argumentWords(form))
    .map(([globals, odd, junk, name, words]) => {
      const before = path.length > 1 ? [...path.slice(0, -1), ...junk] : [];
      return [...globals, ...odd, ...before, name, ...words];
    });
});

/** So many of them, the same every time. */
export function randomLines(count: number): string[][] {
  return fc.sample(commandLine, { numRuns: count, seed: 20 });
}
