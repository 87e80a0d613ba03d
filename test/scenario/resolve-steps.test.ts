import { strict as assert } from 'node:assert';
import type { CommandCheck } from '../../src/scenario/resolve-steps.ts';
import { assertMistakes, mistakesOf, planOf } from './plan-helper.ts';

const HOSTS = 'hosts: { a: , node1: }\n';
const REGEX = "expected one of JavaScript's between slashes";
const TIME = 'expected a time with a unit (ns us ms s m h), such as 50us';

/** Steps, each on its own line. */
function steps(...lines: string[]): string {
  return `${HOSTS}steps:\n${lines.map((line) => `  - ${line}\n`).join('')}`;
}

describe('mistakes of steps', () => {
  it('steps that do nothing, or two things', () => {
    const text = steps(
      '‹1›on: a',
      '{ on: a, ‹2›rnu: ls }',
      '{ on: a, run: ls, ‹3›wait: 5s }',
      '{ on: a, script: ls, ‹4›fault: {} }',
      '‹5›5',
      '‹6›{}',
      '‹7›',
    );
    assertMistakes(text, [
      'the step does nothing; expected one of run, script, wait, fault, expect',
      'unknown key "rnu" in a step; did you mean "run"?',
      'a step has both run and wait; expected one of them, and a step of its own for the other',
      'a step has both script and fault; expected one of them, and a step of its own for the other',
      'a step is 5; expected a mapping',
      'the step does nothing; expected one of run, script, wait, fault, expect',
      'the step does nothing; expected one of run, script, wait, fault, expect',
    ]);
  });

  it('unknown hosts, and none', () => {
    assertMistakes(steps('{ on: ‹1›nod1, run: ls }', '‹2›run: ls', '{ on: ‹3›5, script: ls }'), [
      'unknown host "nod1"; did you mean "node1"?',
      'a run step has no "on"; expected the name of a host',
      'on is 5; expected the name of a host',
    ]);
  });

  it('commands that are no text', () => {
    assertMistakes(
      steps(
        '{ on: a, run: ‹1›"" }',
        '{ on: a, run: ‹2›[ls] }',
        '{ on: a, script: ‹3›5 }',
        '{ on: a, run: ‹4›"ls \\0" }',
      ),
      [
        'run is ""; expected a command',
        'run is a list; expected a command',
        'script is 5; expected commands',
        'the command holds a zero byte; expected text',
      ],
    );
  });

  it('settings of a wrong type, and keys of another kind of step', () => {
    const text = steps(
      '{ on: a, run: ls, save: ‹1›1x, at: ‹2›-1s, background: ‹3›1, timeout: ‹4›5, note: ‹5›[] }',
      '{ on: a, script: ls, ‹6›save: x }',
      '{ wait: ‹7›5 }',
      '{ wait: 5s, ‹8›on: a }',
    );
    assertMistakes(text, [
      'save is "1x"; expected the name of a variable',
      `at is "-1s"; ${TIME}`,
      'background is 1; expected true or false',
      `timeout is 5; ${TIME}`,
      'note is a list; expected a text',
      'unknown key "save" in a script step; expected one of on, script, expect, timeout, at, note',
      `wait is 5; ${TIME}`,
      'unknown key "on" in a wait step; expected one of wait, at, note',
    ]);
  });

  it('expectations that cannot be met by anything', () => {
    const text = steps(
      '{ on: a, run: ls, expect: { exit: ‹1›300, stdout: ‹2›/(/, stderr: ‹3›5, ‹4›foo: 1 } }',
      '{ on: a, run: ls, expect: ‹5›0 }',
      '{ on: a, run: ls, expect: { exit: ‹6›no, stdout: ‹7›"/[z-a]/i" } }',
      '{ on: a, script: ls, expect: { ‹8›stdout: x } }',
    );
    assertMistakes(text, [
      'exit is 300; expected a whole number from 0 to 255',
      `the regular expression does not compile (Unterminated group); ${REGEX}`,
      'stderr is 5; expected a text, or /a regular expression/',
      'unknown key "foo" in the expectation of a run; expected one of exit, stdout, stderr',
      'the expectation of a run is 0; expected a mapping',
      'exit is "no"; expected an exit code from 0 to 255, or any',
      `the regular expression does not compile (Range out of order in character class); ${REGEX}`,
      'unknown key "stdout" in the expectation of a script; expected exit',
    ]);
  });

  it('regular expressions that are longer than people write', () => {
    const text = `${HOSTS}steps: [{ on: a, run: ls, expect: { stdout: ‹1›/${'('.repeat(1001)}/ } }]\n`;
    assertMistakes(text, ['the regular expression has 1001 characters; expected at most 1000']);
  });

  it('captures of unknown hosts, counts without a number, filters that do not compile', () => {
    const count = 'expected a number of frames such as 5, or a comparison such as ">= 8"';
    const text = steps(
      'expect: { capture: ‹1›node2/eth0, filter: "udp ‹2›prot 5", count: ‹3›">=" }',
      'expect: ‹4›{ filter: udp, count: ‹5›-1 }',
      'expect: { capture: a/eth0, count: ‹6›~5, filter: ‹7›5 }',
      'expect: { capture: a/eth0, count: ‹8›1.5 }',
      'expect: ‹9›5',
    );
    assertMistakes(text, [
      'unknown host "node2"; did you mean "node1"?',
      "syntax error: found 'prot'; expected and, or, or the end of the filter",
      `count is ">="; ${count}`,
      'a capture expectation has no "capture"; ' +
        'expected a glob over interfaces, such as node*/eth0, of at most 1000 characters',
      `count is -1; ${count}`,
      `count is "~5"; ${count}`,
      'filter is 5; expected a capture filter, such as "udp port 4789"',
      `count is 1.5; ${count}`,
      'a capture expectation is 5; expected a mapping',
    ]);
  });
});

describe('the check of literal commands', () => {
  /** Objects to every `bad`, and knows the host. */
  const check: CommandCheck = (command, host) =>
    command.split('\n').flatMap((text, line) =>
      [...text.matchAll(/bad/g)].map(({ index }) => ({
        line,
        col: index,
        message: `bad on ${host.name}; expected good`,
      })),
    );

  it('names the places in the file', () => {
    const text = `${HOSTS}steps:
  - { on: a, run: ls bad }
  - on: node1
    run: |
      ls
        bad
  - on: a
    script: |
      ok

      if true; then bad; fi; bad
  - { on: a, run: "\\tbad" }
`;
    assert.deepEqual(mistakesOf(text, { commandCheck: check }), [
      '3:22: bad on a; expected good',
      '7:9: bad on node1; expected good',
      '12:21: bad on a; expected good',
      '12:30: bad on a; expected good',
      '13:22: bad on a; expected good',
    ]);
  });

  it('gets every command once, a script as a whole, with the planned host', () => {
    const seen: string[] = [];
    const commandCheck: CommandCheck = (command, host) => {
      seen.push(`${host.name} ${host.interfaces.length} ${JSON.stringify(command)}`);
      return [];
    };
    planOf(steps('{ on: a, run: true }', '{ on: node1, script: "x\\ny\\n" }', 'wait: 1s'), { commandCheck });
    assert.deepEqual(seen, ['a 1 "true"', 'node1 1 "x\\ny\\n"']);
  });

  it('is not asked about commands on hosts that are not there', () => {
    const mistakes = mistakesOf(steps('{ on: b, run: bad }'), { commandCheck: check });
    assert.deepEqual(mistakes, ['3:11: unknown host "b"; expected one of a, node1']);
  });
});
