import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GROUPS, ROOT, TOP_COMMANDS } from '../../../src/docker/cli/catalogue.ts';
import {
  checkDockerArguments,
  commandOfDocker,
  dockerProgram,
  refuseDockerArguments,
} from '../../../src/docker/cli/docker.ts';
import { groupHelp } from '../../../src/docker/cli/usage.ts';
import { readCommandLine } from '../../../src/docker/cli/reading.ts';
import { Lab } from '../lab.ts';
import { commandLine } from './random-lines.ts';

const RUNS = 200 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

function check(line: string): string {
  const mistake = checkDockerArguments(line.split(' ').filter((word) => word !== ''));
  return mistake === undefined ? 'fine' : `${mistake.argIndex}: ${mistake.message}`;
}

describe('docker', () => {
  const lab = new Lab();

  it('alone, or asked for help, shows what there is', () => {
    assert.deepEqual(lab.docker(''), { exit: 0, stdout: '', stderr: groupHelp(ROOT) });
    assert.deepEqual(lab.docker('--help'), { exit: 0, stdout: groupHelp(ROOT), stderr: '' });
    const network = groupHelp(GROUPS.find((group) => group.name === 'network')!);
    assert.deepEqual(lab.docker('network'), { exit: 0, stdout: '', stderr: network });
    assert.deepEqual(lab.docker('network --help'), { exit: 0, stdout: network, stderr: '' });
    for (const word of ['bogus', '-- ls', "''"]) {
      assert.deepEqual(lab.docker(`network ${word}`), { exit: 1, stdout: '', stderr: network });
    }
  });

  it('refuses unknown commands and options in the words of the client', () => {
    const bogus = "docker: 'bogus' is not a docker command.\nSee 'docker --help'\n";
    assert.deepEqual(lab.docker('bogus'), { exit: 1, stdout: '', stderr: bogus });
    const flag = "unknown flag: --bogus\nSee 'docker ps --help'.\n";
    assert.deepEqual(lab.docker('ps --bogus'), { exit: 125, stdout: '', stderr: flag });
    const global = lab.docker('--bogus ps');
    assert.deepEqual(
      [global.exit, global.stderr.slice(0, 45)],
      [125, "unknown flag: --bogus\nSee 'docker --help'.\n\nU"],
    );
    const group = lab.docker('network --bogus');
    assert.deepEqual([group.exit, group.stderr.slice(0, 44)], [125, "unknown flag: --bogus\nSee 'docker network --"]);
  });

  it('names the command by its listed name when operands are missing', () => {
    const { exit, stderr } = lab.docker('container ps x');
    assert.equal(exit, 1);
    const usage = 'Usage:  docker container ls [OPTIONS]\n\nList containers\n';
    assert.equal(stderr, `"docker container ls" accepts no arguments.\nSee 'docker container ls --help'.\n\n${usage}`);
  });

  it('says what Dockwire lacks, with exit code 127, and marks the run', () => {
    const fresh = new Lab();
    const { exit, stdout, stderr } = fresh.docker('stack ls');
    assert.deepEqual([exit, stdout], [127, '']);
    assert.match(stderr, /^docker stack ls: not supported by Dockwire; supported: .*exec, .*network \(.*\n$/);
    assert.ok(fresh.host.processes.sawUnsupported);
  });

  it('is a program of the registry, with its check', () => {
    const entry = dockerProgram(lab.engine);
    assert.equal(entry.name, 'docker');
    assert.ok(entry.check !== undefined);
    assert.equal(entry.check(['stack', 'ls'])?.argIndex, 1);
    assert.equal(entry.check(['run', 'bb']), undefined);
  });
});

describe('the command for a container', () => {
  it('begins behind the container or the image', () => {
    const cases: [line: string, at: number | undefined][] = [
      ['exec c1 ping -c 3 x', 2],
      ['exec -it c1 ping', 3],
      ['-D container exec c1 ping', 4],
      ['run -d --name c1 busybox sleep 9', 5],
      ['container run alpine:3.18 ping x', 3],
      ['run busybox', undefined],
      ['run nosuch ping', 2],
      ['run --entrypoint x busybox ping', undefined],
      ['exec c1', undefined],
      ['exec --help c1 ping', undefined],
      ['network ls', undefined],
      ['ps', undefined],
    ];
    for (const [line, at] of cases) assert.equal(commandOfDocker(line.split(' ')), at, line);
    // A word that is not literal.
    assert.equal(commandOfDocker(['exec', '', 'ping']), 2);
    assert.equal(commandOfDocker(['run', '', 'busybox', 'ping']), undefined);
  });
});

describe('checking a docker command before the run', () => {
  it('finds what Dockwire lacks, with its place', () => {
    const cases: [line: string, place: string][] = [
      ['stack ls', '1: docker stack ls: not'],
      ['network create -d macvlan n', '3: docker network create --driver macvlan: not'],
      ['container stats c1', '1: docker container stats: not'],
      ['diff c1', '0: docker diff: not'],
      ['-H tcp://x ps', '1: docker --host tcp://x: not supported by Dockwire; supported: the engine of this host'],
      ['run -d -v /a:/b busybox', '2: docker run -v: not'],
      ['container run --volume=/a:/b busybox', '2: docker container run --volume: not'],
      ['run --ipc container:c1 busybox', '2: docker run --ipc container:c1: not'],
      ['search --limit 3 x', '0: docker search: not'],
      ['stack --orchestrator swarm ls', '1: docker stack --orchestrator: not'],
    ];
    for (const [line, place] of cases) assert.ok(check(line).startsWith(place), `${line} → ${check(line)}`);
  });

  it('leaves to the run what works, and what Docker itself refuses', () => {
    const lines = [
      'run -d -p 80:80 busybox',
      'run -dP --expose 80 busybox',
      '',
      'ps',
      'run -itd --name c1 busybox',
      'exec c1 ping --bogus -p 80:80',
      'run busybox nginx --publish',
      'bogus',
      'network bogus',
      'run --bogus busybox',
      'run',
      'network inspect',
      'run nosuchimage',
      'run BUSYBOX',
      'run --help',
      'network -h',
      'swarm init --help',
      'run -p 80:80 --bogus busybox',
      '-H unix:///var/run/docker.sock ps',
      '-H tcp://x ps --help',
      'tag a',
      '--bogus',
    ];
    for (const line of lines) assert.equal(check(line), 'fine', line);
  });

  it('agrees with the run about what is lacking', () => {
    const commands = [...TOP_COMMANDS, ...GROUPS].map((each) => each.name);
    const word = fc.constantFrom(
      ...commands,
      ...['ls', 'create', '-q', '-a', '-f', '--format', '{{.Id}}', '{{if}}', '-p', '80:80', '-d', '--rm', '--', 'bb'],
      ...['c1', 'nginx', 'busybox', 'bridge', '--network', 'none', '--name', '-h', '--help', '-it', 'bogus', '--bogus'],
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const lab = new Lab();
        const mistake = checkDockerArguments(words, lab.engine.host.images);
        const client = lab.start(words.map((each) => `'${each}'`).join(' '));
        if (mistake === undefined) {
          // What a template prints is known only then.
          // What a container is to run is looked for when it runs: `run busybox kill`.
          const isOfCommand = /^docker .*Dockwire/.test(client.stderr);
          assert.ok(client.proc.exitCode !== 127 || !isOfCommand || words.includes('inspect'));
        } else {
          assert.deepEqual([client.proc.exitCode, client.stderr], [127, `${mistake.message}\n`]);
        }
      }),
      { numRuns: RUNS },
    );
  });
  it('never fails, whatever the arguments', () => {
    fc.assert(
      fc.property(commandLine, (args) => {
        const reading = readCommandLine(args, null);
        assert.ok(['command', 'answer', 'lack'].includes(reading.kind));
        if (reading.kind === 'answer') assert.ok([0, 1, 125].includes(reading.exit));
        if (reading.kind === 'lack') assert.ok(reading.lack.argIndex < args.length);
        const refusal = refuseDockerArguments(args);
        if (refusal !== undefined)
          assert.ok(refusal.argIndex < args.length && checkDockerArguments(args) === undefined);
      }),
      { numRuns: RUNS },
    );
  });
});
