/**
 * What runs on a host beside its kernel: its files, its programs, its login shell and, unless the plan says otherwise,
 * its engine. The one place where userland and docker meet.
 */
import { formatIp4 } from '../base/addr.ts';
import { unreachable } from '../base/assert.ts';
import type { Ip4 } from '../base/addr.ts';
import { Engine } from '../docker/engine.ts';
import { dockerProgram, dockerProgramToCheck } from '../docker/cli/docker.ts';
import type { EngineHost, EngineOptions } from '../docker/engine.ts';
import { engineVersion } from '../docker/engine-version.ts';
import type { ImageStore } from '../docker/images.ts';
import type { Host } from '../kernel/host.ts';
import type { Netns } from '../kernel/netns.ts';
import { Files } from '../kernel/proc/files.ts';
import { ProgramRegistry } from '../kernel/proc/program-registry.ts';
import { onLinkNetworks } from '../kernel/show/on-link-networks.ts';
import { hostPrograms } from '../userland/registry.ts';
import { Timer } from '../sim/timer.ts';
import { Shell } from '../userland/sh/shell.ts';
import type { Plan, PlanHost } from './plan.ts';
import type { CaptureStore } from './watch.ts';

export interface HostSetup {
  readonly host: Host;
  readonly files: Files;
  readonly registry: ProgramRegistry;
  readonly shell: Shell;
  /** Null on a plain Linux machine. */
  readonly engine: Engine | null;
}

/** What every host has; nobody adds to it. */
const HOST_PROGRAMS = hostPrograms();

/** The programs of a host as `check` knows them: those that the run will have, before there is an engine. */
export function checkedPrograms(planned: PlanHost, images: ImageStore): ProgramRegistry {
  const registry = new ProgramRegistry(HOST_PROGRAMS);
  if (planned.docker) {
    registry.add({
      ...dockerProgramToCheck(images),
      run: () => unreachable('a registry for checking runs nothing'),
    });
  }
  return registry;
}

export function setUpHost(
  plan: Plan,
  planned: PlanHost,
  host: Host,
  images: ImageStore,
  store: CaptureStore | null = null,
  engineOptions: EngineOptions = {},
): HostSetup {
  const files = hostFiles(plan, planned, store);
  host.isBooting = true;
  const options = { version: plan.engine, ...planned.daemon, ...engineOptions };
  if (planned.docker && engineVersion(plan.engine).loadsBridgeNetfilter) forgetBridgeNetfilter(host, planned);
  const engine = planned.docker ? startEngine(host, { files, images, softirqNs: planned.softirqNs }, options) : null;
  host.isBooting = false;
  const registry = new ProgramRegistry(HOST_PROGRAMS);
  if (engine !== null) registry.add(dockerProgram(engine));
  const shell = new Shell({
    processes: host.processes,
    registry,
    ns: host.rootNs,
    files,
    hostname: host.name,
  });
  return { host, files, registry, shell, engine };
}

function startEngine(
  host: Host,
  own: Pick<EngineHost, 'files' | 'images' | 'softirqNs'>,
  options: EngineOptions,
): Engine {
  const machine: EngineHost = {
    hostName: host.name,
    door: host.admin,
    processes: host.processes,
    clock: host.sched,
    epochSeconds: host.epochSeconds,
    rng: host.rng.fork('engine'),
    ...own,
    rootNs: host.rootNs,
    namespaces: host.namespaces,
    hostNetworks: () => onLinkNetworks(host.rootNs),
    after: (delayNs, action) => callLater(host, delayNs, action),
    newTimer: (expired) => new Timer(host.sched, host.source, expired),
  };
  return new Engine(machine, options);
}

/** A machine on which nobody has loaded br_netfilter yet, as far as that can be seen: its bridges ask no rules. */
function forgetBridgeNetfilter(host: Host, planned: PlanHost): void {
  const name = 'net.bridge.bridge-nf-call-iptables';
  if (!(name in planned.sysctls)) host.admin.run(host.rootNs, ['sysctl', '-w', `${name}=0`]);
}

function callLater(host: Host, delayNs: number, action: () => void): () => void {
  const timer = new Timer(host.sched, host.source, () => {
    timer.dispose();
    action();
  });
  timer.arm(delayNs);
  return () => {
    timer.dispose();
  };
}

/** Where a login shell begins: what is written there lies at the top of the host's folder. */
const HOME = /^\/root(?=\/)/;

/** What programs write as bytes lies under `files/HOST` of the run's folder. */
function hostFiles(plan: Plan, planned: PlanHost, store: CaptureStore | null): Files {
  const files = new Files(
    store === null ? null : (path) => store.open(`files/${planned.name}${path.replace(HOME, '')}`),
  );
  const lines = ['127.0.0.1\tlocalhost'];
  for (const other of plan.hosts) {
    const address = addressOf(other);
    if (address !== undefined) lines.push(`${formatIp4(address)}\t${other.name}`);
  }
  files.write('/etc/hosts', `${lines.join('\n')}\n`);
  files.write('/etc/hostname', `${planned.name}\n`);
  files.write('/etc/resolv.conf', planned.dns.map((ip) => `nameserver ${formatIp4(ip)}\n`).join(''));
  return files;
}

/** The address that a host is known by. */
export function addressOf(host: PlanHost): Ip4 | undefined {
  for (const nic of host.interfaces) if (nic.addresses[0] !== undefined) return nic.addresses[0].address;
  return undefined;
}

/** A host's namespace, or that of a container on it by its name; undefined while there is none. */
export function namespaceOf(setup: HostSetup, container: string | undefined): Netns | undefined {
  if (container === undefined) return setup.host.rootNs;
  const label = `${setup.host.name}/${container}`;
  for (const ns of setup.host.namespaces.values()) if (ns.label === label) return ns;
  return undefined;
}

/** The first address of a namespace's interfaces other than lo. */
export function firstAddressOf(ns: Netns): Ip4 | undefined {
  for (const dev of ns.listDevices()) if (!dev.isLoopback && dev.addresses.length > 0) return dev.addresses[0]!.address;
  return undefined;
}
