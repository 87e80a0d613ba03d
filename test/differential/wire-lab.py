# The far ends of the cables of a machine under test: gives frames, keeps what comes back, and reads the machine's
# counters and, where the kernel shows them, the reasons of its drops. A plan comes in and a report goes out as JSON.
import json, os, re, select, socket, subprocess, sys, time

plan = json.load(sys.stdin)
netns, ports = plan['netns'], plan['ports']
INSTANCE = '/sys/kernel/tracing/instances/' + netns
PACKET_OUTGOING = 4


def write(path, text):
    with open(INSTANCE + '/' + path, 'w') as file:
        file.write(text)


def start_trace():
    try:
        os.mkdir(INSTANCE)
        write('set_event_pid', str(os.getpid()))
        write('events/skb/kfree_skb/enable', '1')
        return True
    except OSError:
        return False


def read_trace():
    with open(INSTANCE + '/trace') as file:
        steps = re.split(r'tracing_mark_write: step \d+', file.read())
    return [re.findall(r'location=([\w.]+)\+\S* reason: (\w+)', text) for text in steps[1:]]


def counters():
    command = ['ip', 'netns', 'exec', netns, 'nstat', '-asz', '--json']
    return json.loads(subprocess.run(command, capture_output=True, text=True).stdout)['kernel']


wires = []
for port in ports:
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    wire.bind((port, 0))
    wires.append(wire)


def collect(quiet):
    found = []
    while True:
        ready, _, _ = select.select(wires, [], [], quiet)
        if not ready:
            return found
        for wire in ready:
            data, where = wire.recvfrom(65535)
            if where[2] != PACKET_OUTGOING:
                found.append([wires.index(wire), data.hex()])


traced = start_trace()
before = counters()
report = {'traced': traced, 'steps': []}
for number, step in enumerate(plan['steps']):
    if traced:
        write('trace_marker', 'step %d' % number)
    if 'run' in step:
        done = subprocess.run(['ip', 'netns', 'exec', netns] + step['run'].split(), capture_output=True, text=True)
        text = done.stdout + done.stderr
    else:
        wires[step['port']].send(bytes.fromhex(step['give']))
        text = ''
    time.sleep(step['wait'])
    frames = collect(plan['quiet'])
    report['steps'].append({'frames': frames, 'text': text, 'drops': []})
after = counters()
report['counters'] = {name: after[name] - before.get(name, 0) for name in after}
if traced:
    write('events/skb/kfree_skb/enable', '0')
    for step, drops in zip(report['steps'], read_trace()):
        step['drops'] = drops
    os.rmdir(INSTANCE)
json.dump(report, sys.stdout)
