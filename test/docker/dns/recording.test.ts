/** The recorded questions to a real embedded DNS server (04-dns.sh), asked again: the same bytes come back. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ip4 } from '../../../src/base/addr.ts';
import { namespaceOf } from '../../../src/docker/daemon/container-network.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { readCapture } from '../../../src/pcap-writer/index.ts';
import * as dns from '../../../src/wire/dns.ts';
import { TYPE_A } from '../../../src/wire/dns-record.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import * as udp from '../../../src/wire/udp.ts';
import { need, SHARED } from '../../machine.ts';
import { EngineLab } from '../engine-lab.ts';
import { serveEmulated } from './outside-server.ts';

const SERVER = ip4('127.0.0.11');
const ETHERNET_LEN = 14;
const RUN = 'docker run -d --network net1';

/** A datagram to or from the server, without its headers. */
interface Seen {
  readonly isAnswer: boolean;
  readonly client: number;
  readonly payload: Uint8Array;
}

function datagrams(file: string): Seen[] {
  const { packets } = readCapture(readFileSync(join(SHARED, 'truth', 'docker', 'dns', file)));
  return packets.flatMap(({ data }) => {
    const v = new DataView(data.buffer, data.byteOffset, data.length);
    const l4 = ETHERNET_LEN + ipv4.HEADER_LEN;
    if (v.getUint16(12) !== 0x0800 || ipv4.protocol(v, ETHERNET_LEN) !== ipv4.PROTO_UDP) return [];
    const isAnswer = ipv4.src(v, ETHERNET_LEN) === SERVER;
    const client = isAnswer ? udp.dstPort(v, l4) : udp.srcPort(v, l4);
    return [{ isAnswer, client, payload: data.slice(l4 + udp.HEADER_LEN) }];
  });
}

/** Questions with their answers. */
function exchanges(file: string): [question: Uint8Array, answer: Uint8Array][] {
  const seen = datagrams(file);
  return seen.flatMap(({ isAnswer, client, payload }, i): [Uint8Array, Uint8Array][] => {
    const answer = seen.slice(i + 1).find((each) => each.isAnswer && each.client === client && sameId(each, payload));
    return isAnswer ? [] : [[payload, answer?.payload ?? new Uint8Array()]];
  });
}

function sameId({ payload }: Seen, question: Uint8Array): boolean {
  return payload[0] === question[0] && payload[1] === question[1];
}

/** What dnsserver.py knows: ext.example is 192.168.50.100, and there is nothing else. */
function recordedServer(query: Uint8Array): Uint8Array {
  const message = dns.parseBytes(query);
  assert.ok(typeof message !== 'string');
  const { name, type, class: ofClass } = message.questions[0]!;
  const plain = { ...message, authority: [], additional: [] };
  if (name !== 'ext.example.') return dns.emit({ ...plain, flags: 0x8183 }, 'case-sensitive');
  const data = { kind: 'A', address: ip4('192.168.50.100') } as const;
  const answers = type === TYPE_A ? [{ name, type, class: ofClass, ttl: 300, data }] : [];
  return dns.emit({ ...plain, flags: 0x8180, answers }, 'case-sensitive');
}

function lab(): EngineLab {
  const made = new EngineLab(1);
  made.sh('docker network create net1');
  made.sh(`${RUN} --name ca --network-alias alpha bb sleep 100000`);
  made.sh(`${RUN} --name cb bb sleep 100000`);
  serveEmulated(made, recordedServer);
  return made;
}

function ask(made: EngineLab, question: Uint8Array): Uint8Array {
  const socket = new UdpSocket(namespaceOf(made.engine, made.engine.getContainer('ca')));
  socket.sendTo(SERVER, dns.PORT, question);
  made.wait(0.1);
  const answer = socket.receive()?.payload ?? new Uint8Array();
  socket.close();
  return answer;
}

/** Byte by byte, but for the order of addresses. */
function canonical(bytes: Uint8Array): string {
  const message = dns.parseBytes(bytes);
  assert.ok(typeof message !== 'string');
  const records = message.answers.map(dns.formatRecord).sort((left, right) => (left < right ? -1 : 1));
  const text = Buffer.from(bytes).toString('hex');
  return records.length < 2 ? text : [text.length, ...records].join(' ');
}

describe('the recorded embedded DNS server', () => {
  it('gives the same bytes for names, aliases, addresses and strangers', function () {
    need(this, 'shared');
    const made = lab();
    const shortId = Buffer.from(made.engine.getContainer('cb').id.slice(0, 12));
    // The recorded short id, which stands in questions and answers.
    const own = (bytes: Uint8Array): Uint8Array => {
      const text = Buffer.from(bytes).toString('latin1');
      return Buffer.from(text.replaceAll('f4bbdd21cac4', shortId.toString('latin1')), 'latin1');
    };
    const recorded = exchanges('ca-lo.pcap');
    for (const [question, answer] of recorded) {
      assert.equal(canonical(ask(made, own(question))), canonical(own(answer)), Buffer.from(question).toString('hex'));
    }
    assert.ok(recorded.length > 25);
  });

  it('answers a shared alias with all who have it, paused or not, until they stop', function () {
    need(this, 'shared');
    const made = lab();
    for (const name of ['s1', 's2', 's3']) made.sh(`${RUN} --name ${name} --network-alias svc bb sleep 1000`);
    const recorded = exchanges('alias-lo.pcap');
    recorded.forEach(([question, answer], i) => {
      if (i === 13) made.sh('docker stop -t 0 s1');
      if (i === 15) made.sh('docker pause s2');
      assert.equal(canonical(ask(made, question)), canonical(answer), String(i));
    });
    assert.equal(recorded.length, 16);
  });

  it('is asked by dig, nslookup and ping with the same words', function () {
    need(this, 'shared');
    const made = lab();
    made.sh('docker run -d --name web bb sleep 1000');
    const text = readFileSync(join(SHARED, 'truth', 'docker', 'dns', 'dig.txt'), 'utf8');
    const shortId = made.engine.getContainer('cb').id.slice(0, 12);
    const asked: string[] = [];
    for (const [, place, line, answer] of text.matchAll(/^(\[h2 netns of ca\]#|h2\$) (.*)\n([^]*?\[rc=\d+\])$/gm)) {
      if (!/^(?:dig|docker exec \w+ (?:ping|nslookup)) /.test(line!)) continue;
      const own = line!.replaceAll('f4bbdd21cac4', shortId);
      const { exit, stdout, stderr } = place === 'h2$' ? made.sh(own) : made.inContainer('ca', own);
      const told = `${stdout}${stderr}[rc=${exit}]`.replaceAll(shortId, 'f4bbdd21cac4');
      assert.equal(withoutTimes(told), withoutTimes(answer!), line);
      asked.push(line!);
    }
    assert.equal(asked.length, 33);
  });
});

/** Times, ids, and the order in which a program's two streams were written. */
function withoutTimes(text: string): string {
  return text
    .replaceAll(/, id: \d+/g, ', id: ID')
    .replaceAll(/Query time: \d+ msec|WHEN: .*/g, 'TIME')
    .replaceAll(/time=[\d.]+ ms|= [\d./]+ ms/g, 'TIME');
}
