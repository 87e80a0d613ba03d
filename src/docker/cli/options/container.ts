/** The forms of the commands for containers that there are already. */
import type { CommandForm } from './form.ts';
import { commandForm } from './form.ts';

export const ATTACH_FORM = commandForm({
  path: 'attach',
  usage: '[OPTIONS] CONTAINER',
  summary: 'Attach local standard input, output, and error streams to a running container',
  operands: [1, 1],
  options: `
  !     --detach-keys string  Override the key sequence for detaching a container
  +     --no-stdin            Do not attach STDIN
  +     --sig-proxy           Proxy all received signals to the process (default true)
  `,
});

export const COMMIT_FORM = commandForm({
  path: 'commit',
  usage: '[OPTIONS] CONTAINER [REPOSITORY[:TAG]]',
  summary: "Create a new image from a container's changes",
  operands: [1, 2],
  isInterspersed: false,
  options: `
  ! -a, --author string   Author (e.g., "John Hannibal Smith <hannibal@a-team.com>")
  ! -c, --change list     Apply Dockerfile instruction to the created image
  ! -m, --message string  Commit message
  ! -p, --pause           Pause container during commit (default true)
  `,
});

export const CP_FORM = commandForm({
  path: 'cp',
  usage: ['[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-', 'docker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH'].join(
    '\n\t',
  ),
  summary: 'Copy files/folders between a container and the local filesystem',
  description: `Copy files/folders between a container and the local filesystem

Use '-' as the source to read a tar archive from stdin
and extract it to a directory destination in a container.
Use '-' as the destination to stream a tar archive of a
container source to stdout.`,
  operands: [2, 2],
  options: `
  ! -a, --archive      Archive mode (copy all uid/gid information)
  ! -L, --follow-link  Always follow symbol link in SRC_PATH
  `,
});

export const DIFF_FORM = commandForm({
  path: 'diff',
  usage: 'CONTAINER',
  summary: "Inspect changes to files or directories on a container's filesystem",
  operands: [1, 1],
});

export const EXEC_FORM = commandForm({
  path: 'exec',
  usage: '[OPTIONS] CONTAINER COMMAND [ARG...]',
  summary: 'Run a command in a running container',
  operands: [2, Infinity],
  isInterspersed: false,
  options: `
  + -d, --detach              Detached mode: run command in the background
  !     --detach-keys string  Override the key sequence for detaching a container
  + -e, --env list            Set environment variables
  !     --env-file list       Read in a file of environment variables
  + -i, --interactive         Keep STDIN open even if not attached
  !     --privileged          Give extended privileges to the command
  + -t, --tty                 Allocate a pseudo-TTY
  + -u, --user string         Username or UID (format: <name|uid>[:<group|gid>])
  + -w, --workdir string      Working directory inside the container
  `,
});

export const EXPORT_FORM = commandForm({
  path: 'export',
  usage: '[OPTIONS] CONTAINER',
  summary: "Export a container's filesystem as a tar archive",
  operands: [1, 1],
  options: `
  ! -o, --output string  Write to a file, instead of STDOUT
  `,
});

export const KILL_FORM = commandForm({
  path: 'kill',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  summary: 'Kill one or more running containers',
  operands: [1, Infinity],
  options: `
  + -s, --signal string  Signal to send to the container (default "KILL")
  `,
});

export const LOGS_FORM = commandForm({
  path: 'logs',
  usage: '[OPTIONS] CONTAINER',
  summary: 'Fetch the logs of a container',
  operands: [1, 1],
  options: `
  +     --details       Show extra details provided to logs
  + -f, --follow        Follow log output
  +     --since string  Show logs since timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)
  + -n, --tail string   Number of lines to show from the end of the logs (default "all")
  + -t, --timestamps    Show timestamps
  +     --until string  Show logs before a timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)
  `,
});

export const PAUSE_FORM = commandForm({
  path: 'pause',
  usage: 'CONTAINER [CONTAINER...]',
  summary: 'Pause all processes within one or more containers',
  operands: [1, Infinity],
});

export const PORT_FORM = commandForm({
  path: 'port',
  usage: 'CONTAINER [PRIVATE_PORT[/PROTO]]',
  summary: 'List port mappings or a specific mapping for the container',
  operands: [1, 2],
});

export const PS_FORM = commandForm({
  path: 'ps',
  usage: '[OPTIONS]',
  summary: 'List containers',
  operands: [0, 0],
  options: `
  + -a, --all            Show all containers (default shows just running)
  + -f, --filter filter  Filter output based on conditions provided
  +     --format string  Pretty-print containers using a Go template
  + -n, --last int       Show n last created containers (includes all states) (default -1)
  + -l, --latest         Show the latest created container (includes all states)
  +     --no-trunc       Don't truncate output
  + -q, --quiet          Only display container IDs
  + -s, --size           Display total file sizes
  `,
});

export const RENAME_FORM = commandForm({
  path: 'rename',
  usage: 'CONTAINER NEW_NAME',
  summary: 'Rename a container',
  operands: [2, 2],
});

export const RESTART_FORM = commandForm({
  path: 'restart',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  summary: 'Restart one or more containers',
  operands: [1, Infinity],
  options: `
  + -t, --time int  Seconds to wait for stop before killing the container (default 10)
  `,
});

export const RM_FORM = commandForm({
  path: 'rm',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  summary: 'Remove one or more containers',
  operands: [1, Infinity],
  options: `
  + -f, --force    Force the removal of a running container (uses SIGKILL)
  + -l, --link     Remove the specified link
  + -v, --volumes  Remove anonymous volumes associated with the container
  `,
});

export const START_FORM = commandForm({
  path: 'start',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  summary: 'Start one or more stopped containers',
  operands: [1, Infinity],
  options: `
  + -a, --attach              Attach STDOUT/STDERR and forward signals
  !     --detach-keys string  Override the key sequence for detaching a container
  + -i, --interactive         Attach container's STDIN
  `,
  hidden: `
  x     --checkpoint string
  x     --checkpoint-dir string
  `,
});

export const STATS_FORM = commandForm({
  path: 'stats',
  usage: '[OPTIONS] [CONTAINER...]',
  summary: 'Display a live stream of container(s) resource usage statistics',
  operands: [0, Infinity],
  options: `
  ! -a, --all            Show all containers (default shows just running)
  !     --format string  Pretty-print images using a Go template
  !     --no-stream      Disable streaming stats and only pull the first result
  !     --no-trunc       Do not truncate output
  `,
});

export const STOP_FORM = commandForm({
  path: 'stop',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  summary: 'Stop one or more running containers',
  operands: [1, Infinity],
  options: `
  + -t, --time int  Seconds to wait for stop before killing it (default 10)
  `,
});

export const TOP_FORM = commandForm({
  path: 'top',
  usage: 'CONTAINER [ps OPTIONS]',
  summary: 'Display the running processes of a container',
  operands: [1, Infinity],
  isInterspersed: false,
});

export const UNPAUSE_FORM = commandForm({
  path: 'unpause',
  usage: 'CONTAINER [CONTAINER...]',
  summary: 'Unpause all processes within one or more containers',
  operands: [1, Infinity],
});

export const UPDATE_FORM = commandForm({
  path: 'update',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  summary: 'Update configuration of one or more containers',
  operands: [1, Infinity],
  options: `
  !     --blkio-weight uint16       Block IO (relative weight), between 10 and 1000, or 0 to disable (default 0)
  !     --cpu-period int            Limit CPU CFS (Completely Fair Scheduler) period
  !     --cpu-quota int             Limit CPU CFS (Completely Fair Scheduler) quota
  !     --cpu-rt-period int         Limit the CPU real-time period in microseconds
  !     --cpu-rt-runtime int        Limit the CPU real-time runtime in microseconds
  ! -c, --cpu-shares int            CPU shares (relative weight)
  !     --cpus decimal              Number of CPUs
  !     --cpuset-cpus string        CPUs in which to allow execution (0-3, 0,1)
  !     --cpuset-mems string        MEMs in which to allow execution (0-3, 0,1)
  !     --kernel-memory bytes       Kernel memory limit
  ! -m, --memory bytes              Memory limit
  !     --memory-reservation bytes  Memory soft limit
  !     --memory-swap bytes         Swap limit equal to memory plus swap: '-1' to enable unlimited swap
  !     --pids-limit int            Tune container pids limit (set -1 for unlimited)
  !     --restart string            Restart policy to apply when a container exits
  `,
});

export const WAIT_FORM = commandForm({
  path: 'wait',
  usage: 'CONTAINER [CONTAINER...]',
  summary: 'Block until one or more containers stop, then print their exit codes',
  operands: [1, Infinity],
});

export const CONTAINER_INSPECT_FORM = commandForm({
  path: 'container inspect',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  summary: 'Display detailed information on one or more containers',
  operands: [1, Infinity],
  options: `
  + -f, --format string  Format the output using the given Go template
  + -s, --size           Display total file sizes
  `,
});

export const CONTAINER_PRUNE_FORM = commandForm({
  path: 'container prune',
  usage: '[OPTIONS]',
  summary: 'Remove all stopped containers',
  operands: [0, 0],
  options: `
  +     --filter filter  Provide filter values (e.g. 'until=<timestamp>')
  + -f, --force          Do not prompt for confirmation
  `,
});

export const CONTAINER_FORMS: readonly CommandForm[] = [
  ATTACH_FORM,
  COMMIT_FORM,
  CP_FORM,
  DIFF_FORM,
  EXEC_FORM,
  EXPORT_FORM,
  KILL_FORM,
  LOGS_FORM,
  PAUSE_FORM,
  PORT_FORM,
  PS_FORM,
  RENAME_FORM,
  RESTART_FORM,
  RM_FORM,
  START_FORM,
  STATS_FORM,
  STOP_FORM,
  TOP_FORM,
  UNPAUSE_FORM,
  UPDATE_FORM,
  WAIT_FORM,
  CONTAINER_INSPECT_FORM,
  CONTAINER_PRUNE_FORM,
];
