/**
 * Docker's own client 20.10 before an engine that only writes down what it is asked to create: what the client refuses,
 * and what it makes of a command line. Tests of one file share one engine.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Skippable } from '../machine.ts';

export interface ClientAnswer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The body of the request to create a container, null if the client made none. */
  readonly created: CreateBody | null;
}

export interface CreateBody {
  readonly ExposedPorts: Record<string, object> | null;
  readonly HostConfig: { readonly PortBindings: Record<string, { HostIp: string; HostPort: string }[]> | null };
}

const NOTED = 'noted: ';

export class RealClient {
  private readonly path: string;
  private readonly folder: string;
  private readonly server: Server;

  /**
   * Skips the test with a line where there is no such client. `answers` is what the engine says to requests of a path,
   * by a part of it; to all others it says `{}`.
   */
  constructor(test: Skippable, answers: Readonly<Record<string, unknown>> = {}) {
    this.path = findClient(test);
    this.folder = mkdtempSync(join(tmpdir(), 'dockwire-client-'));
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const isPost = request.method === 'POST';
        response.writeHead(isPost ? 400 : 200, { 'Api-Version': '1.41', 'Content-Type': 'application/json' });
        const part = Object.keys(answers).find((each) => request.url!.includes(each));
        const answer = part === undefined ? {} : answers[part];
        response.end(JSON.stringify(isPost ? { message: NOTED + body } : answer));
      });
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(join(this.folder, 'docker.sock'), resolve));
  }

  close(): void {
    this.server.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Runs `docker …`. */
  async ask(args: readonly string[]): Promise<ClientAnswer> {
    const env = { DOCKER_HOST: `unix://${this.folder}/docker.sock`, HOME: this.folder };
    return new Promise((resolve) => {
      execFile(this.path, args, { env, encoding: 'utf8' }, (error, stdout, stderr) => {
        const noted = stderr.indexOf(NOTED);
        const created = noted < 0 ? null : (JSON.parse(stderr.slice(noted + NOTED.length)) as CreateBody);
        resolve({ exit: error === null ? 0 : Number(error.code), stdout, stderr, created });
      });
    });
  }

  /** Asks several things at a time; answers in the order of the questions. */
  async askAll(lines: readonly (readonly string[])[]): Promise<ClientAnswer[]> {
    const answers: ClientAnswer[] = [];
    const queue = [...lines.entries()];
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift())
        answers[next[0]] = await this.ask(next[1]);
    };
    await Promise.all(Array.from({ length: 4 }, work));
    assert.equal(answers.length, lines.length);
    return answers;
  }
}

function findClient(test: Skippable): string {
  const found = ['docker', '/usr/bin/docker'].find((path) => {
    // What is not there prints null.
    const { stdout, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8' });
    return `${stdout}${stderr}`.includes(' 20.10.');
  });
  if (found !== undefined) return found;
  console.log('      skipped: there is no docker client 20.10');
  return test.skip();
}
