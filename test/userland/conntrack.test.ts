import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostPrograms } from '../../src/userland/registry.ts';
import { need, needTool } from '../machine.ts';
import type { Result, Typed } from './net-lab.ts';
import { EmulatedLab, RealLab, ROUTED } from './net-lab.ts';

const UDP = '-I -p udp -s 1.1.1.1 -d 2.2.2.2 -t 3000';

/** Makes entries of every kind, and what goes wrong with that. */
const MAKING = [
  '-L',
  '-L -o xml',
  `${UDP} --sport 10 --dport 20`,
  `${UDP} --sport 10 --dport 20`,
  '-I -p udp -r 2.2.2.2 -q 1.1.1.1 --reply-port-src 22 --reply-port-dst 12 -t 3000 -m 7',
  `${UDP} --sport 13 --dport 20 -u ASSURED,SEEN_REPLY`,
  `${UDP} --sport 14 --dport 20 -u FIXED_TIMEOUT -m 0xff -w 9`,
  '-I -p tcp -s 1.1.1.1 -d 2.2.2.2 --sport 15 --dport 20 -t 3000 --state ESTABLISHED -u SEEN_REPLY,ASSURED',
  '-I -p 6 -s 1.1.1.1 -d 2.2.2.2 --sport 16 --dport 20 -t 3000 --state LAST_ACK',
  '-I -p icmp -s 1.1.1.1 -d 2.2.2.2 --icmp-type 8 --icmp-code 0 --icmp-id 77 -t 3000',
  '-I -p icmp -s 1.1.1.1 -d 2.2.2.2 --icmp-type 3 --icmp-code 0 --icmp-id 77 -t 3000',
  `${UDP} --sport 16 --dport 20 -n 9.9.9.9`,
  `${UDP} --sport 17 --dport 20 -g 8.8.8.8:80`,
  `${UDP} --sport 18 --dport 20 -n 9.9.9.9:99 -g 8.8.8.8`,
  '-I -p udp -s 1.1.1.1 -d 2.2.2.2 -r 5.5.5.5 -q 6.6.6.6 --sport 19 --dport 20 --reply-port-src 1 --reply-port-dst 2' +
    ' -t 3000 --orig-zone 3',
  '-I -p 200 -s 1.1.1.1 -d 2.2.2.2 -t 3000',
  '-A -p udp -s 3.3.3.3 -d 2.2.2.2 --sport 1 --dport 2 -t 3000',
];

const OUTPUTS = [
  '',
  '-o extended',
  '-o id',
  '-o save',
  '-o xml',
  '-o extended,id,timestamp',
  '-o ktimestamp',
  '-o labels',
];

const FILTERS = [
  ...['-n', '-n 9.9.9.9', '-n 9.9.9.9:98', '-n 9.9.9.9:99', '-g', '-g 8.8.8.8', '-g 8.8.8.8:80', '-j', '-j 8.8.8.8'],
  ...['-n -g', '-m 7', '-m 7/6', '-m 0', '-m abc', '-w 9', '-w 0', '--orig-zone 3', '--orig-zone 9', '--reply-zone 3'],
  ...['-u ASSURED', '-u SEEN_REPLY', '-u UNSET', '-u FIXED_TIMEOUT', '-s 1.0.0.0/8', '-s 1.1.1.1', '-s 3.0.0.0/8'],
  ...['-s 1.9.9.9 --mask-src 255.0.0.0', '-d 2.2.2.2', '-r 5.5.5.5', '-q 6.6.6.6', '-f ipv4', '-f ipv6', '-s ::1'],
  ...['-p tcp', '-p tcp --state ESTABLISHED', '-p tcp --state CLOSE', '-p udp --sport 16', '-p udp --orig-port-dst 20'],
  ...['-p udp --reply-port-src 80', '-p icmp --icmp-type 8', '-p icmp --icmp-id 78', '-p 200', '-p UDP', '-p 0'],
].map((words) => `-L ${words}`);

const REFUSED = [
  ...['-X', '-L foo', '-L -E', '-L -p foo', '-L --sport 5', '-L -p tcp --state FOO', '-L -o foo', '-L -s foo'],
  ...['-L -s 1.2.3.4.5', '-E -z', '-L -m', '-L -u FOO', '-E -e FOO', '-L -f foo', '-C foo', '-S foo', '-G', '-I'],
  ...['-L -i 5', '-L -t 5', '-L --frob', '-F -s 1.2.3.4', '-L -p 300', '-C -p udp', '-S -p udp', '-L -s 1.2.3.0/33'],
  ...['-L -b 100', '-L -p udp --icmp-type 8', '-L -n -j', '-D -j', '-L -p udp --mask-port-src 4', '-L -s', '-L --src'],
  ...['-L --src=', '-L -s 1.1.1.1/x', '-L --mask-src 255.0.0.0', '-L --mask-src x', '-L --protonum', '-L --s 1.1.1.1'],
  ...['-L -o save,xml', '-L -u ASSURED,FOO', '-L -n x', '-L -n 1.1.1.1:x', '-L -f', '-L -q 1.1.1.1 -z', '-V -L'],
  ...['-I -p udp -s 1.1.1.1 -t 5', `${UDP} --sport 1`, '-I -p udp -s 1.1.1.1 -d 2.2.2.2 --sport 1 --dport 2'],
  ...['-I -p tcp -s 1.1.1.1 -d 2.2.2.2 --sport 1 --dport 2 -t 5', '-I -p icmp -s 1.1.1.1 -d 2.2.2.2 -t 5'],
  ...['-G -p udp -r 2.2.2.2 -q 1.1.1.1 --reply-port-src 20 --reply-port-dst 10', '-L -s 1.1.1.1 -d ::1'],
  ...[`${UDP} --sport 1 --dport 2 -j 1.1.1.1`, '-L -l x', '-h extra', '-L -a 1.2.3.4 -X'],
];

const REST = [
  ...['', '-h', '-h -p tcp', '-h -p icmp', '-V', '-L expect', '-L dying', '-L unconfirmed', '-L -a 1.2.3.4', '-L -z'],
  ...['-L -- foo', '-L --prot udp', '-C', '-C expect', '-S', '-S expect', '-F expect', '-L conntrack extra'],
  '-G -p udp -s 1.1.1.1 -d 2.2.2.2 --sport 10 --dport 20',
  '-G -p udp -s 1.1.1.1 -d 2.2.2.2 --sport 10 --dport 20 -o id,extended',
  '-G -p udp -s 1.1.1.1 -d 2.2.2.2 --sport 1 --dport 20',
  '-U -p udp -s 1.1.1.1 -d 2.2.2.2 --sport 10 --dport 20 -m 7',
  '-U -p udp -s 1.1.1.1 -d 2.2.2.2 --sport 10 --dport 20 -u ASSURED -m 0x10/0xf0 -t 3000',
  ...['-U -m 5', '-U -p tcp -m 6', '-U -s 1.1.1.1', '-U -s 9.9.9.9 -m 9', '-U -p udp'],
  ...['-D -s 9.9.9.9', '-D -p udp --sport 10', '-D -n 9.9.9.9', '-D -p tcp -o save', '-D -m 7 -o xml', '-D -w 9', '-C'],
  ...['-F', '-C', '-L', '-D'],
];

const LINES = [...MAKING, ...OUTPUTS.map((output) => `-L ${output}`), ...FILTERS, ...REFUSED, ...REST].map((words) =>
  `conntrack ${words}`.trim(),
);

/** All lines one after the other, in a namespace of a real kernel. */
function runReal(netns: string): Result[] {
  const folder = mkdtempSync(join(tmpdir(), 'dockwire-conntrack-'));
  const script = LINES.map((line, i) => `${line} > ${folder}/${i}.o 2> ${folder}/${i}.e; echo $? > ${folder}/${i}.r`);
  try {
    spawnSync('ip', ['netns', 'add', netns]);
    spawnSync('ip', ['netns', 'exec', netns, 'sh', '-c', script.join('\n')]);
    const read = (i: number, kind: string): string => readFileSync(`${folder}/${i}.${kind}`, 'utf8');
    return LINES.map((_, i) => ({ stdout: read(i, 'o'), stderr: read(i, 'e'), exit: Number(read(i, 'r')) }));
  } finally {
    spawnSync('ip', ['netns', 'del', netns]);
    rmSync(folder, { recursive: true });
  }
}

/** What all processors have counted. */
function sumOf(text: string): string {
  const sums = new Map<string, number>();
  for (const [, name, count] of text.matchAll(/(\w+)=(\d+)/g)) {
    if (name !== 'cpu') sums.set(name!, (sums.get(name!) ?? 0) + Number(count));
  }
  return JSON.stringify([...sums]);
}

/** Without what no two machines have alike: ids, seconds that have passed, the order of the table, processors. */
function canonical(result: Result): Result {
  if (result.stdout.startsWith('cpu=')) return { ...result, stdout: sumOf(result.stdout) };
  const lines = result.stdout
    .replaceAll(/\b(?:29\d\d|3000)\b/g, 'SECONDS')
    .replaceAll(/id=\d{4,}|<id>\d+<\/id>/g, 'ID')
    .split('\n');
  const isList = !result.stdout.startsWith('Command');
  return { ...result, stdout: (isList ? [...new Set(lines)].sort((a, b) => (a < b ? -1 : 1)) : lines).join('\n') };
}

describe('userland/conntrack', function () {
  this.timeout(60_000);

  it('makes, finds, prints and deletes flows, and refuses lines, as the real tool does', function () {
    need(this, 'netns');
    needTool(this, ['conntrack', '-V'], 'v1.4.7');
    const real = runReal(`dwct-${process.pid}`);
    const lab = new EmulatedLab({ namespaces: ['a'], lines: [] });
    for (const [i, line] of LINES.entries()) {
      const [mine] = lab.run(hostPrograms(), [{ ns: 'a', line }]);
      assert.deepEqual(canonical(mine!), canonical(real[i]!), line);
    }
  });
});

/** Rules for r: connections are tracked, and what goes to port 9 is dropped. */
const TRACKED = {
  ...ROUTED,
  lines: [
    ...ROUTED.lines,
    'ip netns exec @r@ iptables -A FORWARD -m conntrack --ctstate NEW',
    'ip netns exec @r@ iptables -A FORWARD -p udp --dport 9 -j DROP',
    'ip netns exec @r@ iptables -t mangle -A PREROUTING -p icmp -j CONNMARK --set-mark 0x7',
  ],
};

const LISTENERS = [
  '',
  ' -o id,timestamp,extended',
  ' -o xml,timestamp',
  ' -e NEW,DESTROY -p udp',
  ' -p icmp',
  ' -o save',
];

/** Everything at its time: listeners in r, what people do there, and flows that begin, are answered, and fail. */
const STORY: readonly Typed[] = [
  ...LISTENERS.map((options) => ({ ns: 'r', line: `timeout -s INT 3 conntrack -E${options}` })),
  { ns: 'r', line: 'conntrack -U -p icmp -f ipv4 -m 3', atMs: 1700 },
  { ns: 'r', line: 'conntrack -D -p udp', atMs: 2000 },
  { ns: 'r', line: 'conntrack -F', atMs: 2300 },
  { ns: 'a', line: 'ping -c 2 -i 0.3 -q 10.78.0.2', atMs: 400 },
  { ns: 'a', line: 'ping -c 1 -t 1 -q -W 1 10.78.0.2', atMs: 1000 },
  { ns: 'a', line: 'nc -u -w 1 10.78.0.2 7', stdin: 'x\n', atMs: 1300 },
  { ns: 'a', line: 'nc -u -w 1 10.78.0.2 9', stdin: 'x\n', atMs: 1400 },
];

/** Without numbers that are drawn, clocks, and the seconds that a flow has left. */
function withoutChance(text: string): string {
  return (
    text
      // Whoever still runs when its event is read is named, too.
      .replaceAll(/portid=\d+(?: progname=\S*)?/g, 'PORTID')
      .replaceAll(/(?<=icmp-id )\d+/g, 'ID')
      .replaceAll(/id=\d+|<id>\d+<\/id>/g, 'ID')
      .replaceAll(/(?<=port |src |dst )[3-6]\d{4}|(?<=-t )\d+/g, 'N')
      .replaceAll(/(?<=port=|port>)[3-6]\d{4}/g, 'PORT')
      .replaceAll(/^\[\d+\.\d{6}\]/gm, 'STAMP')
      .replaceAll(/<when>.*<\/when>/g, 'WHEN')
      .replaceAll(/(icmp +1|udp +17) \d+/g, '$1 SECONDS')
      .replaceAll(/<timeout>\d+/g, '<timeout>SECONDS')
  );
}

describe('userland/conntrack -E', function () {
  this.timeout(60_000);
  let lab: RealLab | undefined;
  afterEach(() => {
    lab?.dispose();
    lab = undefined;
  });

  it('tells what the real tool tells, to whoever asks for whatever', async function () {
    need(this, 'netns');
    needTool(this, ['conntrack', '-V'], 'v1.4.7');
    lab = new RealLab(TRACKED, 'cte');
    const real = await lab.run(STORY);
    const mine = new EmulatedLab(TRACKED).run(hostPrograms(), STORY);
    for (let i = 0; i < LISTENERS.length + 3; i++) {
      const [left, right] = [mine, real].map((results) => {
        const { stdout, stderr, exit } = results[i]!;
        return { stdout: withoutChance(stdout).split('\n'), stderr, exit };
      });
      assert.deepEqual(left, right, STORY[i]!.line);
    }
  });
});

describe('userland/conntrack:', () => {
  const conntrack = hostPrograms().get('conntrack')!;

  it('finds in a literal line what Dockwire lacks and what the tool does not know', () => {
    assert.deepEqual(conntrack.check!(['-R', 'file']), {
      argIndex: 0,
      message: 'option -R is not supported by Dockwire',
    });
    assert.deepEqual([conntrack.check!(['-L']), conntrack.refusal!(['-L', '-p', 'udp'])], [undefined, undefined]);
    assert.deepEqual(conntrack.refusal!(['-L', '-o', 'foo', '-p', 'udp']), {
      argIndex: 2,
      message: "Bad parameter `foo'",
    });
  });

  it('says at run time what is missing', () => {
    const lab = new EmulatedLab({ namespaces: ['a'], lines: [] });
    for (const line of ['conntrack -R file', 'conntrack -D expect', 'conntrack -E expect']) {
      const [result] = lab.run(hostPrograms(), [{ ns: 'a', line }]);
      assert.match(result!.stderr, /^conntrack -[RDE] ?\w*: not supported by Dockwire/, line);
      assert.equal(result!.exit, 127, line);
    }
  });

  it('follows events in a background job of a shell until it is told to end', () => {
    const lab = new EmulatedLab({ namespaces: ['a'], lines: [] });
    const line =
      "sh -c 'conntrack -E & sleep 1; conntrack -I -p 200 -s 1.1.1.1 -d 2.2.2.2 -t 9; kill -TERM $!; wait $!; echo $?'";
    const [result] = lab.run(hostPrograms(), [{ ns: 'a', line }]);
    assert.match(result!.stdout, /^ +\[NEW\] unknown +200 9 src=1\.1\.1\.1 .* \[USERSPACE\] portid=\d+\n0\n$/);
    assert.match(result!.stderr, /: 1 flow events have been shown\.\n$/);
  });
});
