/**
 * Fragments in every order and of every kind: what becomes of them on the emulated machine and on a real kernel, at
 * their destination and on a router, with the reasons and the counters.
 */
import { ip4 } from '../../src/base/addr.ts';
import * as ipv4 from '../../src/wire/ipv4.ts';
import { need } from '../machine.ts';
import { ipBytes, payloadOf } from '../kernel/kit.ts';
import { icmpBytes } from '../wire/frames.ts';
import type { WireScript, WireStep } from './wire-lab.ts';
import { assertAlike, playEmulated, playReal } from './wire-lab.ts';

const HOST = ip4('10.0.0.1');
const FAR = ip4('10.9.0.2');
/** An echo request of 100 bytes. */
const ECHO = icmpBytes(8, 0, 0x0007_0001, [...payloadOf(92)]);

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly more?: boolean;
  readonly tos?: number;
  readonly df?: boolean;
  /** A datagram of its own. */
  readonly id?: number;
  readonly src?: number;
}

const first: Piece = { from: 0, to: 40 };
const second: Piece = { from: 40, to: 80 };
const third: Piece = { from: 80, to: 100, more: false };

/** Each is one datagram; the names say what is odd. */
const CASES: readonly (readonly [string, readonly Piece[]])[] = [
  ['in order', [first, second, third]],
  ['last one first', [third, second, first]],
  ['twice each', [first, first, second, second, third, third]],
  ['a piece within two others', [first, second, { from: 24, to: 64 }, third]],
  ['an overlap', [first, { from: 32, to: 72 }, second, third]],
  ['an overlap at the end', [third, first, { from: 40, to: 88 }]],
  ['two ends', [first, third, { from: 40, to: 72, more: false }, second]],
  ['more behind the end', [third, { from: 104, to: 112 }, first, second]],
  ['an empty piece', [first, { from: 40, to: 40 }, second, third]],
  ['a piece that does not fill its last 8 bytes', [{ from: 0, to: 45 }, second, third]],
  ['DF in all', [first, second, third].map((piece) => ({ ...piece, df: true }))],
  ['DF in the shortest', [first, second, { ...third, df: true }]],
  [
    'congestion met by one',
    [
      { ...first, tos: 1 },
      { ...second, tos: 3 },
      { ...third, tos: 1 },
    ],
  ],
  ['ECN in some', [{ ...first, tos: 2 }, second, { ...third, tos: 2 }]],
  [
    'both marks of ECN',
    [
      { ...first, tos: 1 },
      { ...second, tos: 2 },
      { ...third, tos: 1 },
    ],
  ],
  ['the first and the last kind of service', [{ ...first, tos: 0x20 }, { ...second, tos: 0x40 }, third]],
  ['nothing but the end', [third]],
  ['nothing but the beginning', [first]],
  ['beyond 65,535 bytes', [{ from: 65_528, to: 65_560, more: false }, first]],
];

function frameOf(piece: Piece, id: number, dst: number): Uint8Array {
  const flags = (piece.more === false ? 0 : ipv4.MF) | (piece.df === true ? ipv4.DF : 0) | (piece.from / 8);
  const data = Array.from({ length: piece.to - piece.from }, (_, i) => ECHO[piece.from + i] ?? 0);
  const fields = { protocol: 1, id: piece.id ?? id, flags, tos: piece.tos ?? 0, dst };
  return ipBytes(data, piece.src === undefined ? fields : { ...fields, src: piece.src });
}

const scriptOf = (setUp: readonly string[], steps: readonly WireStep[]): WireScript => ({
  addresses: ['10.0.0.1/24', '10.9.0.1/24'],
  setUp: [
    'sysctl -qw net.ipv4.icmp_ratelimit=0',
    'ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 nud permanent dev e0',
    'ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:9a nud permanent dev e1',
    ...setUp,
  ],
  steps,
});

const judged = /^(Ip|Icmp)/;

describe('differential: fragments', function () {
  this.timeout(60_000);

  it('are put together, given up and reported as by a real kernel', function () {
    need(this, 'netns');
    const steps = CASES.flatMap(([, pieces], i) => pieces.map((piece) => ({ give: frameOf(piece, 100 + i, HOST) })));
    // After their time, those whose first piece came are reported.
    const script = scriptOf(
      ['sysctl -qw net.ipv4.ipfrag_time=1'],
      [...steps, { run: 'sysctl -n net.ipv4.ipfrag_time', waitMs: 1500 }],
    );
    assertAlike(script, playEmulated(script), playReal(script), judged);
  });

  it('are too far apart behind more than ipfrag_max_dist others', function () {
    need(this, 'netns');
    const others = Array.from({ length: 5 }, (_, i) => ({ give: frameOf(first, 500 + i, HOST) }));
    const pieces = [first, second, third].map((piece) => ({ give: frameOf(piece, 7, HOST) }));
    const steps = [...pieces.slice(0, 1), ...others, ...pieces.slice(1), ...pieces.slice(0, 1)];
    for (const distance of [3, 5, 6, 0]) {
      const script = scriptOf([`sysctl -qw net.ipv4.ipfrag_max_dist=${distance}`], steps);
      assertAlike(script, playEmulated(script), playReal(script), judged);
    }
  });

  it('are refused where no memory is for them', function () {
    need(this, 'netns');
    const script = scriptOf(
      ['sysctl -qw net.ipv4.ipfrag_low_thresh=0', 'sysctl -qw net.ipv4.ipfrag_high_thresh=0'],
      [first, second, third].map((piece) => ({ give: frameOf(piece, 7, HOST) })),
    );
    assertAlike(script, playEmulated(script), playReal(script), judged);
  });

  it('go on and are cut again by a router, with the options that go into each piece', function () {
    need(this, 'netns');
    const long = (fields: object, length = 300): Uint8Array =>
      ipBytes([...payloadOf(length)], { dst: FAR, protocol: 200, id: 9, ...fields });
    const mixed = [7, 7, 8, 1, 2, 3, 4, 148, 4, 0, 0, 1, 130, 3, 9, 0];
    const gives = [
      long({}),
      long({ flags: ipv4.DF }),
      long({ flags: ipv4.MF }),
      long({ flags: ipv4.MF | 50 }),
      long({ flags: 50 }),
      long({ flags: 0x8000 }),
      long({ options: mixed }),
      long({ options: mixed, flags: 20 }),
      long({ options: mixed, flags: ipv4.DF }),
      long({ ttl: 1, flags: 3 }),
      long({ ttl: 1, flags: ipv4.MF }),
      long({ tos: 0xb8 }, 65),
      long({ flags: ipv4.DF }, 80),
      long({ flags: ipv4.DF }, 81),
    ];
    const script = scriptOf(
      ['sysctl -qw net.ipv4.ip_forward=1', 'ip link set e1 mtu 100'],
      gives.map((give) => ({ give })),
    );
    assertAlike(script, playEmulated(script), playReal(script), judged);
  });
});
