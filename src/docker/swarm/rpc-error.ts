/** Refusals of managers as gRPC words them. */
import { DaemonError } from '../errors.ts';

/** The codes of gRPC that swarmkit uses. */
export type RpcCode =
  | 'AlreadyExists'
  | 'FailedPrecondition'
  | 'InvalidArgument'
  | 'NotFound'
  | 'PermissionDenied'
  | 'Unavailable'
  | 'Unimplemented'
  | 'Unknown';

/** `rpc error: code = NotFound desc = node x not found`. */
export class RpcError extends DaemonError {
  readonly code: RpcCode;
  readonly description: string;

  constructor(code: RpcCode, description: string) {
    super(`rpc error: code = ${code} desc = ${description}`);
    this.name = 'RpcError';
    this.code = code;
    this.description = description;
  }
}
