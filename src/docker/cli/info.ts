/** `docker info`. Twin of docker/cli's system/info.go. */
import { typedValue } from '../inspect/go-document.ts';
import { SYSTEM_INFO } from '../inspect/go-types.ts';
import { infoDocument } from '../inspect/info-document.ts';
import type { JsonObject } from '../inspect/json.ts';
import { TemplateExecError, TemplateParseError } from '../template/errors.ts';
import { Template } from '../template/template.ts';
import type { Client, Command } from './command.ts';
import { bytesSize } from './human-size.ts';
import { swarmLines } from './info-swarm.ts';
import { INFO_FORM } from './options/system.ts';

export const INFO: Command = {
  ...INFO_FORM,
  run: (client, flags) => {
    const format = flags.text('format') ?? '';
    return format === '' ? printAll(client) : printFormat(client, format);
  },
};

const EXIT_BAD_TEMPLATE = 64;

function printFormat({ proc, engine }: Client, format: string): number {
  const document = {
    ...infoDocument(engine),
    ClientInfo: { Debug: false, Context: 'default', Plugins: [], Warnings: null },
  };
  try {
    const template = new Template(format);
    proc.write(`${template.execute(typedValue(document, SYSTEM_INFO))}\n`);
    return 0;
  } catch (error) {
    if (error instanceof TemplateParseError) {
      proc.writeError(`template parsing error: ${error.message}\n`);
      return EXIT_BAD_TEMPLATE;
    }
    if (!(error instanceof TemplateExecError)) throw error;
    proc.write('\n');
    proc.writeError(`${error.message}\n`);
    return 1;
  }
}

function printAll({ proc, engine }: Client): number {
  const info = infoDocument(engine);
  const lines = [
    'Client:',
    ' Context:    default',
    ' Debug Mode: false',
    '',
    'Server:',
    ...serverLines(info),
    ` Swarm: ${engine.swarm.localState}`,
    ...swarmLines(info['Swarm'] as JsonObject),
    ...machineLines(info),
    '',
  ];
  proc.write(`${lines.join('\n')}\n`);
  return 0;
}

function serverLines(info: JsonObject): string[] {
  const plugins = info['Plugins'] as { readonly [type: string]: readonly string[] };
  const driver = info['DriverStatus'] as readonly (readonly [string, string])[];
  return [
    ` Containers: ${info['Containers'] as number}`,
    `  Running: ${info['ContainersRunning'] as number}`,
    `  Paused: ${info['ContainersPaused'] as number}`,
    `  Stopped: ${info['ContainersStopped'] as number}`,
    ` Images: ${info['Images'] as number}`,
    ` Server Version: ${info['ServerVersion'] as string}`,
    ` Storage Driver: ${info['Driver'] as string}`,
    ...driver.map(([name, value]) => `  ${name}: ${value}`),
    ` Logging Driver: ${info['LoggingDriver'] as string}`,
    ` Cgroup Driver: ${info['CgroupDriver'] as string}`,
    ` Cgroup Version: ${info['CgroupVersion'] as string}`,
    ' Plugins:',
    ...['Volume', 'Network', 'Log'].map((type) => `  ${type}: ${plugins[type]!.join(' ')}`),
  ];
}

function machineLines(info: JsonObject): string[] {
  const commitOf = (name: string): string => (info[name] as JsonObject)['ID'] as string;
  return [
    ` Runtimes: ${Object.keys(info['Runtimes'] as JsonObject).join(' ')}`,
    ` Default Runtime: ${info['DefaultRuntime'] as string}`,
    ` Init Binary: ${info['InitBinary'] as string}`,
    ` containerd version: ${commitOf('ContainerdCommit')}`,
    ` runc version: ${commitOf('RuncCommit')}`,
    ` init version: ${commitOf('InitCommit')}`,
    ' Security Options:',
    '  seccomp',
    '   Profile: default',
    ` Kernel Version: ${info['KernelVersion'] as string}`,
    ` Operating System: ${info['OperatingSystem'] as string}`,
    ` OSType: ${info['OSType'] as string}`,
    ` Architecture: ${info['Architecture'] as string}`,
    ` CPUs: ${info['NCPU'] as number}`,
    ` Total Memory: ${bytesSize(info['MemTotal'] as number)}`,
    ` Name: ${info['Name'] as string}`,
    ` ID: ${info['ID'] as string}`,
    ` Docker Root Dir: ${info['DockerRootDir'] as string}`,
    ` Debug Mode: ${JSON.stringify(info['Debug'])}`,
    ` Registry: ${info['IndexServerAddress'] as string}`,
    ' Labels:',
    ` Experimental: ${JSON.stringify(info['ExperimentalBuild'])}`,
    ' Insecure Registries:',
    '  127.0.0.0/8',
    ` Live Restore Enabled: ${JSON.stringify(info['LiveRestoreEnabled'])}`,
  ];
}
