"""Does things to a router in this network namespace and tells what leaves it and which connections it knows.

Standard input is a JSON list of actions:
  ["frame", side, frame in hexadecimal]   the side sends it; 0 sends into eth0, 1 into eth1
  ["run", command]                        is run by a shell
  ["send", source port, address, port, interface]   the router itself sends a UDP datagram, by a socket bound to the
                                                    interface if there is one; the name of the error is told
The arguments are commands to be run first. Standard output is a JSON list: for each action [the datagrams that came out
of either side in hexadecimal, the lines of conntrack -L, an error's name or ''].
"""
import errno
import json
import socket
import subprocess
import sys
import time

SETUP = """
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 || true
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_msgs_per_sec=100000 || true
ip link set lo up
ip link add eth0 address 02:00:00:00:00:01 type veth peer name p0
ip link add eth1 address 02:00:00:00:00:02 type veth peer name p1
for d in eth0 eth1 p0 p1; do ip link set $d up; ethtool -K $d tx off gso off gro off; done
"""


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


subprocess.run(["sh", "-e"], input="\n".join([SETUP, *sys.argv[1:]]), text=True, check=True, stdout=sys.stderr)
sides = []
for name in ("p0", "p1"):
    side = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    side.bind((name, 0x0800))
    side.setblocking(False)
    sides.append(side)


def came_out(side):
    datagrams = []
    try:
        while True:
            frame, (_, protocol, kind, *_) = sides[side].recvfrom(70000)
            # To groups the kernel speaks when it likes.
            if protocol == 0x0800 and kind != socket.PACKET_OUTGOING and frame[30] < 224:
                datagrams.append(frame[14:].hex())
    except BlockingIOError:
        return datagrams


senders = {}


def send(sport, address, port, dev):
    if sport not in senders:
        senders[sport] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        if dev:
            senders[sport].setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, dev.encode())
        senders[sport].bind(("", sport))
    try:
        senders[sport].sendto(b"own", (address, port))
        return ""
    except OSError as error:
        return errno.errorcode[error.errno]


time.sleep(0.1)
results = []
came_out(0), came_out(1)
for kind, *words in json.load(sys.stdin):
    error = ""
    if kind == "frame":
        sides[words[0]].send(bytes.fromhex(words[1]))
    elif kind == "run":
        subprocess.run(["sh", "-ec", words[0]], check=True)
        # What the kernel does later.
        time.sleep(0.05)
    else:
        error = send(*words)
    lines = run("conntrack", "-L").splitlines()
    results.append([came_out(0), came_out(1), lines, error])
json.dump(results, sys.stdout)
