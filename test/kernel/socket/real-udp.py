# What UDP sockets of a real kernel are told by ICMP messages. The far end of a veth is a packet socket, which answers
# every datagram with one message; a plan comes in and a line for each case goes out.
import errno, json, select, socket, struct, sys, time

IP_RECVERR, MSG_ERRQUEUE, MSG_DONTWAIT = 11, 0x2000, 0x40
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
wire.bind(('eth1', 0))


def csum(data):
    data += b'\0' * (len(data) & 1)
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total >> 16) + (total & 0xffff)
    return ~total & 0xffff


def sent():
    while select.select([wire], [], [], 0.3)[0]:
        data, where = wire.recvfrom(65535)
        if where[2] != 4 and data[23] == 17:
            return data


def answer(about, kind, code, rest):
    body = struct.pack('!BBHI', kind, code, 0, rest) + about[14:42]
    body = body[:2] + struct.pack('!H', csum(body)) + body[4:]
    head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(body), 1, 0, 64, 1, 0)
    head += socket.inet_aton('10.0.0.2') + socket.inet_aton('10.0.0.1')
    head = head[:10] + struct.pack('!H', csum(head)) + head[12:]
    wire.send(about[6:12] + about[0:6] + b'\x08\x00' + head + body)
    time.sleep(0.002)


def name(number):
    return 'EOPNOTSUPP' if number == errno.EOPNOTSUPP else errno.errorcode.get(number, str(number))


def receive(sender):
    try:
        sender.recv(100, MSG_DONTWAIT)
    except OSError as error:
        return name(error.errno)


def queued(sender):
    try:
        _, control, _, _ = sender.recvmsg(100, 200, MSG_ERRQUEUE | MSG_DONTWAIT)
    except OSError as error:
        return name(error.errno)
    data = control[0][2]
    number, origin, kind, code, _, info, _ = struct.unpack('=IBBBBII', data[:16])
    return '%s/%d/%d/%d/%d/%s' % (name(number), origin, kind, code, info, socket.inet_ntoa(data[20:24]))


for connected, recverr, kind, code, rest in json.load(sys.stdin):
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setsockopt(socket.IPPROTO_IP, IP_RECVERR, recverr)
    if connected:
        sender.connect(('10.9.0.5', 9))
    sender.sendto(b'x' * 20, ('10.9.0.5', 9)) if not connected else sender.send(b'x' * 20)
    answer(sent(), kind, code, rest)
    words = [receive(sender), queued(sender), receive(sender), queued(sender)]
    print(connected, recverr, kind, code, *words)
