/**
 * dnsserver.py, the outside name server of the recordings: it knows ext.example, over UDP, and says whom it was asked
 * what by: `('192.168.50.12', 40000) cb 16`.
 */
import { formatIp4, ip4 } from '../../base/addr.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import * as dns from '../../wire/dns.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import { labelsOf, sameName } from '../../wire/dns-name.ts';
import { CLASS_IN, TYPE_A } from '../../wire/dns-record.ts';
import { raiseUnlessOk, UncaughtError } from '../tcpudp/python.ts';

const ADDRESS = ip4('192.168.50.100');
const NAME = 'ext.example.';
const TTL = 300;

/** Runs until it is killed. */
export function* runDnsServerScript(proc: Process): Generator<Wait, number, WakeReason> {
  const socket = new UdpSocket(proc.ns);
  socket.owner = { name: 'python3', pid: proc.pid };
  try {
    raiseUnlessOk(socket.bind(ADDRESS, dns.PORT));
    for (;;) {
      raiseUnlessOk(socket.takeError());
      const got = socket.receive();
      if (got === null) {
        yield proc.waitFor(socket);
        continue;
      }
      const query = dns.parseBytes(got.payload);
      if (typeof query === 'string' || query.questions.length === 0) continue;
      const { name, type } = query.questions[0]!;
      const words = (labelsOf(name) ?? []).join('.').toLowerCase();
      proc.write(`('${formatIp4(got.from)}', ${got.fromPort}) ${words} ${type}\n`);
      socket.sendTo(got.from, got.fromPort, dns.emit(replyTo(query), 'case-sensitive'));
    }
  } catch (error) {
    if (!(error instanceof UncaughtError)) throw error;
    proc.writeError(`${error.message}\n`);
    return 1;
  } finally {
    socket.close();
  }
}

/** The flags are fixed: recursion was desired and is available. */
function replyTo(query: DnsMessage): DnsMessage {
  const question = query.questions[0]!;
  const isKnown = sameName(question.name, NAME);
  const flags = dns.QR | dns.RD | dns.RA | (isKnown ? dns.NOERROR : dns.NXDOMAIN);
  const record = { name: question.name, type: TYPE_A, class: CLASS_IN, ttl: TTL } as const;
  const answers =
    isKnown && question.type === TYPE_A ? [{ ...record, data: { kind: 'A', address: ADDRESS } as const }] : [];
  return { id: query.id, flags, questions: [question], answers, authority: [], additional: [] };
}
