/** Ports published on a real engine and on an emulated one, by the same random commands. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EngineLab } from './engine-lab.ts';
import type { RealAnswer, RealEngine } from './real-engine.ts';
import { startRealEngine } from './real-engine.ts';

const COMMANDS = 8 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

/**
 * Options of one container. Docker goes through ports in an order that is none: with larger ports outside for larger
 * ones inside, and any outside for the smallest inside, there is only one, as long as there are no more than twelve.
 */
const PUBLISHED = fc
  .record({
    any: fc.subarray(['10', '11/udp', '127.0.0.1::12', '13/tcp', '192.168.50.11::14/udp'], { maxLength: 2 }),
    some: fc.subarray(['8000:50', '127.0.0.1:8001:51', '8001:51/udp', '8002-8003:52', '8004-8005:53-54'], {
      maxLength: 3,
    }),
    again: fc.subarray(['9000:60', '127.0.0.1:9001:60', '9000:60/udp', '10.0.0.1:9002:60', '[::1]:9003:60'], {
      maxLength: 3,
    }),
    exposed: fc.constantFrom('', '--expose 5', '-P --expose 5', '-P --expose 5-6/udp', '-P'),
  })
  .map(({ any, some, again, exposed }) => {
    const ports = [...any, ...some, ...again].map((port) => `-p '${port}'`);
    return [...ports, exposed].filter((word) => word !== '').join(' ');
  });

/** Commands over a few names, so that containers meet that hold the same ports. */
const STEP = fc.oneof(
  { weight: 5, arbitrary: PUBLISHED.map((options) => `run -d --name NAME ${options} bb sleep 1000`) },
  { weight: 1, arbitrary: fc.constantFrom('rm -f OLD', 'stop -t 0 OLD', 'start OLD') },
);

/** Without what is drawn. */
function masked(answer: RealAnswer): RealAnswer {
  const plain = (text: string): string => text.replaceAll(/[0-9a-f]{64}/g, 'ID');
  return { exit: answer.exit, stdout: plain(answer.stdout), stderr: plain(answer.stderr) };
}

/** The lines of `docker port`, which come in any order of ports, but in one order of addresses for each. */
function byPort({ exit, stdout, stderr }: RealAnswer): unknown {
  const portOf = (line: string): string => line.split(' ')[0]!;
  const lines = stdout.split('\n').sort((left, right) => {
    if (portOf(left) === portOf(right)) return 0;
    return portOf(left) < portOf(right) ? -1 : 1;
  });
  return { exit, lines, stderr };
}

describe('published ports beside a real engine', () => {
  let real: RealEngine;

  before(function () {
    this.timeout(60_000);
    real = startRealEngine(this);
  });

  after(function () {
    this.timeout(60_000);
    // Skipped before it was started where there is none.
    (real as RealEngine | undefined)?.stop();
  });

  it('are the same after the same commands', function () {
    this.timeout(120_000);
    const lab = new EngineLab(1);
    const names: string[] = [];
    for (const step of fc.sample(STEP, { numRuns: COMMANDS })) {
      const name = `c${names.length}`;
      if (step.includes('NAME')) names.push(name);
      const line = `docker ${step.replace('NAME', name).replace('OLD', names.at(-2) ?? name)}`;
      assert.deepEqual(masked(lab.sh(line)), masked(real.sh(line)), line);
      for (const own of names.slice(-3)) {
        const inspect = `docker inspect -f '{{json .NetworkSettings.Ports}}' ${own}`;
        assert.deepEqual(lab.sh(inspect), real.sh(inspect), `${line}; ${inspect}`);
        const port = `docker port ${own}`;
        assert.deepEqual(byPort(lab.sh(port)), byPort(real.sh(port)), `${line}; ${port}`);
      }
    }
    const portsOf = (table: string): string[] => {
      const [header, ...rows] = table.trimEnd().split('\n');
      return rows.map((row) => row.slice(header!.indexOf('PORTS')).replaceAll(/ +/g, ' '));
    };
    assert.deepEqual(portsOf(lab.sh('docker ps -a').stdout), portsOf(real.sh('docker ps -a').stdout));
  });
});
