/**
 * What a capture shows of TCP connections that does not hang on offloading, buffers and the moment: who speaks to whom,
 * with which MSS, how many bytes each side sends, and how each ends. Read from what `tcpdump -n` prints.
 */

/** `192.168.50.100 > 172.17.0.2.80 S1 mss 1460 · mss 1460 · 122 F · 225 F` */
export function connectionsIn(text: string): string[] {
  const found = new Map<string, Connection>();
  for (const [, from, to, flags, rest] of text.matchAll(SEGMENT)) {
    const isSyn = flags === 'S';
    const key = isSyn || found.has(`${from} ${to}`) ? `${from} ${to}` : `${to} ${from}`;
    if (isSyn && !found.has(key)) found.set(key, { from: from!, to: to!, synCount: 0, sides: [newSide(), newSide()] });
    const connection = found.get(key);
    if (connection === undefined) continue;
    if (isSyn) connection.synCount++;
    note(connection.sides[key === `${from} ${to}` ? 0 : 1], flags!, rest!);
  }
  return [...found.values()].map(told);
}

interface Side {
  mss: string;
  bytes: number;
  end: '' | 'F' | 'R';
}

interface Connection {
  readonly from: string;
  readonly to: string;
  synCount: number;
  readonly sides: readonly [Side, Side];
}

const SEGMENT = /IP ([\d.]+) > ([\d.]+): Flags \[([A-Z.]+)\],(.*)$/gm;

function newSide(): Side {
  return { mss: '', bytes: 0, end: '' };
}

function note(side: Side, flags: string, rest: string): void {
  const mss = /\bmss (\d+)/.exec(rest);
  if (mss !== null) side.mss = mss[1]!;
  side.bytes += Number(/length (\d+)/.exec(rest)![1]);
  if (flags.includes('R')) side.end = 'R';
  else if (flags.includes('F') && side.end === '') side.end = 'F';
}

function told({ from, to, synCount, sides }: Connection): string {
  const client = from.slice(0, from.lastIndexOf('.'));
  const halves = sides.map(({ mss, bytes, end }) => `mss ${mss}, ${bytes} bytes${end === '' ? '' : `, ${end}`}`);
  return `${client} > ${to} ${synCount} SYN · ${halves.join(' · ')}`;
}
