/** What `dockwire run` tells on the terminal: each command with its answer, and what came of it. */
import type { RunResult, StepResult } from '../scenario/result.ts';
import type { Task } from '../scenario/tasks.ts';
import type { Environment } from './environment.ts';

const BOLD = '1';
const RED = '31';
const GREEN = '32';
const DIM = '2';

export class Story {
  private readonly env: Environment;
  /** The last output did not end its line. */
  private isMidLine = false;
  /** Lines without a gap behind them stand above. */
  private needsGap = false;

  constructor(env: Environment) {
    this.env = env;
  }

  title(text: string): void {
    this.env.out(`${this.paint(BOLD, text)}\n\n`);
  }

  /** A task begins: its note and the line that is typed. */
  begin(task: Task): void {
    if (task.note !== undefined || task.kind === 'command') this.gap();
    if (task.note !== undefined) this.env.out(`${wrap(task.note.trim(), 100)}\n`);
    if (task.kind !== 'command') return;
    const prompt = this.paint(BOLD, `${task.on}>`);
    this.env.out(`${prompt} ${task.command.trimEnd()}${task.background ? ' &' : ''}\n`);
  }

  /** What programs print, as they print it. */
  output(text: string): void {
    this.env.out(text);
    if (text !== '') this.isMidLine = !text.endsWith('\n');
  }

  /** A task has ended: whether it is as expected. */
  end(task: Task, result: StepResult): void {
    this.endLine();
    if (task.kind === 'expect' && result.ok) {
      this.env.out(`${this.paint(GREEN, 'ok')} ${result.run}\n`);
    }
    if (task.kind === 'fault') this.env.out(`${this.paint(BOLD, result.run)}\n`);
    if (!result.ok) this.env.out(`${this.paint(RED, `line ${result.line}: ${result.problem ?? 'failed'}`)}\n`);
    if (task.kind === 'command') this.env.out('\n');
    this.needsGap = task.kind !== 'command';
  }

  private gap(): void {
    if (this.needsGap) this.env.out('\n');
    this.needsGap = false;
  }

  private endLine(): void {
    if (this.isMidLine) this.env.out('\n');
    this.isMidLine = false;
  }

  /** The last lines: books, files, verdict. */
  summary(result: RunResult, folder: string | null, wallMs: number): void {
    this.gap();
    for (const problem of result.problems) this.env.out(`${this.paint(RED, problem)}\n`);
    const { sent, delivered, dropped, inFlight } = result.frames;
    const drops = Object.entries(dropped).map(([reason, count]) => `${count} ${reason}`);
    const dropText = drops.length === 0 ? 'none dropped' : `dropped: ${drops.join(', ')}`;
    this.env.out(
      `${(result.virtualNs / 1e9).toFixed(6)} s of virtual time in ${Math.round(wallMs)} ms. ` +
        `Frames: ${sent} sent, ${delivered} delivered, ${dropText}, ${inFlight} in flight.\n`,
    );
    if (result.traceHash !== null) this.env.out(`traceHash ${result.traceHash}\n`);
    if (folder !== null && result.captures.length > 0) this.files(result, folder);
    const verdict = result.ok ? this.paint(GREEN, 'all met') : this.paint(RED, `failed (${result.ended})`);
    this.env.out(`${result.scenario}: ${verdict}\n`);
  }

  private files(result: RunResult, folder: string): void {
    this.env.out(`Captures in ${folder}: capture.pcapng holds all of them; one by one:\n`);
    for (const capture of result.captures) {
      this.env.out(this.paint(DIM, `  ${capture.file.padEnd(36)} ${capture.frames} frames\n`));
    }
  }

  private paint(code: string, text: string): string {
    return this.env.color ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

function wrap(text: string, width: number): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line);
        line = '';
      }
      line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines.map((line) => (line === '' ? '' : `# ${line}`)).join('\n');
}
