/**
 * The format of a scenario file: one zod schema for each mapping, with every key's meaning and default. `reader.ts`
 * reads the file key by key with them, and the JSON Schema for editors is made of them.
 */
import * as z from 'zod';
import type { EngineVersionName } from '../docker/engine-version.ts';
import {
  address,
  duration,
  durationNs,
  flag,
  glob,
  hostCidr,
  line,
  mac,
  matcher,
  Mistake,
  rate,
  routeTarget,
  size,
  TIME,
  WHOLE_MESSAGE,
  whole,
  words,
} from './field.ts';
import type { CountOperator, PlanCount } from './plan.ts';

export const NAME_PATTERN = /^[a-z0-9-]{1,100}$/;
/** Hosts and LANs: a name in the DNS's sense, so that it can be a host name. */
export const HOST_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Linux's IFNAMSIZ without the final zero. */
export const INTERFACE_PATTERN = /^[a-z][a-z0-9._-]{0,14}$/;
export const IMAGE_PATTERN = /^[a-z0-9][a-z0-9._/:-]{0,127}$/;
export const SYSCTL_PATTERN = /^[a-z0-9_]+(?:[./][A-Za-z0-9_-]+)+$/;
/** `out/js`, `out/bench` and `out/coverage` are not captures. */
export const RESERVED_NAMES: readonly string[] = ['js', 'bench', 'coverage'];

const HOST_NAME = 'the name of a host';
const LAN_NAME = 'the name of a LAN';
const CONTAINER = '[A-Za-z0-9][A-Za-z0-9_.-]*';
const DATAGRAM_BYTES_MAX = 65_507;
const COUNT_MAX = 1_000_000_000;
const BODY_BYTES_MAX = 100_000_000;
const QUEUE_FRAMES_MAX = 1_000_000;

/** The name of something that must be defined elsewhere in the file; whether it is shows later. */
export const hostName = () => z.string({ error: HOST_NAME });

export function sysctlValue() {
  return z.union([z.string(), z.number()], { error: 'a text or a number' });
}

const addresses = () => {
  const expected = 'an address with a prefix length, a list of them, or none';
  return z.union([hostCidr(), z.array(hostCidr(), { error: expected }), z.literal('none')], { error: expected });
};

export const InterfaceSchema = z.strictObject({
  lan: z
    .string({ error: LAN_NAME })
    .optional()
    .describe('The LAN it hangs on; may be left out when there is only one.'),
  address: addresses().optional().describe('IPv4 address with prefix length; a list for several, none for none.'),
  mac: mac().optional().describe('Default: 52:54:00:00, LAN byte (0x50 + k), last address byte.'),
  mtu: whole(68, 65_535).optional().describe("Default: the LAN's."),
});

export const DaemonSchema = z.strictObject(
  {
    'userland-proxy': flag()
      .prefault(true)
      .describe('Whether a process answers at published ports where rules do not lead to the container.'),
    iptables: flag().prefault(true).describe('Whether the engine makes rules of iptables.'),
    icc: flag().prefault(true).describe('Whether containers on the default network may talk to each other.'),
    'ip-masq': flag().prefault(true).describe("Whether what leaves the default network gets the host's address."),
    ip: address().optional().describe('Where ports of the default network are published that name no address.'),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `settings as in daemon.json: userland-proxy, iptables, icc, ip-masq, ip; and not ${issue.keys.join(', ')}`
        : undefined,
  },
);

/** As they are read. */
export type DaemonSettings = z.infer<typeof DaemonSchema>;

const DOCKER = 'true, false, or settings as in daemon.json, such as { userland-proxy: false }';

export const HostSchema = z.strictObject({
  address: addresses()
    .optional()
    .describe('Short for the address of the first interface. Default: 192.168.(50+k).11/24 and on.'),
  mac: mac().optional().describe('Short for the MAC address of the first interface.'),
  docker: z
    .union([flag(), DaemonSchema], { error: DOCKER })
    .prefault(true)
    .describe('Whether a Docker engine runs there, and its daemon.json; false: a plain Linux machine.'),
  forward: flag().prefault(false).describe('net.ipv4.ip_forward at boot; a router has true.'),
  interfaces: z
    .record(z.string().regex(INTERFACE_PATTERN), InterfaceSchema.nullable())
    .nullish()
    .describe('The network cards, by name, in the order of their indexes. Default: eth0, eth1 … in the order of LANs.'),
  routes: z
    .record(z.string(), routeTarget())
    .nullish()
    .describe('Static routes: destination: next router, or "dev eth1".'),
  gateway: address().optional().describe('The default route. Default: none.'),
  dns: z.array(address(), { error: 'a list of addresses' }).prefault([]).describe('The name servers of resolv.conf.'),
  softirq: duration().optional().describe("The host's own value of the scenario's softirq."),
  wakeup: duration().optional().describe("The host's own value of the scenario's wakeup."),
  sysctls: z
    .record(z.string().regex(SYSCTL_PATTERN), sysctlValue())
    .nullish()
    .describe('Kernel settings at boot, such as net.ipv4.ip_forward: 1.'),
});

export const UplinkSchema = z.strictObject({
  to: z.string({ error: LAN_NAME }).describe('The LAN whose switch is above this one.'),
  rate: rate().optional().describe("Default: this LAN's rate."),
  delay: duration().optional().describe("Default: this LAN's delay."),
});

const percent = (what: string) => words(`${what} in netem's words, such as 1% or 1% 25%`, /^[a-z0-9.% ]+$/);

/** `50us`, or netem's `100ms 10ms 25%`: delay, jitter and correlation. */
const cableDelay = () => {
  const none = z.literal(0).transform(() => ({ delayNs: 0, jitter: undefined }));
  const text = words(TIME, /^[^ ]+(?: +[^ ]+){0,2}$/).transform((written, context) => {
    const [first = '', ...jitter] = written.split(/ +/);
    const delayNs = durationNs(first);
    if (delayNs !== undefined) return { delayNs, jitter: jitter.length > 0 ? jitter.join(' ') : undefined };
    context.addIssue({ code: 'custom', message: TIME });
    return z.NEVER;
  });
  return z.union([none, text], { error: TIME });
};

/** The keys of a LAN that are netem's words, in the order of its usage text. */
export const NETEM_KEYS = ['loss', 'duplicate', 'corrupt', 'reorder', 'gap', 'distribution'] as const;

export const LanSchema = z.strictObject({
  hosts: z
    .array(hostName(), { error: 'a list of hosts' })
    .nullish()
    .describe('Who hangs on it, in the order of the ports. Default: every host when it is the only LAN.'),
  switch: flag().prefault(true).describe('false: no switch, one cable between two hosts.'),
  rate: rate().prefault('1Gbit').describe('Of each cable and direction; unlimited: no time for the bits.'),
  delay: cableDelay()
    .prefault('50us')
    .describe("Of each cable and direction, or netem's 10ms 2ms 25%; host to host over a switch is two cables."),
  jitter: duration().optional().describe('How much a delay may differ; frames may overtake each other then.'),
  queue: whole(1, QUEUE_FRAMES_MAX).prefault(1000).describe('Frames that wait in front of each cable at most.'),
  mtu: whole(68, 65_535).prefault(1500).describe('The MTU of the network cards on it.'),
  framing: z
    .enum(['ethernet', 'none'], { error: 'ethernet or none' })
    .prefault('ethernet')
    .describe('ethernet: max(length, 60) + 24 bytes on the cable; none: the bytes only.'),
  uplink: z
    .union([z.string(), UplinkSchema], { error: 'a mapping with "to", or the name of a LAN' })
    .optional()
    .describe("The switch that this LAN's switch hangs on."),
  loss: percent('a loss').optional().describe("netem's loss."),
  duplicate: percent('a share of duplicates').optional().describe("netem's duplicate."),
  corrupt: percent('a share of damaged frames').optional().describe("netem's corrupt."),
  reorder: percent('a share of overtaking frames').optional().describe("netem's reorder."),
  gap: whole(1, COUNT_MAX).optional().describe("netem's gap, for reorder."),
  distribution: z
    .enum(['uniform', 'normal', 'pareto', 'paretonormal'], { error: 'uniform, normal, pareto or paretonormal' })
    .optional()
    .describe("netem's distribution of the jitter."),
  netem: words("netem's words, such as loss 1% duplicate 1%", /^\S+(?: +\S+)*$/)
    .optional()
    .describe('The impairments of each cable and direction, as behind tc qdisc add … netem.'),
});

export const ListenerSchema = z.strictObject({
  tcp: whole(1, 65_535, 'a port').optional().describe('The TCP port it listens on.'),
  udp: whole(1, 65_535, 'a port').optional().describe('The UDP port it listens on.'),
  http: z
    .string({ error: 'a text' })
    .optional()
    .describe('It answers HTTP requests with this body. Default: it echoes what comes.'),
  status: whole(200, 599, 'a status').optional().describe('The status of its HTTP answers. Default: 200.'),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string({ error: 'a text' }))
    .optional()
    .describe('Further header fields of its HTTP answers.'),
  size: size(BODY_BYTES_MAX).optional().describe('The body of HTTP answers is so long, filled up with letters.'),
  delay: duration().optional().describe('How long it thinks before it answers.'),
  'keep-alive': flag().prefault(true).describe('Whether a connection stays open behind an HTTP answer.'),
});

export const ImageSchema = z.strictObject({
  listen: z
    .array(ListenerSchema, { error: 'a list of ports' })
    .nullish()
    .describe('The servers that run in a container of this image.'),
});

const exitCode = () => z.union([whole(0, 255), z.literal('any')], { error: 'an exit code from 0 to 255, or any' });

export const ExpectationSchema = z.strictObject({
  exit: exitCode().prefault(0).describe('The exit code; any allows every one.'),
  stdout: matcher().optional().describe('A part of the output, or /a regular expression/.'),
  stderr: matcher().optional().describe('A part of the error output, or /a regular expression/.'),
});

export const ScriptExpectationSchema = ExpectationSchema.pick({ exit: true });

/** `">= 8"`, `"== 0"` or `5`. */
const frameCount = () => {
  const expected = 'a number of frames such as 5, or a comparison such as ">= 8"';
  const pattern = /^(==|=|!=|<=|>=|<|>)? *(\d{1,10})$/;
  const text = z
    .string()
    .regex(pattern, { error: expected })
    .transform((written): PlanCount => {
      const [, sign = '==', digits = '0'] = pattern.exec(written) ?? [];
      return { op: (sign === '=' ? '==' : sign) as CountOperator, value: Number(digits) };
    });
  const exact = z.int().min(0, { error: expected }).max(COUNT_MAX, { error: expected });
  return z.union([exact.transform((value): PlanCount => ({ op: '==', value })), text], { error: expected });
};

export const CaptureExpectationSchema = z.strictObject({
  capture: glob().describe('The interfaces, as a glob such as node1/eth0.'),
  filter: z
    .string({ error: 'a capture filter, such as "udp port 4789"' })
    .prefault('')
    .describe('A capture filter such as "udp port 4789". Default: every frame.'),
  count: frameCount().prefault('>= 1').describe('How many frames must have passed since the start: 5, ">= 8", "== 0".'),
});

const cablePlace = (what: string) => words(`${what}, such as node1/lan`, /^[^/ ]+\/[^/ ]+$/);
const machinePlace = (what: string) =>
  words(`${what}, such as node1 or node1/c1`, new RegExp(`^[^/ ]+(?:/${CONTAINER})?$`));

export const FaultSchema = z.strictObject({
  cut: cablePlace('a host and its LAN').optional().describe('Cuts the cable of a host to a LAN.'),
  heal: words('a host and its LAN, such as node1/lan, or all', /^(?:all|[^/ ]+\/[^/ ]+)$/)
    .optional()
    .describe('Mends a cut cable; all: every cut cable, and any partition.'),
  partition: z
    .array(z.array(hostName(), { error: 'a list of hosts' }), { error: 'a list of lists of hosts' })
    .optional()
    .describe('Groups of hosts; switches pass nothing between two groups. [] lets everything pass again.'),
  kill: machinePlace('a host, or a container')
    .optional()
    .describe('Takes the power from a host, or kills a container.'),
  start: machinePlace('a host, or a container')
    .optional()
    .describe('Starts a killed host, as at the beginning and without containers, or a container that does not run.'),
});

const common = {
  at: duration().optional().describe('Not before this time of the run.'),
  note: z.string({ error: 'a text' }).optional().describe('A text that is told before the step.'),
};
const on = () => hostName().describe('The host whose login shell gets it.');
const timeout = () => duration().prefault('10m').describe('The guard: a command that takes longer has failed.');
const nonEmpty = (what: string) => z.string({ error: what }).regex(/\S/, { error: what });

export const RunSchema = z.strictObject({
  on: on(),
  // `run: true` is a command, too
  run: z
    .union([nonEmpty('a command'), z.boolean()], { error: 'a command' })
    .describe('A command line, as typed in the login shell.'),
  background: flag().prefault(false).describe('true: the next step begins as soon as this program waits.'),
  save: words('the name of a variable', /^[A-Za-z_][A-Za-z0-9_]*$/)
    .optional()
    .describe("The variable that gets the output, in every host's shell."),
  expect: ExpectationSchema.nullish().describe('What it must show. Default: exit 0.'),
  timeout: timeout(),
  ...common,
});

export const ScriptSchema = z.strictObject({
  on: on(),
  script: nonEmpty('commands').describe(
    'Commands, each a step with its own line; "#@ 1.5" before one: not before that second.',
  ),
  expect: ScriptExpectationSchema.nullish().describe('What each command must exit with. Default: 0.'),
  timeout: timeout(),
  ...common,
});

export const WaitSchema = z.strictObject({ wait: duration().describe('How long the next step waits.'), ...common });

export const ExpectSchema = z.strictObject({
  expect: CaptureExpectationSchema.describe('Frames that must have passed some interfaces.'),
  ...common,
});

export const FaultStepSchema = z.strictObject({
  fault: FaultSchema.describe('Something that breaks, or is mended.'),
  ...common,
});

const flowEnd = (what: string) =>
  machinePlace(what).describe(`${what[0]!.toUpperCase()}${what.slice(1)}: host, or host/container.`);
const portRange = /^(\d{1,5}) *- *(\d{1,5})$/;

/** `1000-1999` → the first port and how many there are. */
const sourcePorts = () =>
  words('a range of ports, such as 1000-1999', portRange).transform((text, context) => {
    const [, first = '0', last = '0'] = portRange.exec(text) ?? [];
    const range = { first: Number(first), count: Number(last) - Number(first) + 1 };
    if (range.first >= 1 && Number(last) <= 65_535 && range.count >= 1) return range;
    const message = `${text} is no range of ports; expected two ports from 1 to 65535, the smaller one first`;
    context.addIssue({ code: 'custom', message, params: WHOLE_MESSAGE });
    return z.NEVER;
  });

export const FlowSchema = z.strictObject({
  from: flowEnd('the sender'),
  to: flowEnd('the receiver'),
  udp: whole(1, 65_535, 'a port').optional().describe("The receiver's UDP port."),
  tcp: whole(1, 65_535, 'a port').optional().describe("The receiver's TCP port."),
  size: size(DATAGRAM_BYTES_MAX)
    .optional()
    .describe('Payload bytes of each datagram (64), or of each piece that is written to a TCP connection (1000).'),
  count: whole(1, COUNT_MAX).optional().describe('How many datagrams or pieces.'),
  bytes: size(Number.MAX_SAFE_INTEGER).optional().describe('How many bytes in all, instead of count.'),
  interval: duration()
    .optional()
    .describe('From one datagram to the next (1ms), or from piece to piece; TCP writes as fast as it may without it.'),
  start: duration().prefault('0s').describe('When the first datagram leaves, in the time of the run.'),
  stagger: duration().prefault('0s').describe('UDP: how much later each further source port sends.'),
  sourcePort: whole(1, 65_535, 'a port').optional().describe('Default: an ephemeral port.'),
  sourcePorts: sourcePorts().optional().describe('UDP: a range of ports to send from in turn, such as 1000-1999.'),
  warmup: whole(0, 1000).prefault(1).describe('UDP: datagrams sent first and not counted.'),
});

const engine = () =>
  z.union([z.string(), z.number()], { error: '"20.10" or "29"' }).transform((written, context) => {
    const version = readEngineVersion(String(written));
    if (!(version instanceof Mistake)) return version;
    context.addIssue({ code: 'custom', message: version.message, params: WHOLE_MESSAGE });
    return z.NEVER;
  });

/** Unquoted, 20.10 is the number 20.1. */
export function readEngineVersion(version: string): EngineVersionName | Mistake {
  if (version === '20.10' || version === '20.1') return '20.10';
  return version === '29' ? '29' : new Mistake(`unknown engine "${version}"; expected "20.10" or "29"`);
}

const EPOCH_PATTERN = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)Z)?$/;
/** A capture counts seconds in 32 bits, and a run may take 104 days. */
const EPOCH_SECONDS_MAX = 4_280_000_000;

/** `2025-01-01T00:00:00Z` → seconds since 1970. */
const epoch = () => {
  const expected = 'a date and time in UTC between 1970 and 2105, such as 2025-01-01T00:00:00Z';
  return words(expected, EPOCH_PATTERN).transform((text, context) => {
    const [year, month, day, hour, minute, second] = (EPOCH_PATTERN.exec(text) ?? [])
      .slice(1)
      .map((part) => Number(part || 0));
    const milliseconds = Date.UTC(year!, month! - 1, day, hour, minute, second);
    // a 30th of February would be taken for the 2nd of March
    const isReal = new Date(milliseconds).toISOString().startsWith(text.replace(/Z$/, ''));
    if (isReal && milliseconds >= 0 && milliseconds / 1000 <= EPOCH_SECONDS_MAX) return milliseconds / 1000;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
};

export const ScenarioSchema = z.strictObject({
  name: words('small letters, digits and dashes', NAME_PATTERN)
    .optional()
    .describe("Names the captures' folder. Default: the file's stem. js, bench and coverage are reserved."),
  title: line('a text').optional().describe('One line that says what the scenario shows.'),
  engine: engine().prefault('20.10').describe('The version of Docker: "20.10" or "29".'),
  seed: whole(0, Number.MAX_SAFE_INTEGER).prefault(1).describe('Where all randomness comes from.'),
  epoch: epoch().prefault('2025-01-01T00:00:00Z').describe('The date and time at virtual time 0.'),
  until: duration().optional().describe('The run ends at this time at the latest.'),
  linger: duration().prefault('0s').describe('How long the run goes on after its last step and flow.'),
  limit: duration().prefault('1h').describe('The guard: a run that reaches this time has failed.'),
  softirq: duration().prefault('2us').describe("From a frame's arrival in a host to its handling."),
  wakeup: duration().prefault('10us').describe("From data being ready to a program's next step."),
  hosts: z.record(z.string().regex(HOST_PATTERN), HostSchema.nullable()).describe('The machines, by name.'),
  lans: z
    .record(z.string().regex(HOST_PATTERN), LanSchema.nullable())
    .nullish()
    .describe('The LANs, by name. Default: one named lan with every host.'),
  capture: z
    .union([z.array(glob(), { error: 'a list of globs' }), glob()], { error: 'a list of globs' })
    .prefault(['**'])
    .describe('Which interfaces are written to files. Default: every one.'),
  images: z
    .record(z.string().regex(IMAGE_PATTERN), ImageSchema.nullable())
    .nullish()
    .describe('What the name of an image stands for; nginx, httpd, redis, busybox, alpine … are built in.'),
  steps: z
    .array(z.union([RunSchema, ScriptSchema, WaitSchema, ExpectSchema, FaultStepSchema]))
    .nullish()
    .describe('What is done, one after the other.'),
  flows: z.array(FlowSchema).nullish().describe("Load without a program's overhead."),
});

/** The JSON Schema (draft 7) of a scenario file, for editors and for `dockwire schema`. */
export function scenarioJsonSchema(): object {
  return {
    ...z.toJSONSchema(ScenarioSchema, { target: 'draft-7', io: 'input' }),
    title: 'Dockwire scenario',
    description: 'Hosts, LANs and what people type on them.',
  };
}
