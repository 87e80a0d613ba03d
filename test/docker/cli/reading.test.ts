import assert from 'node:assert/strict';
import { ROOT } from '../../../src/docker/cli/catalogue.ts';
import { readCommandLine } from '../../../src/docker/cli/reading.ts';
import { groupHelp } from '../../../src/docker/cli/usage.ts';

interface Answer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

function answer(line: string): Answer {
  const reading = readCommandLine(line.split(' '), null);
  assert.ok(reading.kind === 'answer', line);
  return { exit: reading.exit, stdout: reading.stdout, stderr: reading.stderr };
}

/** Its exit code, and the first line of either stream. */
function brief(line: string): string {
  const { exit, stdout, stderr } = answer(line);
  const first = (text: string): string => text.trimStart().split('\n')[0]!;
  return `${exit} ${first(stdout)}|${first(stderr)}`;
}

const NOTICE = 'Flag shorthand -h has been deprecated, please use --help';

describe('a command line of docker', () => {
  it('may ask for help in many ways', () => {
    const cases: [line: string, brief: string][] = [
      ['ps --help', '0 Usage:  docker ps [OPTIONS]|'],
      ['ps -qh x', `0 ${NOTICE}|`],
      ['--help ps', '0 Usage:  docker ps [OPTIONS]|'],
      ['-h ps', `0 Usage:  docker ps [OPTIONS]|${NOTICE}`],
      ['help ps', '0 Usage:  docker ps [OPTIONS]|'],
      ['help container ps', '0 Usage:  docker container ls [OPTIONS]|'],
      ['help help', '0 Usage:  docker help [command]|'],
      ['help ps -h', `0 ${NOTICE}|`],
      ['help', '0 Usage:  docker [OPTIONS] COMMAND|'],
      ['help ps x y', '1 |unknown help topic: x y'],
      ['network --help ls', '0 Usage:  docker network ls [OPTIONS]|'],
      ['network --help bogus', '0 Usage:  docker network COMMAND|'],
      ['bogus --help', '0 Usage:  docker [OPTIONS] COMMAND|'],
      ['completion bogus', '0 Usage:  docker completion COMMAND|'],
      ['ps --help --bogus', '125 |unknown flag: --bogus'],
      ['service create --help', '0 Usage:  docker service create [OPTIONS] IMAGE [COMMAND] [ARG...]|'],
    ];
    for (const [line, wanted] of cases) assert.equal(brief(line), wanted, line);
  });

  it('says again on the way to help what it has said', () => {
    const count = (line: string): number => answer(line).stdout.split(NOTICE).length - 1;
    assert.equal(count('network -h ls'), 3);
    assert.equal(count('network -h ls -h'), 4);
    assert.equal(count('network -h bogus'), 1);
    assert.equal(count('network -h=0 ls x'), 1);
    // Its own --help is another switch than that of docker.
    const reading = readCommandLine(['--help', 'run', 'bb'], null);
    assert.equal(reading.kind, 'command');
    assert.equal(readCommandLine(['run', '--help=false', 'bb'], null).kind, 'command');
  });

  it('shows in help the defaults of what was given', () => {
    assert.match(answer('ps -f a=b --help').stdout, / {2}-f, --filter filter {3}Filter output .* \(default \)\n/);
    assert.match(answer('run -m 6m --help').stdout, / {2}-m, --memory bytes {19}Memory limit \(default 0\)\n/);
    assert.match(answer('run -m 0 --help').stdout, / {2}-m, --memory bytes {19}Memory limit\n/);
  });

  it('may be wrong from the start', () => {
    const cases: [line: string, brief: string][] = [
      ['-l foo ps', '1 |Unable to parse logging level: foo'],
      ['-c foo --help', '1 |unable to resolve docker endpoint: context "foo" does not exist'],
      ['-c default -H unix:///x ps', '1 |Conflicting options: either specify --host or --context, not both'],
      ['--bogus ps', '125 |unknown flag: --bogus'],
      ['bogus --bogus', '125 |unknown flag: --bogus'],
      ['bogus -D', "1 |docker: 'bogus' is not a docker command."],
      ['bogus --version', '0 Docker version 20.10.24+dfsg1, build 297e128|'],
      ['--version', '0 Docker version 20.10.24+dfsg1, build 297e128|'],
      ['-v --help', '0 Usage:  docker [OPTIONS] COMMAND|'],
      ['network --x=1 ls', '1 |unknown flag: --x'],
      ['tag x', '1 |"docker tag" requires exactly 2 arguments.'],
    ];
    for (const [line, wanted] of cases) assert.equal(brief(line), wanted, line);
    assert.ok(answer('--bogus').stderr.includes('\n  builder '));
    assert.ok(!answer('--bogus').stderr.includes('\n  completion '));
    assert.ok(answer('bogus --bogus').stderr.endsWith(groupHelp(ROOT).slice(-100) + '\n'));
  });

  it('may give an option for engines of another kind', () => {
    const windows =
      'is only supported on a Docker daemon running on windows, but the Docker daemon is running on linux';
    const experimental = 'is only supported on a Docker daemon with experimental features enabled';
    assert.deepEqual(answer('run --io-maxiops 3 --cpu-count 3 bb'), {
      exit: 1,
      stdout: '',
      stderr: `"--cpu-count" ${windows}\n"--io-maxiops" ${windows}\n`,
    });
    assert.equal(answer('build --squash .').stderr, `"--squash" ${experimental}\n`);
    assert.match(answer('build --squash').stderr, /requires exactly 1 argument/);
  });

  it('means a command with its options, or one that is lacking', () => {
    const reading = readCommandLine(['-D', '--config', '/x', 'container', 'ps', '-a'], null);
    assert.ok(reading.kind === 'command');
    assert.deepEqual([reading.command.path, reading.flags.isSet('all')], ['container ls', true]);
    for (const [line, name, argIndex] of [
      ['stack ls', 'docker stack ls', 1],
      ['-H tcp://h:1 ps', 'docker --host tcp://h:1', 1],
      ['stack --orchestrator swarm ls', 'docker stack --orchestrator', 1],
      ['start --detach-keys a c1', 'docker start --detach-keys', 1],
    ] as const) {
      const lack = readCommandLine(line.split(' '), null);
      assert.ok(lack.kind === 'lack', line);
      assert.deepEqual([lack.lack.name, lack.lack.argIndex], [name, argIndex]);
    }
  });
});
