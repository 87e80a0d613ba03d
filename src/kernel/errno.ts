/**
 * Error numbers by name, as system calls return them, and the texts that tools print for them (strerror of the
 * GNU C library). The empty name is success.
 */
const TEXTS = {
  '': 'Success',
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  EBADF: 'Bad file descriptor',
  EAGAIN: 'Resource temporarily unavailable',
  EACCES: 'Permission denied',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  ENODEV: 'No such device',
  ENXIO: 'No such device or address',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EINVAL: 'Invalid argument',
  ENOSPC: 'No space left on device',
  ERANGE: 'Numerical result out of range',
  ELOOP: 'Too many levels of symbolic links',
  ESRCH: 'No such process',
  ENOPROTOOPT: 'Protocol not available',
  EPIPE: 'Broken pipe',
  EPROTO: 'Protocol error',
  EOVERFLOW: 'Value too large for defined data type',
  EMSGSIZE: 'Message too long',
  EOPNOTSUPP: 'Operation not supported',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ENETDOWN: 'Network is down',
  ENETUNREACH: 'Network is unreachable',
  ENONET: 'Machine is not on the network',
  ENOBUFS: 'No buffer space available',
  ENOTCONN: 'Transport endpoint is not connected',
  EDESTADDRREQ: 'Destination address required',
  ECONNREFUSED: 'Connection refused',
  EISCONN: 'Transport endpoint is already connected',
  ECONNABORTED: 'Software caused connection abort',
  ECONNRESET: 'Connection reset by peer',
  ETIMEDOUT: 'Connection timed out',
  EALREADY: 'Operation already in progress',
  EINPROGRESS: 'Operation now in progress',
  EHOSTDOWN: 'Host is down',
  EHOSTUNREACH: 'No route to host',
} as const;

export type Errno = keyof typeof TEXTS;

/** strerror(3). */
export function errorText(errno: Errno): string {
  return TEXTS[errno];
}

/** The numbers of x86 and arm64 (asm-generic/errno.h). */
const NUMBERS: Readonly<Record<Errno, number>> = {
  '': 0,
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  ENXIO: 6,
  EBADF: 9,
  EAGAIN: 11,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENOSPC: 28,
  EPIPE: 32,
  ERANGE: 34,
  ELOOP: 40,
  ENONET: 64,
  EPROTO: 71,
  EOVERFLOW: 75,
  EDESTADDRREQ: 89,
  EMSGSIZE: 90,
  ENOPROTOOPT: 92,
  EOPNOTSUPP: 95,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ENETDOWN: 100,
  ENETUNREACH: 101,
  ENOBUFS: 105,
  ECONNABORTED: 103,
  ECONNRESET: 104,
  EISCONN: 106,
  ENOTCONN: 107,
  ETIMEDOUT: 110,
  EALREADY: 114,
  EINPROGRESS: 115,
  ECONNREFUSED: 111,
  EHOSTDOWN: 112,
  EHOSTUNREACH: 113,
};

/** As the system call counts it, without its sign. */
export function errnoNumber(errno: Errno): number {
  return NUMBERS[errno];
}
