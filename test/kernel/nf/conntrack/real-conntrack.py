"""Sends frames through a router in this network namespace and tells what its connection tracking makes of each.

Standard input is a JSON list of [side, frame in hexadecimal, what lines of conntrack -L must contain]. Side 0 sends
into eth0, side 1 into eth1. The arguments are commands to be run first. Standard output is a JSON object: for each
frame the states under which the FORWARD chain counted it, the lines and the datagram that came out of the other side;
and all events.
"""
import json
import re
import socket
import subprocess
import sys
import time

SETUP = """
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 || true
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
ip link add eth0 address 02:00:00:00:00:01 type veth peer name p0
ip link add eth1 address 02:00:00:00:00:02 type veth peer name p1
for d in eth0 eth1 p0 p1; do ip link set $d up; done
ip addr add 10.0.0.254/24 dev eth0
ip addr add 10.0.1.254/24 dev eth1
ip neigh add 10.0.0.1 lladdr 02:00:00:00:09:01 dev eth0
ip neigh add 10.0.1.1 lladdr 02:00:00:00:09:02 dev eth1
for s in INVALID NEW ESTABLISHED RELATED; do iptables -w -A FORWARD -m conntrack --ctstate $s; done
"""
STATES = re.compile(r"^ *(\d+) .*ctstate (\w+)", re.M)


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


subprocess.run(["sh", "-e"], input="\n".join([SETUP, *sys.argv[1:]]), text=True, check=True)
events = subprocess.Popen(["conntrack", "-E"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
sides = []
for name in ("p0", "p1"):
    side = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    side.bind((name, 0x0800))
    side.setblocking(False)
    sides.append(side)
time.sleep(0.3)
steps = []


def came_out(side):
    """The datagram of the frame that the router has sent to this side, in hexadecimal."""
    try:
        while True:
            frame, (_, protocol, kind, *_) = sides[side].recvfrom(2000)
            if protocol == 0x0800 and kind != socket.PACKET_OUTGOING:
                return frame[14:].hex()
    except BlockingIOError:
        return None


for side, frame, words in json.load(sys.stdin):
    for each in (0, 1):
        while came_out(each) is not None:
            pass
    sides[side].send(bytes.fromhex(frame))
    chain = run("iptables", "-w", "-nvxL", "FORWARD", "-Z")
    states = [state for count, state in STATES.findall(chain) if count != "0"]
    lines = [line for line in run("conntrack", "-L").splitlines() if words in line]
    steps.append({"states": states, "lines": lines, "out": came_out(1 - side)})
time.sleep(0.3)
events.terminate()
stdout, _ = events.communicate()
json.dump({"steps": steps, "events": stdout.splitlines()}, sys.stdout)
