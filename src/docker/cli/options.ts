/** The options of Docker's commands: which there are, what they take, and which of them Dockwire knows. */

export type OptionKind = 'bool' | 'string' | 'list' | 'int';

export interface Option {
  readonly long: string;
  /** One letter, or empty. */
  readonly short: string;
  readonly kind: OptionKind;
  /** Whether it does here what it does in Docker. */
  readonly isSupported: boolean;
  /** The option whose value it sets: itself, unless it is another spelling (`--net`). */
  readonly sets: string;
}

/** An option that Dockwire knows, e.g. `option('bool', 'detach', 'd')`. */
export function option(kind: OptionKind, long: string, short = '', sets = long): Option {
  return { long, short, kind, isSupported: true, sets };
}

/**
 * Options that the real command has and Dockwire lacks, written as in `"a,attach= privileged"`: the short letter and a
 * comma if there is one, and `=` behind those that take a value.
 */
export function laterOptions(names: string): Option[] {
  return names.trim().split(/\s+/).map(laterOption);
}

function laterOption(text: string): Option {
  const name = text.replace('=', '');
  const comma = name.indexOf(',');
  const long = name.slice(comma + 1);
  return {
    long,
    short: name.slice(0, Math.max(comma, 0)),
    kind: text === name ? 'bool' : 'string',
    isSupported: false,
    sets: long,
  };
}

/** The supported ones as people type them, for messages. */
export function supportedNames(options: readonly Option[]): string {
  const names = options.filter((each) => each.isSupported && each.sets === each.long).map((each) => `--${each.long}`);
  return names.length === 0 ? 'no option' : names.sort((left, right) => (left < right ? -1 : 1)).join(', ');
}

const HELP_WITH_SHORT = laterOptions('h,help');

export const NETWORK_LS_OPTIONS: readonly Option[] = [
  option('bool', 'quiet', 'q'),
  option('bool', 'no-trunc'),
  ...laterOptions('f,filter= format='),
  ...HELP_WITH_SHORT,
];

export const NETWORK_INSPECT_OPTIONS: readonly Option[] = [
  option('string', 'format', 'f'),
  ...laterOptions('v,verbose'),
  ...HELP_WITH_SHORT,
];

export const INSPECT_OPTIONS: readonly Option[] = [
  option('string', 'format', 'f'),
  ...laterOptions('s,size type='),
  ...HELP_WITH_SHORT,
];

export const CONTAINER_INSPECT_OPTIONS: readonly Option[] = [
  option('string', 'format', 'f'),
  ...laterOptions('s,size'),
  ...HELP_WITH_SHORT,
];

export const PS_OPTIONS: readonly Option[] = [
  option('bool', 'all', 'a'),
  option('bool', 'quiet', 'q'),
  option('bool', 'no-trunc'),
  ...laterOptions('f,filter= format= n,last= l,latest s,size'),
  ...HELP_WITH_SHORT,
];

/** `--volumes` is no wish: these containers have no anonymous volumes that could stay. */
export const RM_OPTIONS: readonly Option[] = [
  option('bool', 'force', 'f'),
  option('bool', 'volumes', 'v'),
  ...laterOptions('l,link'),
  ...HELP_WITH_SHORT,
];

export const START_OPTIONS: readonly Option[] = [
  ...laterOptions('a,attach i,interactive checkpoint= checkpoint-dir= detach-keys='),
  ...HELP_WITH_SHORT,
];

export const STOP_OPTIONS: readonly Option[] = [option('int', 'time', 't'), ...HELP_WITH_SHORT];

export const EXEC_OPTIONS: readonly Option[] = [
  option('bool', 'detach', 'd'),
  option('bool', 'interactive', 'i'),
  option('bool', 'tty', 't'),
  ...laterOptions('detach-keys= e,env= env-file= privileged u,user= w,workdir='),
  ...HELP_WITH_SHORT,
];

/** `-h` is the host name here. */
export const RUN_OPTIONS: readonly Option[] = [
  option('bool', 'detach', 'd'),
  option('string', 'hostname', 'h'),
  option('bool', 'interactive', 'i'),
  option('string', 'name'),
  option('list', 'network'),
  option('list', 'net', '', 'network'),
  option('bool', 'rm'),
  option('bool', 'tty', 't'),
  ...laterOptions(`
    add-host= a,attach= blkio-weight= blkio-weight-device= cap-add= cap-drop= cgroup-parent= cgroupns= cidfile=
    cpu-count= cpu-percent= cpu-period= cpu-quota= cpu-rt-period= cpu-rt-runtime= c,cpu-shares= cpus= cpuset-cpus=
    cpuset-mems= detach-keys= device= device-cgroup-rule= device-read-bps= device-read-iops= device-write-bps=
    device-write-iops= disable-content-trust dns= dns-opt= dns-option= dns-search= domainname= entrypoint= e,env=
    env-file= expose= gpus= group-add= health-cmd= health-interval= health-retries= health-start-period=
    health-timeout= help init io-maxbandwidth= io-maxiops= ip= ip6= ipc= isolation= kernel-memory= l,label=
    label-file= link= link-local-ip= log-driver= log-opt= mac-address= m,memory= memory-reservation= memory-swap=
    memory-swappiness= mount= net-alias= network-alias= no-healthcheck oom-kill-disable oom-score-adj= pid=
    pids-limit= platform= privileged p,publish= P,publish-all pull= read-only restart= runtime= security-opt=
    shm-size= sig-proxy stop-signal= stop-timeout= storage-opt= sysctl= tmpfs= ulimit= u,user= userns= uts=
    v,volume= volume-driver= volumes-from= w,workdir=`),
];
