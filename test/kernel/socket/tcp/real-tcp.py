"""Plays ladders with TCP sockets of this namespace: eth0 is 10.0.0.1, and what it sends to 10.1.0.0/16 is seen at eth1.

Input: a JSON list of ladders, each a list of steps [milliseconds, verb, ...]. All are played at once, each with a port
of its own and a peer of its own, since what is learned about a peer is kept. Output: a JSON list of lines for each:
[milliseconds, text].
"""
import errno, heapq, json, select, socket, struct, sys, time

LOCAL = socket.inet_aton('10.0.0.1')
PEER_ISN = 1000
FLAGS = 'FSRP.UEW'


def checksum(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Ladder:
    def __init__(self, number, steps):
        self.port, self.peer_port, self.steps = 2000 + number, 12000, steps
        # Not all at the same moment, so that each is served at once.
        self.offset = 7 * number
        self.peer = '10.1.%d.%d' % divmod(number, 250)
        self.remote = socket.inet_aton(self.peer)
        self.lines, self.sockets, self.listening = [], None, None
        self.isn, self.tsval, self.has_ts = None, 0, False

    def now(self):
        return (time.monotonic() - START) * 1000 - self.offset

    def say(self, text):
        self.lines.append([self.now(), text])

    def saw(self, segment):
        seq, ack = struct.unpack('!II', segment[4:12])
        size, flags = (segment[12] >> 4) * 4, segment[13]
        window, = struct.unpack('!H', segment[14:16])
        if self.isn is None:
            self.isn = seq
        options, at, words = segment[20:size], 0, []
        while at < len(options):
            kind = options[at]
            if kind == 1:
                words.append('nop')
                at += 1
                continue
            if kind == 0:
                break
            length = options[at + 1]
            body = options[at + 2:at + length]
            if kind == 2: words.append('mss %d' % struct.unpack('!H', body))
            elif kind == 3: words.append('ws %d' % body[0])
            elif kind == 4: words.append('sackOK')
            elif kind == 8:
                words.append('ts')
                self.tsval, ecr = struct.unpack('!II', body)
                self.has_ts = True
                words[-1] += ' %d' % ecr
            elif kind == 5:
                numbers = struct.unpack('!%dI' % (len(body) // 4), body)
                words.append('sack ' + ' '.join(str((n - PEER_ISN) & 0xffffffff) for n in numbers))
            at += length
        text = ''.join(letter for i, letter in enumerate(FLAGS) if flags & (1 << i))
        shown = (ack - PEER_ISN) & 0xffffffff if flags & 16 else 0
        self.say('> %s seq %d ack %d len %d win %d [%s]' % (
            text, (seq - self.isn) & 0xffffffff, shown, len(segment) - size, window, ','.join(words)))

    def gives(self, fields):
        flags = sum(1 << FLAGS.index(letter) for letter in fields['f'])
        options = b''
        if 'mss' in fields: options += struct.pack('!BBH', 2, 4, fields['mss'])
        if fields.get('sackok'): options += b'\1\1\4\2'
        if 'ws' in fields: options += struct.pack('!BBBB', 1, 3, 3, fields['ws'])
        if fields.get('ts', self.has_ts):
            options += struct.pack('!BBBBII', 1, 1, 8, 10, fields.get('val', 5000), fields.get('ecr', self.tsval))
        if 'sack' in fields:
            options += struct.pack('!BBBB', 1, 1, 5, 2 + 4 * len(fields['sack']))
            options += b''.join(struct.pack('!I', (self.isn + n) & 0xffffffff) for n in fields['sack'])
        ack = (self.isn + fields['ack']) & 0xffffffff if 'ack' in fields else 0
        head = struct.pack('!HHIIBBHHH', self.peer_port, self.port, (PEER_ISN + fields['seq']) & 0xffffffff, ack,
                           (20 + len(options)) // 4 << 4, flags, fields.get('win', 1000), 0, 0)
        data = bytes(fields.get('len', 0))
        segment = head + options + data
        pseudo = self.remote + LOCAL + struct.pack('!BBH', 0, 6, len(segment))
        segment = segment[:16] + struct.pack('!H', checksum(pseudo + segment)) + segment[18:]
        tos = fields.get('tos', 0)
        ip = struct.pack('!BBHHHBBH', 0x45, tos, 20 + len(segment), 0, 0x4000, 64, 6, 0) + self.remote + LOCAL
        ip = ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:]
        WIRE.send(ETHER + ip + segment)

    def icmp(self, fields):
        """Fragmentation needed, or another error, about the last segment."""
        quoted = self.last
        body = struct.pack('!BBHI', fields['type'], fields['code'], 0, fields.get('rest', 0)) + quoted
        body = body[:2] + struct.pack('!H', checksum(body)) + body[4:]
        ip = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(body), 0, 0, 64, 1, 0) + self.remote + LOCAL
        ip = ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:]
        WIRE.send(ETHER + ip + body)

    def new_socket(self):
        s = socket.socket()
        s.setblocking(False)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b'cubic')
        return s

    def option(self, s, name, *values):
        tcp = socket.IPPROTO_TCP
        if name == 'nodelay': s.setsockopt(tcp, socket.TCP_NODELAY, values[0])
        elif name == 'cork': s.setsockopt(tcp, socket.TCP_CORK, values[0])
        elif name == 'linger': s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, values[0]))
        elif name == 'sndbuf': s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, values[0])
        elif name == 'rcvbuf': s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, values[0])
        elif name == 'maxseg': s.setsockopt(tcp, socket.TCP_MAXSEG, values[0])
        elif name == 'usertimeout': s.setsockopt(tcp, socket.TCP_USER_TIMEOUT, values[0])
        elif name == 'syncnt': s.setsockopt(tcp, socket.TCP_SYNCNT, values[0])
        elif name == 'keepalive':
            s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            s.setsockopt(tcp, socket.TCP_KEEPIDLE, values[0])
            s.setsockopt(tcp, socket.TCP_KEEPINTVL, values[1])
            s.setsockopt(tcp, socket.TCP_KEEPCNT, values[2])

    def step(self, verb, *args):
        if verb == 'gives':
            return self.gives(args[0])
        if verb == 'icmp':
            return self.icmp(args[0])
        try:
            answer = self.call(verb, *args)
        except OSError as error:
            answer = errno.errorcode[error.errno]
        if answer is not None:
            self.say('%s: %s' % (verb, answer))

    def call(self, verb, *args):
        if verb == 'socket':
            self.sockets = self.new_socket()
            self.sockets.bind(('10.0.0.1', self.port))
        elif verb == 'connect':
            code = self.sockets.connect_ex((self.peer, self.peer_port))
            return errno.errorcode.get(code, '')
        elif verb == 'listen':
            self.listening = self.sockets
            self.listening.listen(args[0] if args else 5)
        elif verb == 'accept':
            self.sockets, _ = self.listening.accept()
            self.sockets.setblocking(False)
            return 'yes'
        elif verb == 'send':
            return self.sockets.send(bytes(args[0]))
        elif verb == 'recv':
            return len(self.sockets.recv(args[0]))
        elif verb == 'shutdown':
            self.sockets.shutdown(args[0])
        elif verb == 'close':
            self.sockets.close()
        elif verb == 'error':
            return errno.errorcode.get(self.sockets.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), '')
        elif verb == 'option':
            self.option(self.sockets, *args)
        return None


ladders = [Ladder(number, steps) for number, steps in enumerate(json.load(sys.stdin))]
WIRE = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
WIRE.bind(('eth1', 0))
WIRE.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE
mac = lambda dev: bytes.fromhex(open('/sys/class/net/%s/address' % dev).read().strip().replace(':', ''))
ETHER = mac('eth0') + mac('eth1') + b'\x08\0'
by_port = {ladder.port: ladder for ladder in ladders}
START = time.monotonic()
queue = [(step[0] + ladder.offset, number, at) for number, ladder in enumerate(ladders) for at, step in enumerate(ladder.steps)]
heapq.heapify(queue)


def read_wire():
    frame, address = WIRE.recvfrom(70000)
    if address[2] == 4 or frame[23] != 6:  # outgoing, or not TCP
        return
    ladder = by_port.get(struct.unpack('!H', frame[34:36])[0])
    if ladder is not None:
        ladder.last = frame[14:14 + 28]
        ladder.saw(frame[34:14 + struct.unpack('!H', frame[16:18])[0]])


while queue:
    due = queue[0][0] / 1000 - (time.monotonic() - START)
    if due > 0:
        if select.select([WIRE], [], [], due)[0]:
            read_wire()
        continue
    # What has been sent before this step is seen before it.
    while select.select([WIRE], [], [], 0)[0]:
        read_wire()
    _, number, at = heapq.heappop(queue)
    if at + 1 == len(ladders[number].steps):
        ladders[number].steps[at][0] = ladders[number].now()
    ladders[number].step(*ladders[number].steps[at][1:])
while select.select([WIRE], [], [], 0)[0]:
    read_wire()
# What comes after its last step is of no interest.
print(json.dumps([[line for line in each.lines if line[0] <= each.steps[-1][0] + 1] for each in ladders]))
