/**
 * A name server outside that does what the first label of a name says: `ok`, `sf`, `nx` …; with several of them,
 * `nx-ok`, each server of three does its own. The same one in TypeScript, for an emulated host, and in Python.
 */
import type { EngineLab } from '../engine-lab.ts';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { ip4 } from '../../../src/base/addr.ts';

/** `to` says nothing, `bad` is no message, `short` not even a header, `id` is another's answer. */
export const WORDS = ['ok', 'nx', 'nxa', 'sf', 'rf', 'fe', 'tc', 'bad', 'short', 'id', 'mix', 'big10', 'big40', 'to'];

/** Where the three of them are. */
export const SERVERS = ['192.168.50.100', '192.168.50.101', '192.168.50.102'];

const RCODES: Readonly<Record<string, number>> = { nx: 3, nxa: 3, sf: 2, rf: 5, fe: 1 };

/** The answer of server number `place` to a question that can be read; null for none. */
export function outsideAnswer(query: Uint8Array, place: number): Uint8Array | null {
  let at = 12;
  const labels: string[] = [];
  while (query[at] !== 0) {
    labels.push(String.fromCharCode(...query.subarray(at + 1, at + 1 + query[at]!)));
    at += 1 + query[at]!;
  }
  const question = [...query.subarray(12, at + 5)];
  const words = (labels[0] ?? 'ok').toLowerCase().split('-');
  const word = words[Math.min(place, words.length - 1)]!;
  const id = word === 'id' ? [0x77, 0x88] : [...query.subarray(0, 2)];
  const head = (flags: number, answers: number, authority = 0): number[] => [
    ...id,
    ...[flags >> 8, flags & 0xff, 0, 1, 0, answers, 0, authority, 0, 0],
    ...question,
  ];
  if (word === 'to') return null;
  if (word === 'short') return query.subarray(0, 8);
  if (word === 'bad') return Uint8Array.from([...head(0x8180, 2), 0xc0, 0x0c, 0]);
  if (word === 'tc') return Uint8Array.from(head(0x8380, 0));
  const rcode = RCODES[word] ?? 0;
  if (word === 'nx') return Uint8Array.from([...head(0x8183, 0, 1), ...SOA]);
  if (rcode !== 0) return Uint8Array.from(head(0x8180 | rcode | (word === 'nxa' ? 0x400 : 0), 0));
  if (word === 'mix') return Uint8Array.from([...head(0x8180, MIX.length), ...MIX.flat()]);
  const count = word.startsWith('big') ? Number(word.slice(3)) : 1;
  const records = Array.from({ length: count }, (_, i) => record(1, count === 1 ? [10, 0, 0, place] : [10, 1, 0, i]));
  return Uint8Array.from([...head(0x8180, count), ...records.flat()]);
}

function record(type: number, data: readonly number[], owner: readonly number[] = [0xc0, 0x0c]): number[] {
  return [...owner, type >> 8, type & 0xff, 0, 1, 0, 0, 1, 0x2c, data.length >> 8, data.length & 0xff, ...data];
}

function name(text: string): number[] {
  return [...text.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]), 0];
}

const MAIL = name('mail.Example.com');
const SOA = record(6, [0xc0, 0x0c, ...name('root.x'), ...new Array<number>(20).fill(1)]);
/** Names in full where they could be shorter, in all kinds of data. */
const MIX = [
  record(5, MAIL),
  record(15, [0, 10, ...MAIL], MAIL),
  record(33, [0, 1, 0, 2, 0, 3, ...MAIL], MAIL),
  record(16, [5, ...Buffer.from('hello')], MAIL),
  record(0xff78, [1, 2, 3], MAIL),
  record(1, [10, 0, 0, 1], name('MAIL.example.com')),
  record(28, [...new Array<number>(15).fill(0), 1]),
];

/** What a server makes of a question. */
export type Server = (query: Uint8Array, place: number) => Uint8Array | null;

/** Starts them on the machine outside an emulated host. */
export function serveEmulated(lab: EngineLab, server: Server = outsideAnswer): void {
  lab.outside('ip addr add 192.168.50.101/24 dev eth0; ip addr add 192.168.50.102/24 dev eth0');
  const host = lab.outsideHost;
  SERVERS.forEach((address, place) => {
    host.processes.spawn({
      argv: ['server'],
      ns: host.rootNs,
      hostname: host.name,
      files: lab.engine.host.files,
      env: new Map(),
      registry: new ProgramRegistry(),
      stdin: 'null',
      stdout: () => undefined,
      stderr: () => undefined,
      *program(proc) {
        const socket = new UdpSocket(proc.ns);
        socket.bind(ip4(address), 53);
        for (;;) {
          yield proc.waitFor(socket);
          for (let next = socket.receive(); next !== null; next = socket.receive()) {
            const answer = server(next.payload, place);
            if (answer !== null) socket.sendTo(next.from, next.fromPort, answer);
          }
        }
      },
    });
  });
}

/** The same as a script: it reads a file of lines `place query answer`, made by `outsideAnswer`, in hexadecimal. */
export const SERVER_SCRIPT = `
import selectors, socket, sys
answers = {}
for line in open(sys.argv[1]):
    place, query, answer = line.split(' ')
    answers[(int(place), bytes.fromhex(query))] = bytes.fromhex(answer.strip())
wait = selectors.DefaultSelector()
for place, address in enumerate(sys.argv[2:]):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 53))
    wait.register(server, selectors.EVENT_READ, place)
print('ready', flush=True)
while True:
    for key, _ in wait.select():
        query, client = key.fileobj.recvfrom(65535)
        answer = answers.get((key.data, query), b'')
        if answer: key.fileobj.sendto(answer, client)
`;
