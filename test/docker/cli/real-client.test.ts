/**
 * Docker's own client 20.10 beside the emulated one: it answers help and what is wrong with a command line by itself,
 * without an engine.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { CatalogueGroup } from '../../../src/docker/cli/catalogue.ts';
import { ROOT } from '../../../src/docker/cli/catalogue.ts';
import { readCommandLine } from '../../../src/docker/cli/reading.ts';
import { needTool } from '../../machine.ts';
import { randomLines } from './random-lines.ts';

const CLIENT = '/usr/bin/docker';
/** Nothing listens there. */
const NO_ENGINE = 'unix:///nonexistent/docker.sock';

interface Answer {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const LINES = 120 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
/** Where the client finds nothing wrong with the options and operands, it has gone on. */
const IS_REFUSED =
  /^(?:unknown (?:shorthand )?flag|invalid argument "|flag needs an argument|bad flag syntax|"docker )/m;

function real(args: readonly string[]): Answer {
  const { status, stdout, stderr } = spawnSync(CLIENT, args, {
    encoding: 'utf8',
    input: '',
    env: { HOME: '/root', DOCKER_HOST: NO_ENGINE },
  });
  return { exit: status, stdout, stderr };
}

function emulated(args: readonly string[]): Answer {
  const reading = readCommandLine(args, null);
  assert.ok(reading.kind === 'answer', `docker ${args.join(' ')} is answered by the client`);
  const { exit, stdout, stderr } = reading;
  return { exit, stdout, stderr };
}

function pathsOf(group: CatalogueGroup): string[] {
  return [group.path, ...group.entries.map((entry) => entry.form.path), ...group.groups.flatMap(pathsOf)];
}

describe('the real client', () => {
  before(function () {
    needTool(this, [CLIENT, '--version'], 'Docker version 20.10.24');
  });

  it('says the same in the help of every command', () => {
    const paths = pathsOf(ROOT);
    assert.ok(paths.length > 180);
    for (const path of paths) {
      const args = [...path.split(' ').filter((word) => word !== ''), '--help'];
      const wanted = real(args);
      // Without an engine the client shows this option, too, which only experimental ones have.
      const stdout = wanted.stdout.replace(/^ +--squash .*\n.*new layer\n/m, '');
      assert.deepEqual(emulated(args), { ...wanted, stdout }, path);
    }
  });

  it('says the same of random command lines', () => {
    for (const args of randomLines(LINES)) {
      const reading = readCommandLine(args, null);
      const wanted = real(args);
      if (reading.kind === 'answer') {
        const { exit, stdout, stderr } = reading;
        // A client that reaches no engine takes it for an experimental one.
        if (stderr.includes('with experimental features enabled')) continue;
        assert.deepEqual({ exit, stdout, stderr }, wanted, JSON.stringify(args));
      } else {
        const isRefused = IS_REFUSED.test(wanted.stderr) && !wanted.stderr.includes('docker: ');
        assert.ok(!isRefused && !wanted.stdout.startsWith('\nUsage'), JSON.stringify([args, wanted.stderr]));
      }
    }
  });
});
