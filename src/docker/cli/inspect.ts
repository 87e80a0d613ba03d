/**
 * `docker inspect` and `docker container inspect`, and the printing that they share with `docker network inspect`. Twin
 * of docker/cli's command/inspect and system/inspect.go.
 */
import { DaemonError } from '../errors.ts';
import { parseReference } from '../images.ts';
import { containerDocument } from '../inspect/container-document.ts';
import type { JsonObject } from '../inspect/json.ts';
import { networkDocument } from '../inspect/network-document.ts';
import type { Client, Command, Lack } from './command.ts';
import { daemonText, daemonTextFor, orRefusal, reportLack } from './command.ts';
import type { Flags } from './flags.ts';
import { TemplateError, UnsupportedTemplateError, executeTemplate, parseTemplate } from './go-template.ts';
import { CONTAINER_INSPECT_FORM } from './options/container.ts';
import { INSPECT_FORM } from './options/system.ts';

const SUPPORTED_TEMPLATES = 'text, {{.A.B}} for a value and {{json .A.B}}';
const JSON_INDENT = 4;

export const INSPECT: Command = {
  ...INSPECT_FORM,
  run: inspectAny,
  lack: (flags) => templateLack('docker inspect', flags),
};

export const CONTAINER_INSPECT: Command = {
  ...CONTAINER_INSPECT_FORM,
  run: inspectContainers,
  lack: (flags) => templateLack('docker container inspect', flags),
};

function inspectContainers(client: Client, flags: Flags): number {
  return inspectAll(client, flags, 'docker container inspect', (term) => {
    const container = orRefusal(() => client.engine.getContainer(term));
    if (container instanceof DaemonError) return daemonTextFor(container, 'container', term);
    return containerDocument(client.engine, container);
  });
}

/** Containers, images, networks, in this order. */
function inspectAny(client: Client, flags: Flags): number {
  const { engine, proc } = client;
  const image = flags.operands.find((term) => isOnlyImage(client, term));
  if (image !== undefined) {
    return reportLack(proc, { name: `docker inspect ${image}`, supported: 'containers and networks, not images' });
  }
  return inspectAll(client, flags, 'docker inspect', (term) => {
    const container = orRefusal(() => engine.getContainer(term));
    if (!(container instanceof DaemonError)) return containerDocument(engine, container);
    if (!container.isNotFound) return daemonText(container);
    const network = engine.findNetwork(term);
    return network === undefined ? `Error: No such object: ${term}` : networkDocument(engine, network);
  });
}

function isOnlyImage(client: Client, term: string): boolean {
  const reference = parseReference(term);
  if (typeof reference === 'string' || client.engine.host.images.find(reference) === undefined) return false;
  return orRefusal(() => client.engine.getContainer(term)) instanceof DaemonError;
}

/** What Dockwire lacks of the template in `--format`. */
export function templateLack(command: string, flags: Flags): Lack | undefined {
  try {
    parseTemplate(flags.text('format') ?? '');
    return undefined;
  } catch (error) {
    if (!(error instanceof UnsupportedTemplateError)) throw error;
    const name = `${command} --format with ${error.message}`;
    return { name, supported: SUPPORTED_TEMPLATES, argIndex: flags.indexOf('format') ?? 0 };
  }
}

/** Prints the document of each operand; `find` gives a document or what is to be said instead. The exit code. */
export function inspectAll(
  client: Client,
  flags: Flags,
  command: string,
  find: (term: string) => JsonObject | string,
): number {
  const found = flags.operands.map(find);
  const documents = found.filter((each) => typeof each !== 'string');
  const errors = found.filter((each) => typeof each === 'string');
  const format = flags.text('format') ?? '';
  if (format === '') {
    client.proc.write(documents.length === 0 ? '[]\n' : `${JSON.stringify(documents, null, JSON_INDENT)}\n`);
    return finish(client, errors);
  }
  return printByTemplate(client, command, format, documents, errors);
}

function printByTemplate(
  client: Client,
  command: string,
  format: string,
  documents: readonly JsonObject[],
  errors: readonly string[],
): number {
  const template = parseTemplate(format);
  const failures = [...errors];
  let text = '';
  try {
    for (const document of documents) {
      const line = orTemplateError(() => executeTemplate(template, document));
      if (line instanceof TemplateError) failures.push(line.message);
      else text += `${line}\n`;
    }
  } catch (error) {
    if (!(error instanceof UnsupportedTemplateError)) throw error;
    const name = `${command} --format with ${error.message}, which is no single value`;
    return reportLack(client.proc, { name, supported: SUPPORTED_TEMPLATES });
  }
  client.proc.write(text === '' ? '\n' : text);
  return finish(client, failures);
}

function orTemplateError(action: () => string): string | TemplateError {
  try {
    return action();
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

function finish(client: Client, errors: readonly string[]): number {
  if (errors.length === 0) return 0;
  client.proc.writeError(`${errors.join('\n')}\n`);
  return 1;
}
