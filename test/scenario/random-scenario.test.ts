import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { formatCidr } from '../../src/base/addr.ts';
import type { Diagnostic } from '../../src/scenario/diagnostics.ts';
import { ScenarioError } from '../../src/scenario/diagnostics.ts';
import type { Plan } from '../../src/scenario/plan.ts';
import { loadPlan } from '../../src/scenario/resolve.ts';
import { ScenarioSchema } from '../../src/scenario/schema.ts';
import { formatDuration } from '../../src/sim/units.ts';
import { CONTRACT_EXAMPLE } from './contract-example.ts';
import { planOf } from './plan-helper.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

/** What a random scenario means, in the plan's units. */
interface Model {
  readonly seed: number;
  readonly wakeupNs: number;
  readonly hosts: readonly { readonly docker: boolean; readonly forward: boolean; readonly lans: readonly number[] }[];
  readonly lans: readonly {
    readonly rateMbit: number;
    readonly delayNs: number;
    readonly queue: number;
    readonly mtu: number;
    readonly framing: 'ethernet' | 'none';
    readonly uplink: boolean;
  }[];
  readonly waitsNs: readonly number[];
  readonly commands: readonly {
    readonly host: number;
    readonly text: string;
    readonly exit: number | 'any';
    readonly atNs: number;
  }[];
  readonly flows: readonly {
    readonly from: number;
    readonly to: number;
    readonly size: number;
    readonly count: number;
    readonly intervalNs: number;
  }[];
}

const time = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 10 ** 12 }));
const hostIndex = fc.nat({ max: 99 });

const model: fc.Arbitrary<Model> = fc.record({
  seed: fc.nat(),
  wakeupNs: time,
  hosts: fc.array(
    fc.record({
      docker: fc.boolean(),
      forward: fc.boolean(),
      lans: fc.uniqueArray(fc.nat({ max: 4 }), { minLength: 1, maxLength: 4 }),
    }),
    {
      minLength: 1,
      maxLength: 8,
    },
  ),
  lans: fc.array(
    fc.record({
      rateMbit: fc.integer({ min: 1, max: 400_000 }),
      delayNs: time,
      queue: fc.integer({ min: 1, max: 5000 }),
      mtu: fc.integer({ min: 68, max: 9000 }),
      framing: fc.constantFrom('ethernet', 'none'),
      uplink: fc.boolean(),
    }),
    { minLength: 5, maxLength: 5 },
  ),
  waitsNs: fc.array(time, { maxLength: 4 }),
  commands: fc.array(
    fc.record({
      host: hostIndex,
      text: fc
        .string({ unit: 'grapheme-ascii', maxLength: 40 })
        .map((text) => `echo ${text}\n`.repeat(1 + (text.length % 2))),
      exit: fc.oneof(fc.constant('any' as const), fc.nat({ max: 255 })),
      atNs: time,
    }),
    { maxLength: 6 },
  ),
  flows: fc.array(
    fc.record({
      from: hostIndex,
      to: hostIndex,
      size: fc.nat({ max: 65_507 }),
      count: fc.integer({ min: 1, max: 10 ** 9 }),
      intervalNs: time,
    }),
    { maxLength: 5 },
  ),
});

const hostName = (drawn: Model, index: number): string => `h${index % drawn.hosts.length}`;
/** Host i has 10.LAN.0.(i+1)/16 on a LAN. */
const addressOn = (lan: number, host: number): string => `10.${lan}.0.${host + 1}/16`;

/** The file for a model, in which every host names its interfaces or is listed, by turns. */
function fileOf(drawn: Model): string {
  const hosts = drawn.hosts.map(({ docker, forward, lans }, i) => {
    const interfaces = lans.map((lan, k) => [`eth${k}`, { lan: `lan-${lan}`, address: addressOn(lan, i) }] as const);
    return [`h${i}`, { docker, forward, interfaces: Object.fromEntries(interfaces) }] as const;
  });
  const lans = drawn.lans.map((lan, i) => {
    const { rateMbit, delayNs, queue, mtu, framing } = lan;
    const uplink = lan.uplink && i > 0 ? { uplink: `lan-${i - 1}` } : {};
    return [
      `lan-${i}`,
      { rate: `${rateMbit}Mbit`, delay: formatDuration(delayNs), queue, mtu, framing, ...uplink },
    ] as const;
  });
  return stringify({
    seed: drawn.seed,
    wakeup: formatDuration(drawn.wakeupNs),
    hosts: Object.fromEntries(hosts),
    lans: Object.fromEntries(lans),
    steps: [
      ...drawn.waitsNs.map((ns) => ({ wait: formatDuration(ns) })),
      ...drawn.commands.map(({ host, text, exit, atNs }) => ({
        on: hostName(drawn, host),
        run: text,
        at: formatDuration(atNs),
        expect: { exit },
      })),
    ],
    flows: drawn.flows.map(({ from, to, size, count, intervalNs }) => ({
      from: hostName(drawn, from),
      to: `${hostName(drawn, to)}/c1`,
      udp: 9,
      size,
      count,
      interval: formatDuration(intervalNs),
    })),
  });
}

function assertMeans(plan: Plan, drawn: Model): void {
  assert.deepEqual([plan.seed, plan.wakeupNs, plan.hosts.length], [drawn.seed, drawn.wakeupNs, drawn.hosts.length]);
  drawn.hosts.forEach(({ docker, forward, lans }, i) => {
    const host = plan.hosts[i]!;
    assert.deepEqual([host.name, host.docker, host.forward], [`h${i}`, docker, forward]);
    const cards = host.interfaces.map(
      ({ name, lan, addresses }) => `${name} ${lan} ${addresses.map(formatCidr).join()}`,
    );
    assert.deepEqual(
      cards,
      lans.map((lan, k) => `eth${k} lan-${lan} ${addressOn(lan, i)}`),
    );
  });
  drawn.lans.forEach((lan, i) => {
    const found = plan.lans[i]!;
    const { rateBitsPerSecond, delayNs, queueFrames, mtu, framing } = found;
    assert.deepEqual(
      [rateBitsPerSecond, delayNs, queueFrames, mtu, framing],
      [lan.rateMbit * 1_000_000, lan.delayNs, lan.queue, lan.mtu, lan.framing],
    );
    assert.equal(found.uplink?.to, lan.uplink && i > 0 ? `lan-${i - 1}` : undefined);
    assert.deepEqual(
      new Set(found.members.map(({ host }) => host)),
      new Set(drawn.hosts.flatMap(({ lans }, k) => (lans.includes(i) ? [`h${k}`] : []))),
    );
  });
  const steps = plan.steps.map((step) =>
    step.kind === 'wait'
      ? step.waitNs
      : step.kind === 'run'
        ? [step.on, step.command, step.expect.exit, step.atNs]
        : step.kind,
  );
  assert.deepEqual(steps, [
    ...drawn.waitsNs,
    ...drawn.commands.map(({ host, text, exit, atNs }) => [hostName(drawn, host), text, exit, atNs]),
  ]);
  const flows = plan.flows.map(({ from, to, sizeBytes, count, intervalNs }) => [
    from.host,
    to.host,
    to.container,
    sizeBytes,
    count,
    intervalNs,
  ]);
  assert.deepEqual(
    flows,
    drawn.flows.map(({ from, to, size, count, intervalNs }) => [
      hostName(drawn, from),
      hostName(drawn, to),
      'c1',
      size,
      count,
      intervalNs,
    ]),
  );
}

describe('random scenarios', () => {
  it('mean what was written, whatever is in them', () => {
    fc.assert(
      fc.property(model, (drawn) => {
        assertMeans(planOf(fileOf(drawn)), drawn);
      }),
      { numRuns: 60 * EFFORT },
    );
  });

  it('never give two interfaces the same MAC, nor two on one wire the same address', () => {
    const lans = fc.array(fc.uniqueArray(fc.nat({ max: 30 }), { maxLength: 20 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(lans, fc.nat({ max: 400 }), (lists, lanShift) => {
        // LANs without hosts in front shift the numbers of the others beyond one byte
        const written = new Map<string, { hosts: string[] }>();
        for (let i = 0; i < lanShift; i++) written.set(`e${i}`, { hosts: [] });
        lists.forEach((list, i) => written.set(`l${i}`, { hosts: list.map((host) => `h${host}`) }));
        const withCards = [...new Set(lists.flat())].map((host): [string, { mac?: string }] => {
          const mac = `52:54:00:00:50:${(11 + host).toString(16).padStart(2, '0')}`;
          return [`h${host}`, host % 5 === 0 ? { mac } : {}];
        });
        fc.pre(withCards.length > 0);
        const plan = planOf(stringify({ hosts: Object.fromEntries(withCards), lans: Object.fromEntries(written) }));
        const cards = plan.hosts.flatMap(({ interfaces }) => interfaces);
        assert.equal(cards.length, lists.flat().length);
        assert.equal(new Set(cards.map(({ mac }) => mac)).size, cards.length);
        const addresses = cards.map(({ lan, addresses: own }) => `${lan} ${own.map(formatCidr).join()}`);
        assert.equal(new Set(addresses).size, cards.length);
      }),
      { numRuns: 60 * EFFORT },
    );
  });
});

/** Scenarios to spoil; the first two are right as they are. */
const SEEDS: readonly string[] = [
  `hosts: { a: { address: 10.0.0.1/24 }, b: }
lans: { lan: { hosts: [a, b], rate: 1Gbit, delay: 50us } }
steps:
  - { on: a, run: ls, expect: { stdout: /x+/ } }
  - expect: { capture: a/eth0, filter: udp, count: ">= 8" }
flows: [{ from: a, to: b, udp: 9, count: 5, sourcePorts: 5-9 }]
`,
  `hosts: &h
  r:
    interfaces: { eth0: { lan: x, address: [10.0.0.1/24] }, eth1: { lan: y } }
    routes: { default: 10.0.0.2 }
    sysctls: { net.ipv4.ip_forward: 1 }
lans:
  x: { uplink: y }
  y:
steps:
  - on: r
    script: |
      ip a
        ip l
  - { on: r, run: "a\\tb" }
epoch: 2025-01-01
`,
  CONTRACT_EXAMPLE,
];
const PIECES = [
  '*h',
  '&h ',
  '- ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '|',
  '>',
  '#',
  '\n',
  '\n  ',
  '\t',
  '~',
  'null',
  '-1',
  '1e400',
  '0x10',
  '.nan',
  'true',
  'a',
  '/',
  '/(/',
  '!x ',
  '? ',
  '%',
  '__proto__: 1',
  'hosts',
  '10.0.0.1/24',
  '\0',
  '\ufffd',
  '😀',
  '---\n',
  '<<: *h',
];

interface Spoiling {
  readonly base: string;
  readonly edits: readonly { readonly at: number; readonly cut: number; readonly piece: string }[];
}

const spoiling: fc.Arbitrary<Spoiling> = fc.record({
  base: fc.constantFrom(...SEEDS),
  edits: fc.array(
    fc.record({
      at: fc.nat(),
      cut: fc.oneof(fc.constant(0), fc.nat({ max: 12 })),
      piece: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 }), fc.constant('')),
    }),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
});

function spoil({ base, edits }: Spoiling): string {
  return edits.reduce((text, { at, cut, piece }) => {
    const index = at % (text.length + 1);
    return text.slice(0, index) + piece + text.slice(index + cut);
  }, base);
}

/** Loads a file of any content; the diagnostics when it is refused. Anything but a ScenarioError goes through. */
function refusal(bytes: Uint8Array): readonly Diagnostic[] | undefined {
  try {
    loadPlan('t.yaml', bytes);
    return undefined;
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.diagnostics;
  }
}

function assertWellFormed(diagnostics: readonly Diagnostic[], text: string): void {
  const lines = text.split('\n').length;
  assert.ok(diagnostics.length > 0);
  diagnostics.forEach(({ line, col, message }, i) => {
    assert.ok(line >= 1 && line <= lines + 1 && col >= 1, `${line}:${col} of ${lines} lines`);
    assert.match(message, /^[^\n]+; (?:expected|did you mean) [^\n]+$/);
    const before = diagnostics[i - 1];
    assert.ok(
      before === undefined || before.line < line || (before.line === line && before.col <= col),
      'sorted by place',
    );
  });
}

describe('spoilt scenarios', () => {
  it('were right before', () => {
    for (const text of SEEDS.slice(0, 2)) assert.equal(refusal(new TextEncoder().encode(text)), undefined);
  });

  it('are understood or refused with a place, and nothing else is ever thrown', () => {
    let refused = 0;
    const property = fc.property(spoiling, (drawn) => {
      const text = spoil(drawn);
      const diagnostics = refusal(new TextEncoder().encode(text));
      if (diagnostics === undefined) return;
      refused++;
      assertWellFormed(diagnostics, text);
    });
    fc.assert(property, { numRuns: 300 * EFFORT });
    assert.ok(refused > 100 * EFFORT, `${refused} were refused`);
  });

  it('are refused when the schema as a whole refuses them', () => {
    const property = fc.property(spoiling, (drawn) => {
      const text = spoil(drawn);
      let value: unknown;
      try {
        value = parse(text, { logLevel: 'silent' });
      } catch {
        return;
      }
      if (!ScenarioSchema.safeParse(value).success)
        assert.ok(refusal(new TextEncoder().encode(text)) !== undefined, text);
    });
    fc.assert(property, { numRuns: 150 * EFFORT });
  });

  it('may be any bytes at all', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isText) => {
      const content = isText ? bytes.map((byte) => 32 + (byte % 95)) : bytes;
      const diagnostics = refusal(content);
      if (diagnostics !== undefined) assertWellFormed(diagnostics, new TextDecoder().decode(content));
    });
    fc.assert(property, { numRuns: 300 * EFFORT });
  });
});
