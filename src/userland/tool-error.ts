/** How an emulated tool gives up: with the real tool's words on standard error, and its exit code. */
export class ToolError extends Error {
  readonly exitCode: number;

  /** `message` is all that is written, without the last newline. */
  constructor(message: string, exitCode: number) {
    super(message);
    this.name = 'ToolError';
    this.exitCode = exitCode;
  }
}
