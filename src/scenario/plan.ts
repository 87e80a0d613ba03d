/**
 * The plan: what a scenario file means, with every default made explicit and every short form expanded. It is plain
 * data: numbers in nanoseconds, bits per second, bytes and int32 addresses, and no object of the simulation. The lab is
 * built from it alone. Lists keep the file's order, because the total order of events follows it.
 */
import type { Cidr, Ip4, Mac } from '../base/addr.ts';
import type { EngineVersionName } from '../docker/engine-version.ts';

export interface Plan {
  /** Letters a to z, digits and dashes; names the folder of the captures. */
  readonly name: string;
  /** One line for people, or undefined. */
  readonly title?: string | undefined;
  /** The file as the user named it. */
  readonly file: string;
  readonly engine: EngineVersionName;
  readonly seed: number;
  /** Seconds since 1970-01-01T00:00:00Z at virtual time 0. */
  readonly epochSeconds: number;
  /** The run ends here at the latest; undefined: when everything is done. */
  readonly untilNs?: number | undefined;
  /** How long the run goes on after its last step and flow. */
  readonly lingerNs: number;
  /** The guard: a run that reaches it has failed. */
  readonly limitNs: number;
  /** The defaults of hosts; each host has its own value, too. */
  readonly softirqNs: number;
  readonly wakeupNs: number;
  readonly hosts: readonly PlanHost[];
  readonly lans: readonly PlanLan[];
  /** Which interfaces are written to files; see `matchesGlob`. */
  readonly capture: readonly string[];
  readonly images: readonly PlanImage[];
  readonly steps: readonly PlanStep[];
  readonly flows: readonly PlanFlow[];
}

export interface PlanHost {
  readonly name: string;
  /** Whether it runs an engine; false: a plain Linux machine. */
  readonly docker: boolean;
  /** How its engine is configured. */
  readonly daemon: PlanDaemon;
  /** net.ipv4.ip_forward at boot, before any engine starts. */
  readonly forward: boolean;
  readonly softirqNs: number;
  readonly wakeupNs: number;
  /** In the order of the interface indexes. */
  readonly interfaces: readonly PlanInterface[];
  /** In an order in which `ip route add` takes them, and none of them twice. */
  readonly routes: readonly PlanRoute[];
  readonly gateway?: Ip4 | undefined;
  /** The name servers of its resolv.conf. */
  readonly dns: readonly Ip4[];
  /** `net.ipv4.conf.all.rp_filter` → `0`, set at boot in this order. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** Where the file says so, from 1. */
  readonly line: number;
  readonly col: number;
}

/** Settings of daemon.json. */
export interface PlanDaemon {
  readonly hasUserlandProxy: boolean;
  readonly hasIptables: boolean;
  readonly isIccEnabled: boolean;
  readonly isIpMasqueradeEnabled: boolean;
  /** Dotted, as it stands in daemon.json. */
  readonly hostBindingIp: string;
}

export interface PlanInterface {
  /** `eth0`; unique within the host. */
  readonly name: string;
  readonly lan: string;
  /** None for an interface without an address; the first is the one that the host is known by. */
  readonly addresses: readonly Cidr[];
  /** Unique in the whole plan. */
  readonly mac: Mac;
  readonly mtu: number;
}

/** Exactly as in `ip route add DESTINATION [via VIA] [dev DEV]`: at least one of the two is there. */
export interface PlanRoute {
  readonly destination: Cidr;
  readonly via?: Ip4 | undefined;
  readonly dev?: string | undefined;
}

export interface PlanLan {
  readonly name: string;
  /** Its number k in the file's order, from 0. */
  readonly index: number;
  /** False: one cable between two interfaces. */
  readonly isSwitch: boolean;
  /** Of each cable and direction; 0 = unlimited. */
  readonly rateBitsPerSecond: number;
  readonly delayNs: number;
  readonly queueFrames: number;
  readonly mtu: number;
  /** `ethernet`: max(length, 60) + 24 bytes on the cable; `none`: the bytes only. */
  readonly framing: 'ethernet' | 'fcs' | 'none';
  /** The impairments in netem's words (`loss 1% 25%`), as behind `tc qdisc add … netem`. */
  readonly netem?: string | undefined;
  readonly uplink?: PlanUplink | undefined;
  /** What hangs on the switch, in the order of its ports. */
  readonly members: readonly PlanMember[];
}

/** The cable from this LAN's switch to that of LAN `to`; queue, framing and MTU are this LAN's. */
export interface PlanUplink {
  readonly to: string;
  readonly rateBitsPerSecond: number;
  readonly delayNs: number;
  readonly netem?: string | undefined;
}

export interface PlanMember {
  readonly host: string;
  readonly interfaceName: string;
}

/** An image that the file defines: the servers that run in a container of it. */
export interface PlanImage {
  readonly name: string;
  readonly listen: readonly PlanListener[];
  /** Where the file says so, from 1. */
  readonly line: number;
  readonly col: number;
}

export interface PlanListener {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** The body of an HTTP answer; undefined: an echo server. */
  readonly http?: string | undefined;
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly sizeBytes?: number | undefined;
  readonly delayNs?: number | undefined;
  readonly isKeptAlive?: boolean | undefined;
}

/** What every step has. */
export interface PlanStepCommon {
  /** Not before this time; undefined: as soon as the step before has ended. */
  readonly atNs?: number | undefined;
  /** Text told before the step. */
  readonly note?: string | undefined;
  /** Where the step begins in the file, from 1. */
  readonly line: number;
  readonly col: number;
}

export type PlanStep = PlanRunStep | PlanScriptStep | PlanWaitStep | PlanExpectStep | PlanFaultStep;

export interface PlanRunStep extends PlanStepCommon {
  readonly kind: 'run';
  readonly on: string;
  readonly command: string;
  /** The file's line in which the command begins. */
  readonly commandLine: number;
  readonly background: boolean;
  /** The variable that gets the output in every host's shell. */
  readonly save?: string | undefined;
  readonly expect: PlanExpectation;
  readonly timeoutNs: number;
}

/** Split into commands by the shell, when it runs; each is a step of its own. */
export interface PlanScriptStep extends PlanStepCommon {
  readonly kind: 'script';
  readonly on: string;
  readonly text: string;
  /** The file's line of each line of `text`. */
  readonly textLines: readonly number[];
  /** What each of its commands must exit with. */
  readonly expectExit: number | 'any';
  /** For each of its commands. */
  readonly timeoutNs: number;
}

export interface PlanWaitStep extends PlanStepCommon {
  readonly kind: 'wait';
  readonly waitNs: number;
}

/** Counts the frames that passed the interfaces since the start of the run. */
export interface PlanExpectStep extends PlanStepCommon {
  readonly kind: 'expect';
  /** A glob of interfaces. */
  readonly capture: string;
  /** A capture filter that compiles; empty: every frame. */
  readonly filter: string;
  readonly count: PlanCount;
}

export interface PlanFaultStep extends PlanStepCommon {
  readonly kind: 'fault';
  readonly fault: PlanFault;
}

/** What a `run` must show when it has ended. */
export interface PlanExpectation {
  readonly exit: number | 'any';
  readonly stdout?: PlanMatcher | undefined;
  readonly stderr?: PlanMatcher | undefined;
}

/** A substring, or a regular expression (which compiles, with these flags). */
export type PlanMatcher =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string };

export type CountOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';

export interface PlanCount {
  readonly op: CountOperator;
  readonly value: number;
}

export type PlanFault =
  | { readonly action: 'cut' | 'heal'; readonly host: string; readonly lan: string }
  | { readonly action: 'heal all' }
  | { readonly action: 'partition'; readonly groups: readonly (readonly string[])[] }
  | { readonly action: 'kill' | 'start'; readonly host: string; readonly container?: string | undefined };

/** One end of a flow. Whether the container exists shows only when the flow starts. */
export interface PlanFlowEnd {
  readonly host: string;
  readonly container?: string | undefined;
}

/**
 * Load without a program: datagrams, or one TCP connection that carries `count` pieces. Datagram i of `count` leaves at
 * startNs + i × intervalNs + (i mod number of source ports) × staggerNs, from source port sourcePort + (i mod
 * sourcePortCount).
 */
export interface PlanFlow {
  readonly from: PlanFlowEnd;
  readonly to: PlanFlowEnd;
  readonly protocol: 'udp' | 'tcp';
  readonly port: number;
  /** Payload bytes of each datagram, or of each piece of a stream. */
  readonly sizeBytes: number;
  readonly count: number;
  /** 0 of a stream: as fast as its socket takes it. */
  readonly intervalNs: number;
  readonly startNs: number;
  readonly staggerNs: number;
  /** The first source port; 0: the socket takes an ephemeral one. */
  readonly sourcePort: number;
  readonly sourcePortCount: number;
  /** Datagrams sent first (from each source port) and not counted. */
  readonly warmup: number;
  readonly line: number;
  readonly col: number;
}
