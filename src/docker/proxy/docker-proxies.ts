/** The docker-proxy processes of an engine: one for each port of the host. Twin of libnetwork's portmapper/proxy.go. */
import { formatIp4 } from '../../base/addr.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { ProgramRegistry } from '../../kernel/proc/program-registry.ts';
import type { EngineHost } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { BindWords } from '../ports/host-listeners.ts';
import { HostListeners, bindFault } from '../ports/host-listeners.ts';
import type { PortHolder, PortMapping } from '../ports/port-mapper.ts';
import { PROXY_PATH, dockerProxy, isCarried } from './docker-proxy.ts';

/** What stands before the proxy's own words. */
const PREFIX = 'Error starting userland proxy: ';
const proxyFault: BindWords = (mapping, errno) => PREFIX + bindFault(mapping, errno);

export class DockerProxies implements PortHolder {
  private readonly host: EngineHost;
  private readonly words: BindWords;
  /** What the kernel has no sockets for is kept apart here. */
  private readonly listeners: HostListeners;
  private readonly processes = new Map<string, Process>();

  constructor(host: EngineHost, words: BindWords = proxyFault) {
    this.host = host;
    this.words = words;
    this.listeners = new HostListeners(host.rootNs, words);
  }

  hold(mapping: PortMapping): void {
    if (!this.host.processes.hasRoom) {
      throw new DaemonError(`fork/exec ${PROXY_PATH}: resource temporarily unavailable`);
    }
    if (!isCarried(mapping)) this.listeners.hold(mapping);
    let errno = '';
    const program = dockerProxy(mapping, (reported) => {
      errno = reported;
    });
    const process = this.host.processes.spawn({
      argv: proxyArguments(mapping),
      program,
      ns: this.host.rootNs,
      hostname: this.host.hostName,
      files: this.host.files,
      env: new Map(),
      registry: new ProgramRegistry(),
      stdin: 'null',
      stdout: ignore,
      stderr: ignore,
    });
    if (errno !== '') throw new DaemonError(this.words(mapping, errno));
    this.processes.set(keyOf(mapping), process);
  }

  /** The daemon waits for the process to end; whoever killed it before has done that. */
  release(mapping: PortMapping): void {
    this.processes.get(keyOf(mapping))?.kill('SIGINT');
    this.processes.delete(keyOf(mapping));
    if (!isCarried(mapping)) this.listeners.release(mapping);
  }
}

function proxyArguments({ protocol, hostIp, hostPort, containerIp, port }: PortMapping): string[] {
  const host = ['-proto', protocol, '-host-ip', hostIp, '-host-port', String(hostPort)];
  return [PROXY_PATH, ...host, '-container-ip', formatIp4(containerIp), '-container-port', String(port)];
}

function keyOf({ protocol, hostIp, hostPort }: PortMapping): string {
  return `${protocol} ${hostPort} ${hostIp}`;
}

function ignore(): void {
  // It says nothing that anybody reads.
}
