/** Every template of the list beside Docker's own client 20.10, on the same documents. */
import assert from 'node:assert/strict';
import { inspectAll } from '../../../src/docker/cli/inspector.ts';
import type { Found } from '../../../src/docker/cli/inspector.ts';
import type { Client } from '../../../src/docker/cli/command.ts';
import type { Flags } from '../../../src/docker/cli/flags.ts';
import { typedValue } from '../../../src/docker/inspect/go-document.ts';
import { CONTAINER_JSON, NETWORK_RESOURCE } from '../../../src/docker/inspect/go-types.ts';
import { Template } from '../../../src/docker/template/template.ts';
import { RealClient } from '../real-client.ts';
import { CONTAINER, NETWORK } from './documents.ts';
import { CONTAINER_TEMPLATES, MULTI_LINE_TEMPLATES, NETWORK_TEMPLATES } from './templates.ts';

interface Printed {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Between templates that are printed at once, because a client takes its time to start. */
const SEPARATOR = '\n==next==\n';
const AT_ONCE = 24;

function printed(found: Found, format: string): Printed {
  const answer = { stdout: '', stderr: '' };
  const proc = {
    write: (text: string) => {
      answer.stdout += text;
    },
    writeError: (text: string) => {
      answer.stderr += text;
    },
  };
  const flags = { text: () => format, operands: ['x'] } as unknown as Flags;
  return { exit: inspectAll({ proc } as unknown as Client, flags, () => found), ...answer };
}

/** Addresses in memory are nobody's to know. */
function comparable(answer: Printed): Printed {
  return { ...answer, stdout: answer.stdout.replaceAll(/0xc[0-9a-f]{9}/g, '0xc…') };
}

/** Templates that work on the typed document and define nothing, joined; the others as they are. */
function batches({ document, type }: Found, templates: readonly string[]): string[] {
  const value = typedValue(document, type);
  const isPlain = (format: string): boolean => {
    try {
      new Template(format).execute(value);
      return !/define|block/.test(format);
    } catch {
      return false;
    }
  };
  const plain = templates.filter(isPlain);
  const joined: string[] = [];
  for (let i = 0; i < plain.length; i += AT_ONCE) joined.push(plain.slice(i, i + AT_ONCE).join(SEPARATOR));
  return [...joined, ...templates.filter((each) => !plain.includes(each))];
}

describe('templates of docker inspect', () => {
  let client: RealClient;

  before(async function () {
    client = new RealClient(this, { '/containers/x/json': CONTAINER, '/networks/x': NETWORK });
    await client.open();
  });

  after(() => {
    // Not there where the client was not found.
    (client as RealClient | undefined)?.close();
  });

  async function compare(found: Found, command: string, templates: readonly string[]): Promise<void> {
    const formats = batches(found, templates);
    const answers = await client.askAll(formats.map((format) => [command, 'inspect', '-f', format, 'x']));
    formats.forEach((format, i) => {
      const { exit, stdout, stderr } = answers[i]!;
      assert.deepEqual(comparable(printed(found, format)), comparable({ exit, stdout, stderr }), format);
    });
  }

  it('print a container, or complain of it, as the real client does', async () => {
    await compare({ document: CONTAINER, type: CONTAINER_JSON }, 'container', CONTAINER_TEMPLATES);
  });

  it('name lines and columns as the real client does', async () => {
    await compare({ document: CONTAINER, type: CONTAINER_JSON }, 'container', MULTI_LINE_TEMPLATES);
  });

  it('print a network, or complain of it, as the real client does', async () => {
    await compare({ document: NETWORK, type: NETWORK_RESOURCE }, 'network', NETWORK_TEMPLATES);
  });
});
