/** What poll(2) says of a TCP socket beside POLLIN and POLLOUT. */
import type { Waitable } from '../kernel/proc/wait.ts';
import type { TcpSocket } from '../kernel/socket/tcp/tcp-socket.ts';
import { SHUTDOWN_MASK, TCP_CLOSE } from '../kernel/socket/tcp/tcp-states.ts';

/** POLLERR: the connection has failed. */
export function hasFailed(socket: TcpSocket): boolean {
  return socket.sk !== null && socket.sk.error !== '';
}

/** POLLHUP: nothing goes either way any more. */
export function hasHungUp(socket: TcpSocket): boolean {
  const { sk } = socket;
  return sk === null || sk.shutdown === SHUTDOWN_MASK || sk.state === TCP_CLOSE;
}

/** To wait until one of the two is true, as poll(2) does for a descriptor of which nothing is asked. */
export function hangUpOf(socket: TcpSocket): Waitable {
  return {
    isReady: () => hasFailed(socket) || hasHungUp(socket),
    addWaiter: (waiter) => {
      socket.readWaiters.add(waiter);
    },
    removeWaiter: (waiter) => {
      socket.readWaiters.remove(waiter);
    },
  };
}
