import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { main } from '../../src/cli/main.ts';
import { readCapture } from '../../src/pcap-writer/index.ts';
import type { TestEnvironment } from './test-environment.ts';
import { testEnvironment } from './test-environment.ts';

const TWO_HOSTS = `hosts:
  a: { address: 10.0.0.1/24, docker: false }
  b: { address: 10.0.0.2/24, docker: false }
steps:
  - { on: a, run: sleep 2 }
`;

describe('dockwire shell', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'dockwire-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Types lines behind the steps of a scenario; `meanwhile` looks at what is printed. */
  async function type(
    lines: string,
    options: {
      scenario?: string;
      more?: readonly string[];
      meanwhile?: (env: TestEnvironment, text: string) => void;
    } = {},
  ): Promise<TestEnvironment & { exit: number }> {
    const file = path.join(folder, 'x.yaml');
    writeFileSync(file, options.scenario ?? TWO_HOSTS);
    const more = options.more ?? ['--quiet'];
    const env = testEnvironment(['shell', file, '--out', path.join(folder, 'out'), ...more], lines);
    env.out = (text) => {
      env.stdout += text;
      options.meanwhile?.(env, text);
    };
    const exit = await main(env);
    return Object.assign(env, { exit });
  }

  it('runs the steps, then what is typed, on the host that is named last', async () => {
    const { stdout, stderr, exit } = await type('hostname\nb> hostname\nhostname\n\n# nothing\na>\nhostname; echo x\n');
    assert.deepEqual([stdout, stderr, exit], ['a\nb\nb\na\nx\n', '', 0]);
  });

  it('time stands still at the prompt and passes as a command needs, and background jobs go on with it', async () => {
    const { stdout } = await type(
      'date +%s.%N\ndate +%s.%N\n(sleep 3; echo late) &\nsleep 1\ndate +%s\nsleep 5\ndate +%s\n',
    );
    const start = 1_735_689_602;
    const times = [`${start}.000000000`, `${start}.000000000`, start + 1, 'late', start + 6];
    assert.equal(stdout, times.map((line) => `${line}\n`).join(''));
  });

  it('variables and the directory last, as in one login shell', async () => {
    const { stdout } = await type('x=5; cd /tmp\npwd; echo $x\nb> echo [$x]\n');
    assert.equal(stdout, '/tmp\n5\n[]\n');
  });

  it('a command may go on over several lines', async () => {
    const lines = 'for i in 1 2\ndo echo $i\ndone\ncat <<E\nx\nE\necho a \\\nb\necho "p\nq"\n';
    assert.equal((await type(lines)).stdout, '1\n2\nx\na b\np\nq\n');
  });

  it('exit ends it, and so does the end of input', async () => {
    assert.equal((await type('echo 1\nexit\necho 2\n')).stdout, '1\n');
    assert.equal((await type('echo 1\nb> exit 3\necho 2\n')).exit, 0);
    assert.deepEqual((await type('')).exit, 0);
  });

  it('a command that fails is no failed step; an unknown host is named', async () => {
    const { stdout, stderr, exit } = await type('false; echo $?\nba> echo 1\nx> echo 2\nnosuch\n');
    assert.equal(stdout, '1\nsh: 1: nosuch: not found\n');
    assert.equal(stderr, 'dockwire: no host "ba"; expected one of a, b\ndockwire: no host "x"; expected one of a, b\n');
    assert.equal(exit, 0);
  });

  it('what Dockwire lacks makes the exit code 2', async () => {
    assert.equal((await type('head -z x\n')).exit, 2);
  });

  it('captures what the typed commands send, and ends with the story of all', async () => {
    const { stdout, exit } = await type('ping -c 1 10.0.0.2\n', { more: [] });
    assert.equal(exit, 0);
    assert.match(stdout, /a> sleep 2\n[^]*1 received[^]*Captures in [^]*x: all met\n$/);
    const capture = readCapture(readFileSync(path.join(folder, 'out', 'a.eth0.pcap')));
    assert.equal(capture.packets.length, 4);
  });

  it('a step that failed leaves the others out, but not the prompt', async () => {
    const scenario = `${TWO_HOSTS}  - { on: a, run: 'false' }\n  - { on: a, run: echo not reached }\n`;
    const { stdout, stderr, exit } = await type('echo $?\n', { scenario });
    assert.deepEqual([stdout, exit], ['1\n', 1]);
    assert.match(stderr, /line 6: false: expected exit 0, got 1/);
  });

  it('Ctrl-C ends the running command and all that it waits for, and nothing else', async () => {
    const interruptAt = (env: TestEnvironment, text: string): void => {
      if (text.includes('icmp_seq=3')) env.interrupts++;
    };
    const lines = 'while true; do ping b; done; echo not reached\necho still here\n';
    const { stdout, exit } = await type(lines, { meanwhile: interruptAt });
    assert.match(stdout, /icmp_seq=3[^]*ping statistics ---[^]*still here\n$/);
    assert.doesNotMatch(stdout, /not reached/);
    assert.equal(exit, 0);
  });

  it('a builtin that never ends is ended too, by Ctrl-C or after ten minutes', async () => {
    const interruptAt = (env: TestEnvironment): void => {
      env.interrupts++;
    };
    const waiting = await type('echo x; tail -f /dev/null\necho next\n', { meanwhile: interruptAt });
    assert.equal(waiting.stdout, 'x\nnext\n');
    const long = await type('sleep 100000\ndate +%s\n');
    assert.equal(long.stdout, `${1_735_689_602 + 600}\n`);
  });

  it('an interrupt at the prompt ends the run', async () => {
    const file = path.join(folder, 'x.yaml');
    writeFileSync(file, TWO_HOSTS);
    const env = testEnvironment(['shell', file, '--quiet', '--captures', 'none']);
    env.openLines = () => ({
      next: () => {
        env.interrupts++;
        return Promise.resolve(null);
      },
      close: () => undefined,
    });
    assert.equal(await main(env), 130);
  });

  it('refuses bad scenarios, standard input and bad seeds before anything runs', async () => {
    assert.equal((await type('echo 1\n', { scenario: 'hosts: 5\n' })).exit, 2);
    const env = testEnvironment(['shell', '-'], 'hosts: {}\n');
    assert.equal(await main(env), 2);
    assert.match(env.stderr, /^-:1:1: commands come from standard input; expected a scenario file\n$/);
    assert.equal((await type('', { more: ['--seed', '-1'] })).exit, 2);
  });
});
