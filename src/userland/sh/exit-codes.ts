/** Exit codes of POSIX XCU 2.8.2, and dash's for a syntax error, a misused builtin and what else ends a shell. */
export const EXIT_NOT_FOUND = 127;
export const EXIT_CANNOT_FORK = 2;
export const EXIT_MISUSE = 2;
