# The far ends of a real machine's cables, and hands inside of it. Orders come in as lines of JSON, each is answered by
# one. Started in the namespace of the far ends; arguments: the machine's namespace, then the far ends' names.
import ctypes, errno, json, os, select, socket, struct, subprocess, sys

# What a frame sets off is done by the processor on which it was sent, one thing after the other.
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
netns, ports = sys.argv[1], sys.argv[2:]
PACKET_OUTGOING = 4
MARKER = bytes.fromhex('ffffffffffff' '020000000101' '88b5') + bytes(46)
# A frame is queued at most so often before it has come to its end: at each cable, on lo, as an answer.
ROUNDS = 6


def packet_socket(name, protocol):
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(protocol))
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    wire.bind((name, protocol))
    wire.setblocking(False)
    return wire


wires = [packet_socket(port, 3) for port in ports]
with open('/run/netns/' + netns) as file:
    ctypes.CDLL(None).setns(file.fileno(), 0x40000000)
marking = packet_socket('e0', 0)
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
raw.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)


# What came back on the cables, once nothing moves any more: a marker that was sent after it is queued behind it.
def collect():
    found = []
    for _ in range(ROUNDS):
        marking.send(MARKER)
        is_back = False
        while not is_back:
            if not select.select(wires, [], [], 5)[0]:
                raise TimeoutError('the marker does not come back')
            for number, wire in enumerate(wires):
                is_back = read(number, wire, found) or is_back
    return found


def read(number, wire, found):
    is_back = False
    while True:
        try:
            data, where = wire.recvfrom(65535)
        except BlockingIOError:
            return is_back
        if where[2] == PACKET_OUTGOING:
            continue
        if data[12:14] == b'\x88\xb5':
            is_back = is_back or number == 0
        else:
            found.append([number, data.hex()])


def send_own(data):
    try:
        raw.sendto(data, (socket.inet_ntoa(data[16:20]), 0))
        return ''
    except OSError as error:
        return errno.errorcode[error.errno]


def run(words, text):
    done = subprocess.run(words, input=text, capture_output=True, text=True)
    return {'exit': done.returncode, 'stdout': done.stdout, 'stderr': done.stderr}


# All tables of IPv4 go, and with them their hooks: a batch of NFT_MSG_DELTABLE, as `nft flush ruleset ip` sends it.
def forget_tables():
    def message(kind, flags, family, subsystem):
        return struct.pack('=IHHII', 20, kind, flags, 1, 0) + struct.pack('>BBH', family, 0, subsystem)
    netlink.send(message(0x10, 1, 0, 10) + message(0xa02, 5, 2, 0) + message(0x11, 1, 0, 10))
    answer = netlink.recv(65536)
    code = -struct.unpack_from('=i', answer, 16)[0]
    if code not in (0, errno.ENOENT):
        raise OSError(code, os.strerror(code))


def obey(order):
    if 'give' in order:
        wires[order['port']].send(bytes.fromhex(order['give']))
        return {'errno': '', 'frames': collect()}
    if 'own' in order:
        error = send_own(bytes.fromhex(order['own']))
        return {'errno': error, 'frames': collect()}
    if 'write' in order:
        for path, value in order['write'].items():
            with open('/proc/sys/' + path, 'w') as file:
                file.write(value)
        return {}
    if 'forget' in order:
        forget_tables()
        return run(['conntrack', '-F'], '')
    return run(order['run'], order.get('input', ''))


for line in sys.stdin:
    print(json.dumps(obey(json.loads(line))), flush=True)
