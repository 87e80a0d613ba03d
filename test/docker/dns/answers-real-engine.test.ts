/**
 * Questions of all kinds to the embedded DNS servers of an emulated and a real engine, as bytes: the answers have to be
 * the same bytes, ids of containers and the order of addresses aside. `DOCKWIRE_DNS_SEED=n` repeats a run, more
 * `DOCKWIRE_EFFORT` asks more.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ip4 } from '../../../src/base/addr.ts';
import { namespaceOf } from '../../../src/docker/daemon/container-network.ts';
import { readQuery } from '../../../src/docker/dns/query.ts';
import { TcpSocket } from '../../../src/kernel/socket/tcp/tcp-socket.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import * as dns from '../../../src/wire/dns.ts';
import { needTools } from '../../machine.ts';
import { EngineLab } from '../engine-lab.ts';
import type { RealAnswer, RealEngine } from '../real-engine.ts';
import { startRealEngine } from '../real-engine.ts';
import { SERVERS, SERVER_SCRIPT, WORDS, outsideAnswer, serveEmulated } from './outside-server.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const SEED = Number(process.env['DOCKWIRE_DNS_SEED'] ?? 1);
const QUESTIONS = 120 * EFFORT;
/** Of `--link`. */
const LINKS = '--link Cb:database --link ca:Spelled';

const LONG = 'a.very-long.alias.name.that.goes.on.and.on.for.a.while.until.it.fills.datagrams';
const ALL_DNS = SERVERS.map((server) => `--dns ${server}`).join(' ');
const SET_UP = [
  'docker network create net1',
  'docker network create NET2',
  'docker network create --internal int1',
  `docker run -d --name ca --network net1 --network-alias alpha ${ALL_DNS} bb sleep 10000`,
  `docker run -d --name Cb --network net1 --network-alias many --network-alias ${LONG} --hostname Hosty bb sleep 10000`,
  `docker run -d --name two.dots --network net1 --network-alias many --network-alias ${LONG} bb sleep 10000`,
  `docker run -d --network net1 --network-alias many --network-alias ${LONG} bb sleep 10000`,
  `docker run -d --network net1 --network-alias ${LONG} --hostname drawn bb sleep 10000`,
  `docker run -d --name linked --network net1 ${LINKS} ${ALL_DNS} --dns-opt ndots:1 bb sleep 10000`,
  `docker run -d --name both --network NET2 --network-alias alpha ${ALL_DNS} bb sleep 10000`,
  'docker network connect --alias further --link two.dots:dotted net1 both',
  'docker run -d --name onbridge bb sleep 10000',
  'docker network connect net1 onbridge',
  'docker run -d --name other --network NET2 bb sleep 10000',
  'docker run -d --name inside --network int1 bb sleep 10000',
  'docker rename onbridge renamed',
  'docker pause other',
];
const CONTAINERS = ['ca', 'linked', 'both', 'renamed'];
const NAMES = ['ca', 'Cb', 'cb', 'two.dots', 'alpha', 'many', LONG, 'hosty', 'drawn', 'linked', 'database', 'Spelled'];
const MORE = ['spelled', 'both', 'further', 'dotted', 'renamed', 'onbridge', 'other', 'inside', 'nosuch', 'NET2', ''];
const ENDINGS = ['', '', '', '.net1', '.NET2', '.net2', '.bridge', '.int1', '.net1.net1', '.x'];
const POINTERS = [
  '2.0.18.172',
  '3.0.18.172',
  '4.0.18.172',
  '5.0.18.172',
  '1.0.18.172',
  '2.0.19.172',
  '2.0.17.172',
  'x',
];
const DOMAINS = ['.in-addr.arpa', '.in-addr.arpa', '.IN-ADDR.ARPA', '.in-addr.arpa.in-addr.arpa', '.ip6.arpa', '.arpa'];

const OUTSIDE_WORD = fc.constantFrom(...WORDS.filter((word) => word !== 'to'));
const NAME = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...NAMES, ...MORE), fc.constantFrom(...ENDINGS)) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...POINTERS), fc.constantFrom(...DOMAINS)) },
  { weight: 2, arbitrary: fc.tuple(OUTSIDE_WORD, OUTSIDE_WORD, OUTSIDE_WORD).map((words) => [words.join('-'), '.x']) },
);
const QUESTION = fc.record({
  container: fc.constantFrom(...CONTAINERS),
  name: NAME.map((parts) => parts.join('')),
  type: fc.constantFrom(1, 1, 1, 28, 15, 12, 12, 33, 16, 255, 0, 65),
  class: fc.constantFrom(1, 1, 1, 3, 255),
  flags: fc.oneof(fc.constant(0x0100), fc.constant(0x0120), fc.nat(0xffff)),
  udpSize: fc.constantFrom(-1, -1, 1232, 4096, 16),
  id: fc.nat(0xffff),
  cut: fc.oneof({ weight: 9, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(40) }),
});
type Question = typeof QUESTION extends fc.Arbitrary<infer T> ? T : never;

function bytesOf({ name, type, class: klass, flags, udpSize, id, cut }: Question): Uint8Array {
  const labels = name.split('.').filter((label) => label !== '');
  const u16 = (value: number): number[] => [value >> 8, value & 0xff];
  const opt = udpSize < 0 ? [] : [0, 0, 41, ...u16(udpSize), 0, 0, 0, 0, 0, 0];
  const bytes = [
    ...[...u16(id), ...u16(flags), 0, 1, 0, 0, 0, 0, 0, opt.length > 0 ? 1 : 0],
    ...labels.flatMap((label) => [label.length, ...Buffer.from(label)]),
    ...[0, ...u16(type), ...u16(klass), ...opt],
  ];
  return Uint8Array.from(cut < 0 ? bytes : bytes.slice(0, cut));
}

/** Sends all at once, each from a socket of its own: container's process, question … to answers, a line for each. */
const ASK_SCRIPT = `
import select, socket, sys, time
sockets, answers = [], {}
is_tcp = sys.argv[3] == 'tcp'
for line in open(sys.argv[1]):
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM if is_tcp else socket.SOCK_DGRAM)
    one.connect(('127.0.0.11', 53))
    one.send(bytes.fromhex(line.strip()))
    sockets.append(one)
until = time.time() + float(sys.argv[2])
while len(answers) < len(sockets) and time.time() < until:
    waiting = [one for one in sockets if one not in answers]
    for one in select.select(waiting, [], [], until - time.time())[0]: answers[one] = one.recv(65535)
for one in sockets: print(answers.get(one, b'').hex())
`;

/** Starts the servers outside a real engine; the function returned ends them. */
function serveReal(real: RealEngine, folder: string, questions: readonly Question[]): () => void {
  const known = questions.map(bytesOf).map(readQuery);
  const lines = known.flatMap((read) => {
    if (read === null || read.isRejected) return [];
    const asked = dns.emit(read.message, 'none');
    return SERVERS.map((_, place) => `${place} ${hex(asked)} ${hex(outsideAnswer(asked, place) ?? new Uint8Array())}`);
  });
  const table = join(folder, 'answers');
  writeFileSync(table, lines.join('\n'));
  writeFileSync(join(folder, 'server.py'), SERVER_SCRIPT);
  for (const server of SERVERS.slice(1)) real.outside(`ip addr add ${server}/24 dev eth0`);
  const command = ['netns', 'exec', real.outsideName, 'python3', join(folder, 'server.py'), table, ...SERVERS];
  const child = spawn('ip', command, { stdio: 'ignore' });
  return () => child.kill();
}

function askReal(
  real: RealEngine,
  container: string,
  questions: readonly Uint8Array[],
  seconds: number,
  transport = 'udp',
): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'dockwire-dns-'));
  try {
    writeFileSync(join(folder, 'ask.py'), ASK_SCRIPT);
    writeFileSync(join(folder, 'questions'), questions.map((bytes) => `${hex(bytes)}\n`).join(''));
    const line = `python3 ${folder}/ask.py ${folder}/questions ${seconds} ${transport} > ${folder}/answers`;
    assert.equal(real.inContainer(container, line).exit, 0);
    return readFileSync(join(folder, 'answers'), 'utf8').split('\n').slice(0, questions.length);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function askEmulated(lab: EngineLab, container: string, questions: readonly Uint8Array[], seconds: number): string[] {
  const ns = namespaceOf(lab.engine, lab.engine.getContainer(container));
  const sockets = questions.map((question) => {
    const socket = new UdpSocket(ns);
    socket.sendTo(ip4('127.0.0.11'), dns.PORT, question);
    return socket;
  });
  lab.wait(seconds);
  return sockets.map((socket) => {
    const answer = socket.receive();
    socket.close();
    return answer === null ? '' : hex(answer.payload);
  });
}

/** What the engine knows itself, by TCP: with its length in front, and never cut. */
function compareByTcp(lab: EngineLab, real: RealEngine, questions: readonly Question[], ids: Ids): void {
  const asked = questions.filter(({ name, cut }) => cut < 0 && !name.endsWith('.x') && name !== '');
  const framed = asked.map(bytesOf).map(dns.framed);
  const theirs = askReal(real, 'both', framed, 1, 'tcp');
  const ns = namespaceOf(lab.engine, lab.engine.getContainer('both'));
  const sockets = framed.map((question) => {
    const socket = new TcpSocket(ns);
    socket.connect(ip4('127.0.0.11'), dns.PORT);
    lab.wait(0.001);
    socket.send(question);
    return socket;
  });
  lab.wait(1);
  asked.forEach((question, i) => {
    const buffer = new Uint8Array(65_537);
    const got = sockets[i]!.receiveInto(buffer, 0, buffer.length);
    sockets[i]!.close();
    const [own, other] = [hex(buffer.subarray(0, Math.max(got, 0))), theirs[i]!];
    const told = `DOCKWIRE_DNS_SEED=${SEED} by TCP ${JSON.stringify(question)}`;
    assert.equal(own.slice(0, 4), other.slice(0, 4), told);
    assert.equal(canonical(own.slice(4), ids[0]), canonical(other.slice(4), ids[1]), told);
  });
}

/** Short ids of containers, of the emulated engine and of the real one. */
type Ids = readonly [readonly string[], readonly string[]];

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Addresses in one order, of cut lists only how many; short ids of containers by their place in the set-up. */
function canonical(answer: string, shortIds: readonly string[]): string {
  const message = dns.parseBytes(Uint8Array.from(Buffer.from(answer, 'hex')));
  if (typeof message === 'string') return answer;
  const isCut = (message.flags & dns.TC) !== 0;
  const addresses = message.answers.filter(({ data }) => data.kind === 'A').map((record) => recordHex(record.data));
  let text = answer;
  if (isCut) for (const address of addresses) text = text.replace(address, 'ADDRESS');
  else
    text =
      addresses.length < 2
        ? text
        : [text.replaceAll(new RegExp(addresses.join('|'), 'g'), ''), ...addresses.sort(byText)].join(' ');
  shortIds.forEach((id, i) => {
    text = text.replaceAll(Buffer.from(id).toString('hex'), `ID${i}`);
  });
  return text;
}

function byText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

function recordHex(data: { readonly kind: string }): string {
  const { address } = data as { readonly kind: 'A'; readonly address: number };
  return `00000258 0004 ${(address >>> 0).toString(16).padStart(8, '0')}`.replaceAll(' ', '');
}

interface Machine {
  sh(line: string): RealAnswer;
}

function shortIdsOf(machine: Machine): string[] {
  const { stdout } = machine.sh("docker ps -q --no-trunc=false --format '{{.ID}}'");
  return stdout.trim().split('\n').reverse();
}

describe('the embedded DNS server beside a real engine', () => {
  it('answers the same bytes', function () {
    this.timeout(240_000);
    needTools(this, ['python3']);
    const real = startRealEngine(this);
    const folder = mkdtempSync(join(tmpdir(), 'dockwire-dns-'));
    let stop = (): void => undefined;
    try {
      const questions = fc.sample(QUESTION, { numRuns: QUESTIONS, seed: SEED });
      const slow: Question = { ...questions[0]!, container: 'ca', name: 'to-ok.x', type: 1, flags: 0x0100, cut: -1 };
      questions.push(slow, { ...slow, name: 'sf-to-ok.x' });
      const lab = new EngineLab(1);
      for (const machine of [lab, real]) for (const line of SET_UP) assert.equal(machine.sh(line).exit, 0, line);
      serveEmulated(lab);
      stop = serveReal(real, folder, questions);
      const ids = [shortIdsOf(lab), shortIdsOf(real)] as const;
      real.host('sleep 0.3');
      for (const container of CONTAINERS) {
        const asked = questions.filter((question) => question.container === container);
        const seconds = container === 'ca' ? 4.5 : 0.8;
        const bytes = asked.map(bytesOf);
        const theirs = askReal(real, container, bytes, seconds);
        const ours = askEmulated(lab, container, bytes, seconds);
        asked.forEach((question, i) => {
          const told = `DOCKWIRE_DNS_SEED=${SEED} ${JSON.stringify(question)} ${hex(bytes[i]!)}`;
          assert.equal(canonical(ours[i]!, ids[0]), canonical(theirs[i]!, ids[1]), told);
        });
      }
      compareByTcp(lab, real, questions, ids);
    } finally {
      stop();
      real.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
