# Plays ladders (see ladder.ts) with the TCP of a real kernel: the far end of a tun device is this program. Cases come in
# as JSON, a list of lists of lines; for each a list of lines goes out: what was sent and answered, with its time in ms.
import errno, fcntl, heapq, json, os, select, socket, struct, subprocess, sys, time

PEER_ISN = 0xffffff00
FLAGS = 'FSRP.UEW'
ECN = {'ect1': 1, 'ect0': 2, 'ce': 3}
STATES = 'UNKNOWN ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING'.split()


def csum(data):
    data += b'\0' * (len(data) & 1)
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total >> 16) + (total & 0xffff)
    return ~total & 0xffff


def open_tun():
    tun = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, 0x400454ca, struct.pack('16sH22x', b'tun0', 0x1001))
    for line in ['link set lo up', 'link set tun0 mtu 1500 up', 'addr add 10.9.0.1/16 dev tun0']:
        subprocess.run(['ip'] + line.split(), check=True)
    return tun


def error_name(number):
    return {errno.EAGAIN: 'EAGAIN', errno.EOPNOTSUPP: 'EOPNOTSUPP'}.get(number, errno.errorcode.get(number, str(number)))


class Case:
    def __init__(self, number, lines):
        self.number = number
        self.peer = '10.9.%d.%d' % (1 + number // 200, 1 + number % 200)
        self.port = 10000 + number
        self.peer_port = 80
        self.out = []
        self.isn = None
        self.first_ts = self.last_ts = None
        self.last = None
        self.ident = 0
        # Not all at once: what one case does would hold up the others.
        self.delay = number * 0.012
        self.is_over = False
        self.listener = self.sock = None
        self.steps = []
        for line in lines:
            words = line.split()
            self.steps.append((float(words[0]), words[1:]))
        if not any(words[0] == 'connect' for _, words in self.steps):
            self.peer_port = 40000

    def now(self):
        return (time.monotonic() - start - self.delay) * 1000

    def say(self, text):
        self.out.append('%.1f %s' % (self.now(), text))

    def parse_options(self, words):
        data = b''
        for word in ' '.join(words).split(','):
            part = word.split()
            if not part:
                continue
            kind = part[0]
            if kind == 'mss':
                data += struct.pack('!BBH', 2, 4, int(part[1]))
            elif kind == 'nop':
                data += b'\1'
            elif kind == 'eol':
                data += b'\0'
            elif kind == 'wscale':
                data += struct.pack('!BBB', 3, 3, int(part[1]))
            elif kind == 'sackOK':
                data += b'\4\2'
            elif kind == 'ts':
                echo = part[2]
                if echo.startswith('last'):
                    echo = (self.last_ts or 0) + int(echo[4:] or 0)
                data += struct.pack('!BBII', 8, 10, int(part[1]) & 0xffffffff, int(echo) & 0xffffffff)
            elif kind == 'sack':
                data += struct.pack('!BB', 5, 2 + 8 * (len(part) - 1))
                for block in part[1:]:
                    left, right = block.split(':')
                    data += struct.pack('!II', (self.isn + int(left)) & 0xffffffff, (self.isn + int(right)) & 0xffffffff)
            elif kind == 'raw':
                data += bytes(int(byte, 16) for byte in part[1:])
        return data + b'\0' * (-len(data) % 4)

    def give(self, words):
        flags, seq = words[0], words[1]
        fields = {'ack': None, 'win': '65535', 'urg': '0', 'hdr': None, 'cut': None}
        ecn, options, bad = 0, b'', False
        i = 2
        while i < len(words):
            word = words[i]
            if word in ECN:
                ecn = ECN[word]
            elif word == 'badsum':
                bad = True
            elif word.startswith('<'):
                text = ' '.join(words[i:])
                options = self.parse_options(text[1:text.index('>')].split())
                break
            else:
                i += 1
                fields[word] = words[i]
            i += 1
        left, _, right = seq.partition(':')
        length = int(right or left) - int(left) - ('S' in flags) - ('F' in flags) if right else 0
        bits = sum(1 << FLAGS.index(letter) for letter in flags if letter != '0')
        number = (PEER_ISN + int(left)) & 0xffffffff
        ack = 0 if fields['ack'] is None else ((self.isn or 0) + int(fields['ack'])) & 0xffffffff
        header_words = (20 + len(options)) // 4 if fields['hdr'] is None else int(fields['hdr'])
        payload = bytes((int(left) + i) & 0xff for i in range(length))
        head = struct.pack('!HHIIBBHHH', self.peer_port, self.port, number, ack, header_words << 4, bits, int(fields['win']), 0, int(fields['urg']))
        body = head + options + payload
        if fields['cut'] is not None:
            body = body[:int(fields['cut'])]
        pseudo = socket.inet_aton(self.peer) + socket.inet_aton('10.9.0.1') + struct.pack('!BBH', 0, 6, len(body))
        if len(body) >= 18:
            total = csum(pseudo + body) ^ (0x5555 if bad else 0)
            body = body[:16] + struct.pack('!H', total) + body[18:]
        self.inject(6, ecn, body)

    def inject(self, protocol, tos, body, source=None):
        self.ident += 1
        head = struct.pack('!BBHHHBBH', 0x45, tos, 20 + len(body), self.ident, 0x4000, 64, protocol, 0)
        head += socket.inet_aton(source or self.peer) + socket.inet_aton('10.9.0.1')
        head = head[:10] + struct.pack('!H', csum(head)) + head[12:]
        os.write(tun, head + body)

    def icmp(self, words):
        body = struct.pack('!BBHHH', int(words[0]), int(words[1]), 0, 0, int(words[2])) + self.last[:28 if len(words) < 4 else int(words[3])]
        body = body[:2] + struct.pack('!H', csum(body)) + body[4:]
        self.inject(1, 0, body, '10.9.250.1')

    def get(self, packet):
        self.last = packet
        ihl = (packet[0] & 15) * 4
        segment = packet[ihl:]
        self.port = struct.unpack('!H', segment[:2])[0]
        _, _, seq, ack, offset, bits, window, _, urgent = struct.unpack('!HHIIBBHHH', segment[:20])
        header = (offset >> 4) * 4
        if self.isn is None and bits & 2:
            self.isn = seq
        base = self.isn
        left = seq if base is None or (seq == 0 and bits & 4) else ((seq - base + 0x80000000) & 0xffffffff) - 0x80000000
        length = len(segment) - header + (bits & 1) + (bits >> 1 & 1)
        flags = ''.join(letter for i, letter in enumerate(FLAGS) if bits >> i & 1) or '0'
        words = ['>', flags, '%d:%d' % (left, left + length)]
        if bits & 16:
            words += ['ack', str((ack - PEER_ISN + 0x80000000 & 0xffffffff) - 0x80000000)]
        words += ['win', str(window)]
        if urgent:
            words += ['urg', str(urgent)]
        for name, mark in ECN.items():
            if packet[1] & 3 == mark:
                words.append(name)
        options = self.show_options(segment[20:header])
        if options:
            words.append('<%s>' % options)
        self.say(' '.join(words))

    def show_options(self, data):
        parts = []
        while data:
            kind = data[0]
            if kind == 0:
                parts.append('eol')
                break
            if kind == 1:
                parts.append('nop')
                data = data[1:]
                continue
            size = data[1]
            value = data[2:size]
            if kind == 2:
                parts.append('mss %d' % struct.unpack('!H', value))
            elif kind == 3:
                parts.append('wscale %d' % value[0])
            elif kind == 4:
                parts.append('sackOK')
            elif kind == 5:
                blocks = struct.unpack('!%dI' % (len(value) // 4), value)
                numbers = [((each - PEER_ISN + 0x80000000) & 0xffffffff) - 0x80000000 for each in blocks]
                parts.append('sack ' + ' '.join('%d:%d' % pair for pair in zip(numbers[::2], numbers[1::2])))
            elif kind == 8:
                stamp, echo = struct.unpack('!II', value)
                if self.first_ts is None:
                    self.first_ts = stamp
                self.last_ts = stamp
                parts.append('ts %d %d' % ((stamp - self.first_ts) & 0xffffffff, echo))
            else:
                parts.append('raw ' + data[:size].hex())
            data = data[size:]
        return ','.join(parts)

    def call(self, words):
        try:
            result = self.do(words[0], words[1:])
        except OSError as error:
            result = error_name(error.errno)
        if result is not None:
            self.say('%s = %s' % (' '.join(words), result))

    def do(self, verb, args):
        if verb in ('listen', 'connect'):
            sock = socket.socket()
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b'cubic')
            for early in getattr(self, 'early', []):
                sock.setsockopt(*early)
            if verb == 'connect':
                self.sock = sock
                sock.bind(('10.9.0.1', 0))
                self.port = sock.getsockname()[1]
                code = sock.connect_ex((self.peer, 80))
                return error_name(code) if code else 'ok'
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(('10.9.0.1', self.port))
            sock.listen(int(args[0]) if args else 5)
            self.listener = sock
            return None
        if verb == 'early':
            self.early = getattr(self, 'early', []) + [self.option(args)]
            return None
        if verb == 'accept':
            self.sock, _ = self.listener.accept()
            self.sock.setblocking(False)
            return 'ok'
        if verb == 'unlisten':
            return self.listener.close()
        if verb == 'send':
            return self.sock.send(bytes(i & 0xff for i in range(int(args[0]))))
        if verb in ('recv', 'peek'):
            data = self.sock.recv(int(args[0]), socket.MSG_PEEK if verb == 'peek' else 0)
            return '%d' % len(data) + (' %d' % data[0] if data else '')
        if verb == 'inq':
            return struct.unpack('i', fcntl.ioctl(self.sock, 0x541b, b'\0' * 4))[0]
        if verb == 'outq':
            return struct.unpack('i', fcntl.ioctl(self.sock, 0x5411, b'\0' * 4))[0]
        if verb == 'close':
            return self.sock.close()
        if verb == 'shutdown':
            return self.sock.shutdown({'r': 0, 'w': 1, 'rw': 2}[args[0]])
        if verb == 'error':
            code = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            return error_name(code) if code else 'none'
        if verb == 'state':
            return STATES[self.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]]
        if verb == 'poll':
            poll = select.poll()
            poll.register(self.sock, select.POLLIN | select.POLLOUT)
            found = dict(poll.poll(0)).get(self.sock.fileno(), 0)
            return ''.join(name for name, bit in (('r', 1), ('w', 4)) if found & bit) or '-'
        if verb == 'set':
            self.sock.setsockopt(*self.option(args))
            return None
        raise ValueError(verb)

    def option(self, args):
        name = args[0]
        number = int(args[1]) if len(args) > 1 and args[1].lstrip('-').isdigit() else None
        tcp = socket.IPPROTO_TCP
        if name == 'linger':
            return (socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, number))
        if name == 'cc':
            return (tcp, socket.TCP_CONGESTION, args[1].encode())
        level, option = {
            'nodelay': (tcp, socket.TCP_NODELAY), 'cork': (tcp, socket.TCP_CORK), 'maxseg': (tcp, socket.TCP_MAXSEG),
            'keepalive': (socket.SOL_SOCKET, socket.SO_KEEPALIVE), 'keepidle': (tcp, socket.TCP_KEEPIDLE),
            'keepintvl': (tcp, socket.TCP_KEEPINTVL), 'keepcnt': (tcp, socket.TCP_KEEPCNT),
            'usertimeout': (tcp, socket.TCP_USER_TIMEOUT), 'syncnt': (tcp, socket.TCP_SYNCNT),
            'rcvbuf': (socket.SOL_SOCKET, socket.SO_RCVBUF), 'sndbuf': (socket.SOL_SOCKET, socket.SO_SNDBUF),
            'ttl': (socket.IPPROTO_IP, socket.IP_TTL), 'tos': (socket.IPPROTO_IP, socket.IP_TOS),
        }[name]
        return (level, option, number)

    def step(self, words):
        if words[0] == '<':
            self.give(words[1:])
        elif words[0] == 'icmp':
            self.icmp(words[1:])
        elif words[0] == 'end':
            self.is_over = True
        else:
            self.call(words)


tun = open_tun()
cases = [Case(number, lines) for number, lines in enumerate(json.load(sys.stdin))]
by_peer = {socket.inet_aton(case.peer): case for case in cases}
queue = [(when + case.delay * 1000, case.number, i) for case in cases for i, (when, _) in enumerate(case.steps)]
heapq.heapify(queue)
start = time.monotonic()


def drain():
    while True:
        try:
            packet = os.read(tun, 70000)
        except BlockingIOError:
            return
        case = by_peer.get(packet[16:20])
        if packet[0] >> 4 == 4 and packet[9] == 6 and case is not None and not case.is_over:
            case.get(packet)


while queue:
    when, number, i = queue[0]
    wait = start + when / 1000 - time.monotonic()
    if wait > 0:
        select.select([tun], [], [], wait)
        drain()
        continue
    heapq.heappop(queue)
    cases[number].step(cases[number].steps[i][1])
    drain()
json.dump([case.out for case in cases], sys.stdout)
