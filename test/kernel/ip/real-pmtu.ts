/** What UDP sockets of a real kernel do with datagrams of many sizes, on a path whose MTU the kernel has learned. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

/**
 * The far end of a veth is a packet socket: it answers the question for a MAC address, tells of a path MTU by a forged
 * ICMP message about a datagram of its own choice, and prints what comes.
 */
const PROGRAM = `
import json, socket, struct, sys, time
pmtu, policies, sizes = json.loads(sys.argv[1])
def csum(data):
    if len(data) & 1: data += b'\\0'
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16: total = (total >> 16) + (total & 0xffff)
    return ~total & 0xffff
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
wire.bind(('eth1', 0))
wire.settimeout(0.05)
def frames():
    found = []
    while True:
        try: data, where = wire.recvfrom(65535)
        except socket.timeout: return found
        if where[2] != socket.PACKET_OUTGOING and data[23] == 17: found.append(data)
def teach(mtu, port):
    teacher = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    teacher.connect(('10.9.0.5', 7))
    teacher.send(b'x' * 100)
    about = frames()[0]
    body = struct.pack('!BBHHH', 3, 4, 0, 0, mtu) + about[14:42]
    body = body[:2] + struct.pack('!H', csum(body)) + body[4:]
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(body), 1, 0, 64, 1, 0,
                       socket.inet_aton('10.0.0.2'), socket.inet_aton('10.0.0.1'))
    head = head[:10] + struct.pack('!H', csum(head)) + head[12:]
    wire.send(about[6:12] + about[0:6] + b'\\x08\\x00' + head + body)
    time.sleep(0.02)
    teacher.close()
if pmtu != 1500: teach(pmtu, 7)
for policy in policies:
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setsockopt(socket.IPPROTO_IP, 10, policy)
    for size in sizes:
        try: sender.sendto(b'x' * size, ('10.9.0.5', 9))
        except OSError as error:
            print(policy, size, 'EMSGSIZE' if error.errno == 90 else error)
            continue
        words = []
        for data in frames():
            text = ('DF ' if data[20] & 0x40 else '') + str(len(data) - 14)
            words.append(text + (' id 0' if data[18:20] == b'\\0\\0' else ''))
        print(policy, size, ' + '.join(words))
`;

/** The lines of the program: policy, size, and what came, or the error. */
export function realAnswers(pmtu: number, policies: readonly number[], sizes: readonly number[]): string[] {
  const name = `dwp-${process.pid}`;
  const setUp = [
    `ip netns add ${name}`,
    `ip -n ${name} link add eth0 type veth peer name eth1 address 02:00:00:00:00:99`,
    `ip -n ${name} addr add 10.0.0.1/24 dev eth0`,
    `ip -n ${name} link set eth1 up`,
    `ip -n ${name} link set eth0 up`,
    `ip netns exec ${name} ethtool -K eth0 tx off`,
    `ip -n ${name} neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 nud permanent dev eth0`,
    `ip -n ${name} route add 10.9.0.0/16 via 10.0.0.2`,
  ];
  try {
    for (const line of setUp) {
      const { status, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
      assert.equal(status, 0, `${line}: ${stderr}`);
    }
    const options = JSON.stringify([pmtu, policies, sizes]);
    const args = ['netns', 'exec', name, 'python3', '-c', PROGRAM, options];
    const { status, stdout, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return stdout.trimEnd().split('\n');
  } finally {
    spawnSync('ip', ['netns', 'del', name]);
  }
}
