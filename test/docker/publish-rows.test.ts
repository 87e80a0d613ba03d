/**
 * Who reached what on the recorded host with published ports and several networks (05-publish.sh): every row that needs
 * no TCP, asked again of an emulated host.
 */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { need, SHARED } from '../machine.ts';
import { EngineLab } from './engine-lab.ts';
import { withoutTimes } from './firewall/tables-door.ts';
import { recordedText } from './recordings.ts';

const TOOL = `python3 ${resolve(SHARED, 'truth/tcpudp.py')}`;
const HOST = '192.168.50.11';
const OUTSIDE = '192.168.50.100';

/** The recorded host as 01-start-dockerd.sh to 04-dns.sh had left it, as far as rules speak of it. */
const SET_UP = [
  'docker run -d --name web -p 8585:80 bb sleep 100000',
  'docker run -d --name dns -p 5353:53/udp bb sleep 100000',
  'docker network create net1',
  'docker run -d --name ca --network net1 bb sleep 100000',
  'docker network create --subnet 10.99.0.0/24 net3',
  'docker network create --internal int1',
  'docker run -d --name i1 --network int1 bb sleep 100000',
  'docker run -d --name c3 bb sleep 100000',
];

type Question = readonly [place: string, line: string];

/** By the number of the recorded row. */
const ROWS: readonly (readonly [row: string, questions: readonly Question[]])[] = [
  ['2', [['x', `${TOOL} udpsend ${HOST} 5353 32 40000`]]],
  ['8', [['ca', 'ping -c 2 -W 1 172.17.0.2']]],
  ['8b', [['ca', 'ping -c 1 -W 1 172.17.0.1']]],
  [
    '9',
    [
      ['ca', `ping -c 2 ${OUTSIDE}`],
      ['ca', `${TOOL} udpsend ${OUTSIDE} 9100 100`],
    ],
  ],
  [
    '9b',
    [
      ['ca', `${TOOL} udpsend ${OUTSIDE} 9100 10 41000`],
      ['c3', `${TOOL} udpsend ${OUTSIDE} 9100 10 41000`],
    ],
  ],
  [
    '10',
    [OUTSIDE, '172.17.0.2', '172.19.0.1', HOST].map((to): Question => ['host', `docker exec i1 ping -c 1 -W 1 ${to}`]),
  ],
  ['11', [['x', 'ping -c 1 -W 1 172.17.0.2']]],
  ['12', [['x', `${TOOL} udpsend ${HOST} 9999 10`]]],
];

/** What the recorders saw of a row, less its TCP. */
function recordedRow(text: string, row: string): string {
  const start = text.indexOf(`== ${row} `);
  assert.ok(start >= 0, `row ${row} is recorded`);
  const end = text.indexOf('\n== ', start);
  const lines = text.slice(text.indexOf('\n', start) + 1, end < 0 ? undefined : end + 1).split('\n');
  return lines.filter((line) => !/^error |reply b'/.test(line)).join('\n');
}

/** Without times, ports that the kernel chose, and what differs in addresses: the host, and the internal network. */
function plain(text: string): string {
  return text
    .replaceAll('192.168.50.12', HOST)
    .replaceAll('172.26.', '172.19.')
    .replaceAll(/time[ =][\d.]+ ?ms|= [\d./]+ ms$/gm, 'TIME')
    .replaceAll(/', (?!4[01]000\))\d{5}\)/g, "', PORT)")
    .replaceAll(/\n\n+/g, '\n')
    .trim();
}

/** The rules in a dump of the host's state. */
function recordedRules(text: string): string {
  const start = text.indexOf('iptables-save\n') + 'iptables-save\n'.length;
  return plain(withoutTimes(text.slice(start, text.indexOf('[rc=0]', start))));
}

describe('the recorded host with published ports', () => {
  it('is reached from where it was, and nothing else is', function () {
    need(this, 'shared');
    const lab = new EngineLab(1);
    const at = ([place, line]: Question): string => {
      const where = place === 'x' ? lab.outside(line) : undefined;
      const answer = where ?? (place === 'host' ? lab.sh(line) : lab.inContainer(place, line));
      return answer.stdout + answer.stderr;
    };
    for (const line of SET_UP) assert.equal(lab.sh(line).exit, 0, line);
    const rules = (): string => plain(withoutTimes(lab.sh('iptables-save').stdout));
    assert.equal(rules(), recordedRules(recordedText(this, 'publish/state-before.txt')));
    at(['dns', `${TOOL} udpecho 0.0.0.0 53 20 >/dev/null 2>&1 &`]);
    at(['x', `${TOOL} udpecho 0.0.0.0 9100 20 >/dev/null 2>&1 &`]);
    at(['x', `ip route add 172.17.0.0/16 via ${HOST}`]);
    const text = recordedText(this, 'publish/cli.txt');
    for (const [row, questions] of ROWS) {
      assert.equal(plain(questions.map(at).join('\n')), plain(recordedRow(text, row)), `row ${row}`);
    }
    lab.sh('docker run -d --name nol -p 8586:80 bb sleep 1000');
    assert.notEqual(rules(), recordedRules(recordedText(this, 'publish/state-after.txt')));
    lab.sh('docker rm -f nol');
    assert.equal(rules(), recordedRules(recordedText(this, 'publish/state-after.txt')));
  });
});
