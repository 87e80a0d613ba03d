import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ContainerPorts } from '../../../src/docker/ports/port-spec.ts';
import { readPorts, splitProtoPort } from '../../../src/docker/ports/port-spec.ts';
import type { ClientAnswer } from '../real-client.ts';
import { RealClient } from '../real-client.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

/** `80/tcp=127.0.0.1:8080,:8081 443/tcp` in order of the alphabet: enough to compare by. */
function shown(ports: ContainerPorts | string): string {
  if (typeof ports === 'string') return ports;
  return [...ports.exposed]
    .sort((left, right) => (left < right ? -1 : 1))
    .map((port) => {
      const bindings = ports.bindings.get(port)?.map(({ hostIp, hostPort }) => `${hostIp}:${hostPort}`);
      return bindings === undefined ? port : `${port}=${bindings.join(',')}`;
    })
    .join(' ');
}

describe('docker/ports/port-spec', () => {
  it('reads every form of -p', () => {
    const vectors: [spec: string, meaning: string][] = [
      ['80', '80/tcp=:'],
      ['8080:80', '80/tcp=:8080'],
      ['127.0.0.1:8080:80', '80/tcp=127.0.0.1:8080'],
      ['127.0.0.1::80', '80/tcp=127.0.0.1:'],
      ['7000-7002:7000-7002', '7000/tcp=:7000 7001/tcp=:7001 7002/tcp=:7002'],
      ['7000-7001:80-81/udp', '80/udp=:7000 81/udp=:7001'],
      ['8000-8010:80', '80/tcp=:8000-8010'],
      ['53/UDP', '53/udp=:'],
      ['80/sctp', '80/sctp=:'],
      ['80/', '80/tcp=:'],
      ['[::1]:80:80', '80/tcp=::1:80'],
      ['::80', '80/tcp=:'],
      ['0:080', '80/tcp=:0'],
      ['published=8080,target=80', '80/tcp=:8080'],
      ['published=5353,target=53,protocol=udp,mode=host', '53/udp=:5353'],
      ['published=80-81,target=90=x', '90/tcp=:80-81'],
    ];
    for (const [spec, meaning] of vectors) assert.equal(shown(readPorts([spec], [])), meaning, spec);
  });

  it('says what is wrong in the words of go-connections', () => {
    const vectors: [spec: string, complaint: string][] = [
      ['', 'No port specified: <empty>'],
      ['80:/tcp', 'No port specified: 80:/tcp<empty>'],
      ['99999:80', 'Invalid hostPort: 99999'],
      ['80:99999', 'Invalid containerPort: 99999'],
      ['90-80:80', 'Invalid hostPort: 90-80'],
      ['80:80/foo', 'Invalid proto: foo'],
      ['1.2.3:80:80', 'Invalid ip address: 1.2.3'],
      ['::1:80:80', 'Invalid ip address ::1: address ::1:: too many colons in address'],
      ['[::1:80:80', "Invalid ip address [::1: address [::1:: missing ']' in address"],
      ['80-82:80-81/foo', 'Invalid ranges specified for container and host Ports: 80-81 and 80-82'],
      ['published=8080', 'No port specified: 8080:/tcp<empty>'],
      ['published=80,x', "invalid publish opts format (should be name=value but got 'x')"],
    ];
    for (const [spec, complaint] of vectors) assert.equal(readPorts([spec], []), complaint, spec);
  });

  it('spells out the long form of all before it looks at the first', () => {
    const complaint = "invalid publish opts format (should be name=value but got 'y')";
    assert.equal(readPorts(['foo', 'x=1,y'], []), complaint);
  });

  it('puts exposed ports beside the published ones', () => {
    assert.equal(shown(readPorts(['81/udp'], ['80-82/udp', '80'])), '80/tcp 80/udp 81/udp=: 82/udp');
    assert.equal(shown(readPorts(['80', '90:80'], ['80'])), '80/tcp=:,:90');
    assert.equal(shown(readPorts([], ['80/UDP', '81/foo'])), '80/UDP 81/foo');
    const vectors: [expose: string, complaint: string][] = [
      ['1:2', 'invalid port format for --expose: 1:2'],
      ['foo', 'invalid range format for --expose: foo, error: strconv.ParseUint: parsing "foo": invalid syntax'],
      ['82-80', 'invalid range format for --expose: 82-80, error: Invalid range specified for the Port: 82-80'],
      ['', 'invalid range format for --expose: , error: Empty string specified for ports.'],
    ];
    for (const [expose, complaint] of vectors) assert.equal(readPorts(['80'], [expose]), complaint);
  });

  it('takes ports and protocols apart', () => {
    assert.deepEqual(splitProtoPort('53/udp'), ['udp', '53']);
    assert.deepEqual(splitProtoPort('53'), ['tcp', '53']);
    assert.deepEqual(splitProtoPort('/udp'), ['', '']);
  });

  it('property: a range is its ports one by one', () => {
    const port = fc.integer({ min: 0, max: 65_000 });
    fc.assert(
      fc.property(port, port, fc.integer({ min: 0, max: 20 }), (host, container, more) => {
        const range = readPorts([`${host}-${host + more}:${container}-${container + more}`], []);
        const single = Array.from({ length: more + 1 }, (_, i) => `${host + i}:${container + i}`);
        assert.equal(shown(range), shown(readPorts(single, [])));
      }),
    );
  });
});

describe('docker/ports/port-spec beside the real client', () => {
  let client: RealClient;

  before(async function () {
    this.timeout(10_000);
    client = new RealClient(this);
    await client.open();
  });

  after(() => {
    // Skipped before it was made where there is no client.
    (client as RealClient | undefined)?.close();
  });

  it('reads and refuses the same texts', async () => {
    const lines = [...FIXED_LINES, ...fc.sample(ARGUMENTS, { numRuns: 60 * EFFORT })];
    const answers = await client.askAll(lines.map((line) => ['create', ...line, 'bb']));
    for (const [i, line] of lines.entries()) {
      const values = (flag: string): string[] => line.filter((_, place) => place > 0 && line[place - 1] === flag);
      const own = shown(readPorts(values('-p'), values('--expose')));
      // The client puts one full stop behind every complaint.
      assert.equal(own.replace(/\.$/, ''), realMeaning(answers[i]!), line.join(' '));
    }
  });
});

function realMeaning({ created, stderr }: ClientAnswer): string {
  if (created === null) return stderr.replace(/^docker: /, '').replace(/\.\nSee 'docker create --help'\.\n$/, '');
  const exposed = new Set(Object.keys(created.ExposedPorts ?? {}));
  const bindings = new Map(
    Object.entries(created.HostConfig.PortBindings ?? {}).map(([port, those]) => [
      port,
      those.map(({ HostIp, HostPort }) => ({ hostIp: HostIp, hostPort: HostPort })),
    ]),
  );
  return shown({ exposed, bindings });
}

/** Arguments of every kind that somebody might type, right and wrong. */
const FIXED_LINES: string[][] = `
-p 80|-p 8080:80|-p 127.0.0.1:8080:80|-p 127.0.0.1::80|-p 7000-7002:7000-7002|-p 8000-8010:80|-p 53/udp|-p 53/tcp/foo
-p [::1]:80:80|-p ::1:80:80|-p ::80|-p :::80|-p [::]:80:80|-p [::1]::80|-p [::1]:80|-p [::1:80:80|-p ::1]:80:80
-p foo:80:80|-p 01.2.3.4:80:80|-p fe80::1%eth0:80:80|-p [fe80::1%eth0]:80:80|-p [::ffff:1.2.3.4]:80:80|-p []:80:80
-p [::1]x:80:80|-p [[::1]]:80:80|-p [::1][::2]:80:80|-p [::1.2.3]:80:80|-p [1::2::3]:80:80|-p [1:2:3:4:5:6:7::]:80:80
-p :|-p ::|-p 80:|-p :80|-p /tcp|-p 80:0|-p 0|-p 65535|-p 65536|-p -1|-p 80-|-p -80|-p 80-82-84|-p 80:80-80
-p 90-80:80|-p 80:80-81|-p +80|-p 0x50|-p 080|-p 8_0|-p 80:80/TCP|-p a:b/foo|-p foo:80:90-80/foo|-p 80:90-80/foo
-p 99999:abc
-p 18446744073709551616|-p 80 -p 80|-p 8080:80 -p 8081:80|-p 80/udp -p 80/tcp|-p published=8080,target=80|-p target=80
-p published=8080|-p published=80,target=80,protocol=foo|-p published=8080,foo|-p =|-p a=b=c|-p target=80=90
-p published=8080,target=80,|-p published=127.0.0.1:8080,target=80|-p target=80-82|-p target=80,target=90|-p 1:target=80
--expose 80|--expose 80/UDP|--expose 80/foo|--expose 80-82|--expose 82-80|--expose /tcp|--expose 80/|--expose 80/tcp/udp
--expose foo|--expose 1:2|--expose 99999|--expose 80-|--expose -80|--expose 80-81-99|--expose 80 -p 80
--expose foo -p bar
--expose 80-82/udp -p 81/udp|--expose 80-82 --expose 81-83|--expose 99999x|--expose 9x9999`
  .split(/[|\n]/)
  .filter((line) => line !== '')
  .map((line) => line.split(' '));

const PORT_TEXT = fc.oneof(
  fc.integer({ min: 0, max: 65_535 }).map(String),
  fc
    .tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 4 }))
    .map(([from, more]) => `${from}-${from + more}`),
  fc.constantFrom('', 'http', '-', '70000', '1-2-3', '9-1', '0', '00', '1e3', ' 80'),
);
const HOST_TEXT = fc.oneof(
  fc.ipV4(),
  fc.ipV6().map((address) => `[${address}]`),
  fc.constantFrom('', 'localhost', '[', ']', '[]', '::', '1.2.3', '[1.2.3.4]', 'eth0'),
);
const PROTOCOL_TEXT = fc.constantFrom('', '', '/tcp', '/udp', '/sctp', '/UDP', '/icmp', '/', '/tcp/udp');
const SHORT = fc
  .tuple(fc.option(HOST_TEXT), fc.option(PORT_TEXT), PORT_TEXT, PROTOCOL_TEXT)
  .map(([host, port, target, protocol]) => [host, port, target].filter((part) => part !== null).join(':') + protocol);
const FIELD = fc
  .tuple(
    fc.constantFrom('published', 'target', 'protocol', 'mode', 'name', ''),
    fc.oneof(PORT_TEXT, fc.constantFrom('udp', 'tcp=')),
  )
  .map(([name, value]) => `${name}=${value}`);
const LONG = fc
  .array(fc.oneof(FIELD, FIELD, FIELD, PORT_TEXT), { minLength: 1, maxLength: 4 })
  .map((fields) => fields.join(','));
const ANY = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789:-/[]=,.atcpud ')),
  minLength: 1,
  maxLength: 12,
});
const PUBLISH = fc.oneof({ arbitrary: SHORT, weight: 4 }, LONG, ANY).map((text) => ['-p', text]);
const EXPOSE = fc
  .oneof({ arbitrary: fc.tuple(PORT_TEXT, PROTOCOL_TEXT).map(([port, protocol]) => port + protocol), weight: 4 }, ANY)
  .map((text) => ['--expose', text]);
const ARGUMENTS = fc
  .array(fc.oneof({ arbitrary: PUBLISH, weight: 3 }, EXPOSE), { minLength: 1, maxLength: 3 })
  .map((options) => options.flat());
