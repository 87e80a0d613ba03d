/** Ladders about what a sender does: segments and their sizes, PSH, Nagle, retransmission, probes, ends. */
import type { Given, Step } from './ladder-player.ts';

/** How the peer answers the SYN of an active open: with everything that Linux offers. */
const FULL: Given = { f: 'S.', seq: 0, ack: 1, win: 64_240, mss: 1460, sackok: true, ts: true, ws: 7 };
/** With a maximum segment size only. */
const PLAIN: Given = { f: 'S.', seq: 0, ack: 1, win: 65_535, mss: 1460, ts: false };

/** A connection that stands at 20 ms. */
function connected(answer: Given = FULL, ...options: readonly Step[]): Step[] {
  return [[0, 'socket'], ...options, [0, 'connect'], [10, 'gives', answer]];
}

const ack = (ms: number, to: number, more: Partial<Given> = {}): Step => [
  ms,
  'gives',
  { f: '.', seq: 1, ack: to, ...more },
];

/** By what they are about. */
export const SENDER_LADDERS: ReadonlyMap<string, readonly Step[]> = new Map<string, readonly Step[]>([
  [
    'a SYN that nobody answers',
    [
      [0, 'socket'],
      [0, 'connect'],
      [5700, 'error'],
    ],
  ],
  [
    'a SYN that is given up',
    [
      [0, 'socket'],
      [0, 'option', 'syncnt', 1],
      [0, 'connect'],
      [4500, 'error'],
    ],
  ],
  [
    'a SYN that is refused',
    [
      [0, 'socket'],
      [0, 'connect'],
      [10, 'gives', { f: 'R.', seq: 0, ack: 1, ts: false }],
      [20, 'error'],
    ],
  ],
  [
    'a user time-out while connecting',
    [
      [0, 'socket'],
      [0, 'option', 'usertimeout', 2500],
      [0, 'connect'],
      [4500, 'error'],
    ],
  ],
  [
    'small writes and Nagle',
    [...connected(), [20, 'send', 10], [25, 'send', 20], [30, 'send', 30], ack(50, 11), ack(70, 61)],
  ],
  [
    'small writes without Nagle',
    [
      ...connected(FULL, [0, 'option', 'nodelay', 1]),
      [20, 'send', 10],
      [25, 'send', 20],
      [30, 'send', 30],
      ack(50, 61),
    ],
  ],
  [
    'Nagle and a full segment',
    [
      ...connected(),
      [20, 'send', 2000],
      [25, 'send', 500],
      [30, 'send', 500],
      ack(50, 1449),
      ack(55, 2001),
      ack(60, 3001),
    ],
  ],
  [
    'a corked write',
    [
      ...connected(),
      [20, 'option', 'cork', 1],
      [20, 'send', 10],
      [25, 'send', 20],
      [40, 'option', 'cork', 0],
      ack(60, 31),
    ],
  ],
  [
    'a cork that is forgotten',
    [...connected(), [20, 'option', 'cork', 1], [20, 'send', 10], [400, 'send', 20], [900, 'error']],
  ],
  [
    'a cork and a full segment',
    [...connected(), [20, 'option', 'cork', 1], [20, 'send', 3000], ack(40, 2897), [60, 'option', 'cork', 0]],
  ],
  ['a write of several segments', [...connected(), [20, 'send', 5000], ack(30, 2897), ack(31, 5001)]],
  [
    'a write of more than the window of congestion',
    [
      ...connected(),
      [20, 'send', 40_000],
      ack(40, 2897),
      ack(41, 5793),
      ack(42, 8689),
      ack(43, 14_481),
      ack(60, 28_961),
      ack(80, 40_001),
    ],
  ],
  [
    'without options',
    [...connected(PLAIN), [20, 'send', 5000], ack(30, 2921), ack(31, 5001), [40, 'send', 100], ack(50, 5101)],
  ],
  ['a small MSS of the peer', [...connected({ ...FULL, mss: 536 }), [20, 'send', 3000], ack(30, 3001)]],
  [
    'no MSS of the peer',
    [...connected({ f: 'S.', seq: 0, ack: 1, win: 65_535, ts: false }), [20, 'send', 2000], ack(30, 2001)],
  ],
  ['TCP_MAXSEG', [...connected(FULL, [0, 'option', 'maxseg', 600]), [20, 'send', 2000], ack(30, 2001)]],
  [
    'a window of few bytes',
    [
      ...connected({ ...PLAIN, win: 1000 }),
      [20, 'send', 3000],
      ack(30, 501, { win: 1000 }),
      ack(40, 1001, { win: 1000 }),
      ack(60, 2001, { win: 1000 }),
      ack(80, 3001, { win: 1000 }),
    ],
  ],
  [
    'a window that is no multiple of the segments',
    [
      ...connected({ ...PLAIN, win: 4000 }),
      [20, 'send', 10_000],
      ack(30, 1461, { win: 4000 }),
      ack(40, 4001, { win: 4000 }),
      ack(50, 8001, { win: 4000 }),
      ack(60, 10_001),
    ],
  ],
  [
    'a closed window',
    [
      ...connected({ ...PLAIN, win: 1000 }),
      [20, 'send', 3000],
      ack(30, 1001, { win: 0 }),
      ack(300, 1001, { win: 0 }),
      ack(720, 1001, { win: 0 }),
      [1900, 'gives', { f: '.', seq: 1, ack: 1001, win: 5000 }],
      ack(1950, 3001),
    ],
  ],
  [
    'a closed window at first',
    [
      ...connected({ ...FULL, win: 0 }),
      [20, 'send', 300],
      ack(300, 1, { win: 0 }),
      [700, 'gives', { f: '.', seq: 1, ack: 1, win: 100 }],
      ack(750, 301, { win: 100 }),
    ],
  ],
  [
    'a window that is taken back',
    [
      ...connected({ ...PLAIN, win: 5000 }),
      [20, 'send', 4000],
      ack(30, 1461, { win: 0 }),
      [1500, 'error'],
      ack(1600, 1461, { win: 3000 }),
      ack(1650, 4001),
    ],
  ],
  [
    'a small window that is opened little by little',
    [
      ...connected({ ...PLAIN, win: 100 }),
      [20, 'send', 500],
      ack(40, 101, { win: 20 }),
      [700, 'error'],
      ack(720, 121, { win: 1000 }),
      ack(740, 501),
    ],
  ],
  [
    'the end behind data',
    [
      ...connected(),
      [20, 'send', 100],
      [20, 'shutdown', 1],
      [40, 'gives', { f: '.', seq: 1, ack: 101 }],
      [45, 'gives', { f: '.', seq: 1, ack: 102 }],
      [50, 'gives', { f: 'F.', seq: 1, ack: 102 }],
      [60, 'close'],
    ],
  ],
  [
    'the end on data that waits',
    [
      ...connected(),
      [20, 'send', 100],
      [25, 'send', 100],
      [30, 'shutdown', 1],
      [50, 'gives', { f: '.', seq: 1, ack: 202 }],
    ],
  ],
  ['the end of a connection without data', [...connected(), [20, 'close'], [30, 'gives', { f: 'F.', seq: 1, ack: 2 }]]],
  ['an end that is lost', [...connected(), [20, 'close'], [1500, 'gives', { f: 'F.', seq: 1, ack: 2 }]]],
  ['close with unread data', [...connected(), [20, 'gives', { f: 'P.', seq: 1, ack: 1, len: 10 }], [30, 'close']]],
  [
    'close with unsent data and unread data',
    [
      ...connected({ ...FULL, win: 0 }),
      [20, 'send', 100],
      [20, 'gives', { f: 'P.', seq: 1, ack: 1, len: 10, win: 0 }],
      [30, 'close'],
    ],
  ],
  ['linger of no time', [...connected(), [20, 'option', 'linger', 0], [20, 'send', 10], [30, 'close']]],
  [
    'linger of no time with a closed window',
    [...connected({ ...FULL, win: 0 }), [20, 'option', 'linger', 0], [20, 'send', 10], [30, 'close']],
  ],
  ['one segment that is lost', [...connected(), [20, 'send', 100], [2600, 'error'], ack(2700, 101)]],
  ['two segments that are lost', [...connected(), [20, 'send', 2000], [2600, 'error'], ack(2700, 2001)]],
  ['one segment that is lost, without SACK', [...connected(PLAIN), [20, 'send', 100], [2600, 'error'], ack(2700, 101)]],
  [
    'ten segments that are lost',
    [...connected(), [20, 'send', 14_480], [1500, 'error'], ack(1600, 1449), ack(1620, 4345), ack(1650, 14_481)],
  ],
  [
    'one of ten that is lost',
    [
      ...connected(),
      [20, 'send', 14_480],
      ack(30, 1, { sack: [1449, 2897] }),
      ack(31, 1, { sack: [1449, 4345] }),
      ack(32, 1, { sack: [1449, 5793] }),
      ack(33, 1, { sack: [1449, 14_481] }),
      ack(50, 14_481),
    ],
  ],
  [
    'two of ten that are lost',
    [
      ...connected(),
      [20, 'send', 14_480],
      ack(30, 1, { sack: [1449, 5793] }),
      ack(31, 1, { sack: [7241, 14_481, 1449, 5793] }),
      ack(50, 5793, { sack: [7241, 14_481] }),
      ack(60, 14_481),
    ],
  ],
  [
    'one of ten that is lost, without SACK',
    [
      ...connected(PLAIN),
      [20, 'send', 14_600],
      ack(30, 1),
      ack(31, 1),
      ack(32, 1),
      ack(33, 1),
      ack(34, 1),
      ack(50, 14_601),
    ],
  ],
  [
    'the last of ten that is lost',
    [...connected(), [20, 'send', 14_480], ack(30, 13_033), [500, 'error'], ack(520, 14_481)],
  ],
  [
    'a smaller way',
    [
      ...connected(),
      [20, 'send', 5000],
      [25, 'icmp', { type: 3, code: 4, rest: 1400 }],
      ack(60, 5001),
      [80, 'send', 3000],
      ack(100, 8001),
    ],
  ],
  [
    'a way that is smaller than allowed',
    [...connected(), [20, 'send', 3000], [25, 'icmp', { type: 3, code: 4, rest: 400 }], [60, 'error'], ack(100, 3001)],
  ],
  [
    'keep-alive',
    [
      ...connected(FULL, [0, 'option', 'keepalive', 1, 1, 2]),
      [1500, 'gives', { f: '.', seq: 1, ack: 1 }],
      [5500, 'error'],
    ],
  ],
  [
    'keep-alive that is answered',
    [...connected(FULL, [0, 'option', 'keepalive', 1, 1, 2]), ack(1200, 1), ack(2400, 1), [3300, 'error']],
  ],
  ['a user time-out', [...connected(FULL, [0, 'option', 'usertimeout', 1500]), [20, 'send', 100], [4000, 'error']]],
  [
    'a user time-out with a closed window',
    [
      ...connected({ ...FULL, win: 0 }, [0, 'option', 'usertimeout', 1000]),
      [20, 'send', 100],
      ack(250, 1, { win: 0 }),
      ack(650, 1, { win: 0 }),
      [3000, 'error'],
    ],
  ],
  [
    'a small send buffer',
    [
      ...connected(FULL, [0, 'option', 'sndbuf', 4000]),
      [20, 'send', 20_000],
      [25, 'send', 100],
      ack(40, 2897),
      ack(41, 5793),
      [45, 'send', 20_000],
    ],
  ],
  [
    'a send buffer that is full',
    [...connected(), [20, 'send', 200_000], [25, 'send', 100], ack(40, 14_481), [45, 'send', 200_000]],
  ],
  [
    'a pause, and then much',
    [...connected(), [20, 'send', 28_960], ack(30, 14_481), ack(40, 28_961), [1200, 'send', 40_000], ack(1220, 68_961)],
  ],
  [
    'ECN that is asked for',
    [
      [0, 'socket'],
      [0, 'connect'],
      [10, 'gives', { ...FULL, f: 'S.E' }],
      [20, 'send', 3000],
      [30, 'gives', { f: '.E', seq: 1, ack: 3001 }],
      [40, 'send', 100],
      ack(60, 3101),
    ],
  ],
  [
    'a simultaneous open',
    [
      [0, 'socket'],
      [0, 'connect'],
      [10, 'gives', { f: 'S', seq: 0, mss: 1460, sackok: true, ts: true, ecr: 0, ws: 7, win: 64_240 }],
      [30, 'gives', { f: '.', seq: 1, ack: 1 }],
      [40, 'send', 100],
      ack(60, 101),
    ],
  ],
  [
    'a reset in the midst',
    [...connected(), [20, 'send', 100], [30, 'gives', { f: 'R', seq: 1 }], [40, 'send', 100], [50, 'send', 100]],
  ],
  [
    'writing after the end',
    [...connected(), [20, 'shutdown', 1], [30, 'send', 10], [40, 'gives', { f: '.', seq: 1, ack: 2 }]],
  ],
  [
    'writing after the other end is closed',
    [
      ...connected(),
      [20, 'gives', { f: 'F.', seq: 1, ack: 1 }],
      [30, 'send', 10],
      [50, 'gives', { f: 'R', seq: 2 }],
      [60, 'send', 10],
      [70, 'send', 10],
    ],
  ],
  [
    'a flight that is acknowledged late',
    [...connected(), [20, 'send', 28_960], ack(120, 14_481), ack(220, 28_961), [240, 'send', 50_000], ack(340, 78_961)],
  ],
  [
    'a write while much is under way',
    [...connected(), [20, 'send', 14_480], [25, 'send', 1000], [26, 'send', 1000], ack(60, 14_481), ack(80, 16_481)],
  ],

  [
    'forced pushes in a long write',
    [
      ...connected({ ...FULL, win: 8000, ws: 0 }),
      [20, 'send', 20_000],
      ack(30, 2897, { win: 8000 }),
      ack(40, 8001, { win: 8000 }),
      ack(60, 14_000, { win: 8000 }),
      ack(80, 20_001),
    ],
  ],
  [
    'writes without Nagle while the window is full',
    [
      ...connected({ ...FULL, win: 2000, ws: 0 }, [0, 'option', 'nodelay', 1]),
      [20, 'send', 1500],
      [25, 'send', 1500],
      [30, 'send', 300],
      ack(40, 1449, { win: 2000 }),
      ack(50, 2001, { win: 3000 }),
      ack(60, 3301),
    ],
  ],
  [
    'an end that is lost with data',
    [...connected(), [20, 'send', 3000], [20, 'shutdown', 1], [600, 'error'], ack(610, 3002)],
  ],
  [
    'an end while the window is closed',
    [
      ...connected({ ...FULL, win: 0 }),
      [20, 'send', 100],
      [30, 'close'],
      [700, 'gives', { f: '.', seq: 1, ack: 1, win: 1000 }],
      ack(720, 102),
    ],
  ],
  [
    'data behind a close',
    [
      ...connected(),
      [20, 'close'],
      [30, 'gives', { f: 'P.', seq: 1, ack: 2, len: 10 }],
      [60, 'gives', { f: 'R', seq: 11 }],
    ],
  ],
  [
    'data behind a half close',
    [
      ...connected(),
      [20, 'shutdown', 1],
      [30, 'gives', { f: 'P.', seq: 1, ack: 2, len: 10 }],
      [40, 'recv', 100],
      [60, 'gives', { f: 'F.', seq: 11, ack: 2 }],
      [70, 'recv', 100],
      [80, 'close'],
    ],
  ],
  [
    'a time-out that was spurious',
    [
      ...connected(),
      [20, 'send', 14_480],
      [400, 'error'],
      ack(420, 1449, { ecr: 0 }),
      ack(421, 2897, { ecr: 0 }),
      ack(440, 14_481, { ecr: 0 }),
    ],
  ],
  [
    'a duplicate that is told of',
    [
      ...connected(),
      [20, 'send', 1000],
      [400, 'error'],
      ack(420, 1001, { sack: [1, 1001] }),
      [440, 'send', 3000],
      ack(460, 4001),
    ],
  ],
  [
    'acknowledgments one by one',
    [
      ...connected(),
      [20, 'send', 60_000],
      ...Array.from({ length: 12 }, (_, i) => ack(30 + 2 * i, 1449 + 1448 * i)),
      ack(80, 60_001),
    ],
  ],
  [
    'writes of one segment each',
    [
      ...connected(),
      [20, 'send', 1448],
      [22, 'send', 1448],
      [24, 'send', 1448],
      ack(40, 4345),
      [50, 'send', 1447],
      [52, 'send', 1],
      ack(70, 5793),
    ],
  ],
  [
    'a program that answers',
    [
      ...connected(),
      [20, 'gives', { f: 'P.', seq: 1, ack: 1, len: 100 }],
      [22, 'recv', 1000],
      [24, 'send', 200],
      ack(30, 201),
      [40, 'gives', { f: 'P.', seq: 101, ack: 201, len: 100 }],
      [45, 'recv', 1000],
      [50, 'send', 200],
      ack(70, 401),
      [80, 'gives', { f: 'P.', seq: 201, ack: 401, len: 100 }],
      [200, 'error'],
    ],
  ],
  [
    'ECN that is not known',
    [
      [0, 'socket'],
      [0, 'connect'],
      [10, 'gives', FULL],
      [20, 'gives', { f: '.E', seq: 1, ack: 1, tos: 3 }],
      [30, 'send', 100],
      ack(50, 101),
    ],
  ],
  ['an acknowledgment of what was not sent', [...connected(), [20, 'send', 100], ack(30, 5000), ack(50, 101)]],
  [
    'a window that grows without news',
    [
      ...connected({ ...FULL, win: 1000, ws: 0 }),
      [20, 'send', 5000],
      ack(30, 1001, { win: 500 }),
      ack(40, 1001, { win: 4000 }),
      ack(60, 5001),
    ],
  ],
  [
    'lost again',
    [
      ...connected(),
      [20, 'send', 14_480],
      ack(30, 1, { sack: [1449, 5793] }),
      ack(32, 1, { sack: [1449, 14_481] }),
      [350, 'error'],
      ack(420, 14_481),
    ],
  ],
]);
