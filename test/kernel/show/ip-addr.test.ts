import { assertSame } from '../../userland/iproute2/same-script.ts';

const SETUP = [
  'ip link add va type veth peer name vb',
  'ip link add vc type veth peer name vd',
  'ip addr add 10.0.0.1/24 brd + dev va',
  'ip addr add 10.0.0.2/24 dev va',
  'ip addr add 10.1.0.1/16 dev va',
  'ip addr add 192.168.1.1/32 dev vb',
  'ip link set va up',
];

describe('kernel/show: ip address', () => {
  it('prints addresses as the real one does', function () {
    const shows = ['', '-d ', '-s ', '-br ', '-o ', '-j ', '-j -p ', '-j -br ', '-j -o ', '-4 ', '-6 ', '-0 ', '-c '];
    assertSame(this, [
      ...SETUP,
      ...shows.map((options) => `ip ${options}addr`),
      ...shows.map((options) => `ip ${options}addr show va`),
      'ip -4 -o addr show up',
      'ip -4 -br addr',
      'ip -s -s addr',
      'ip -0 -br addr',
    ]);
  });

  it('takes its filters as the real one does', function () {
    const filters = [
      'up',
      'scope host',
      'scope link',
      'scope global',
      'scope all',
      'scope 254',
      'to 10.0.0.0/8',
      'to 10/8',
      'to 10.0.0.2',
      'to 10.0.0.0/255.255.255.0',
      'primary',
      'secondary',
      '-secondary',
      'dynamic',
      'permanent',
      'label va',
      'label v*',
      'label nope',
      'type veth',
      'nomaster',
      'va secondary',
      'dev va primary',
    ];
    assertSame(this, [
      ...SETUP,
      ...filters.flatMap((filter) => [`ip addr show ${filter}`, `ip -j addr show ${filter}`, `ip -o a s ${filter}`]),
      'ip addr show nope',
      'ip addr show to 10.0.0.0/33',
      'ip addr show to foo',
      'ip addr show scope foo',
      'ip addr show scope 256',
      'ip addr show help',
    ]);
  });

  it('flushes as the real one does', function () {
    assertSame(this, [
      'ip addr flush',
      'ip -0 addr flush dev lo',
      ...SETUP,
      'ip -s -s addr flush dev vd',
      'ip -s -s addr flush dev va to 10.0.0.2',
      'ip addr',
      'ip -s addr flush label vb',
      'ip -s addr flush dev va',
      'ip addr',
      'ip addr flush dev nope',
      'ip addr flush scope foo',
    ]);
  });
});
