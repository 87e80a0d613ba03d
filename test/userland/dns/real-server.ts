/**
 * The emulated name server's answers on a real machine's sockets, so that real clients can be asked the same as
 * emulated ones: `node real-server.js ADDRESS LINE… [--drop=NAME] [--servfail=NAME] [--refuse=NAME]`. It says
 * `ready`, then each question.
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { ip4 } from '../../../src/base/addr.ts';
import { authorityReply, tellQuestion } from '../../../src/userland/dns/authority.ts';
import type { Authority, Fault } from '../../../src/userland/dns/authority.ts';
import { readZoneLine } from '../../../src/userland/dns/zone-text.ts';
import { Zone } from '../../../src/userland/dns/zone.ts';
import * as dns from '../../../src/wire/dns.ts';

const [address, ...args] = process.argv.slice(2);
const zone = new Zone();
const faults: Fault[] = [];
for (const arg of args) {
  const [, kind, name] = /^--(\w+)=(.*)$/.exec(arg) ?? [];
  if (kind !== undefined) faults.push({ kind: kind as Fault['kind'], name: `${name!}.` });
  else for (const record of readZoneLine(arg, 300)!) zone.add(record);
}
const authority: Authority = { zone, faults, isRecursive: false };

function answer(bytes: Uint8Array, from: string, port: number, isTcp: boolean): Uint8Array | null {
  const query = dns.parseBytes(bytes);
  if (typeof query === 'string') return null;
  console.log(tellQuestion(query, { address: ip4(from), port, isTcp }));
  const reply = authorityReply(query, authority);
  if (reply === null || reply === 'unknown') return null;
  if (isTcp) return dns.emitForStream(reply, 'case-insensitive');
  const limit = Math.max(dns.ednsOf(query)?.udpSize ?? 0, dns.UDP_MAX);
  return dns.emit(dns.truncate(reply, limit, 'case-insensitive'), 'case-insensitive');
}

const udp = createSocket('udp4');
udp.on('message', (bytes, { address: from, port }) => {
  const reply = answer(bytes, from, port, false);
  if (reply !== null) udp.send(reply, port, from);
});
const tcp = createServer((socket) => {
  let waiting = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const length = waiting.readUInt16BE(0);
      const reply = answer(waiting.subarray(2, 2 + length), socket.remoteAddress!, socket.remotePort!, true);
      if (reply !== null) socket.write(reply);
      waiting = waiting.subarray(2 + length);
    }
  });
});
udp.bind(dns.PORT, address, () => {
  tcp.listen(dns.PORT, address, () => {
    console.log('ready');
  });
});
