/** The forms of the commands for images. */
import type { CommandForm } from './form.ts';
import { atPath, commandForm } from './form.ts';

export const BUILD_FORM = commandForm({
  path: 'build',
  usage: '[OPTIONS] PATH | URL | -',
  summary: 'Build an image from a Dockerfile',
  operands: [1, 1],
  options: `
  !     --add-host list          Add a custom host-to-IP mapping (host:ip)
  !     --build-arg list         Set build-time variables
  !     --cache-from strings     Images to consider as cache sources
  !     --cgroup-parent string   Optional parent cgroup for the container
  !     --compress               Compress the build context using gzip
  !     --cpu-period int         Limit the CPU CFS (Completely Fair Scheduler) period
  !     --cpu-quota int          Limit the CPU CFS (Completely Fair Scheduler) quota
  ! -c, --cpu-shares int         CPU shares (relative weight)
  !     --cpuset-cpus string     CPUs in which to allow execution (0-3, 0,1)
  !     --cpuset-mems string     MEMs in which to allow execution (0-3, 0,1)
  !     --disable-content-trust  Skip image verification (default true)
  ! -f, --file string            Name of the Dockerfile (Default is 'PATH/Dockerfile')
  !     --force-rm               Always remove intermediate containers
  !     --iidfile string         Write the image ID to the file
  !     --isolation string       Container isolation technology
  !     --label list             Set metadata for an image
  ! -m, --memory bytes           Memory limit
  !     --memory-swap bytes      Swap limit equal to memory plus swap: '-1' to enable unlimited swap
  !     --network string         Set the networking mode for the RUN instructions during build (default "default")
  !     --no-cache               Do not use cache when building the image
  !     --pull                   Always attempt to pull a newer version of the image
  ! -q, --quiet                  Suppress the build output and print image ID on success
  !     --rm                     Remove intermediate containers after a successful build (default true)
  !     --security-opt strings   Security options
  !     --shm-size bytes         Size of /dev/shm
  ! -t, --tag list               Name and optionally a tag in the 'name:tag' format
  !     --target string          Set the target build stage to build.
  !     --ulimit ulimit          Ulimit options (default [])
  `,
  hidden: `
  x     --squash
  `,
});

export const BUILDER_PRUNE_FORM = commandForm({
  path: 'builder prune',
  usage: '',
  summary: 'Remove build cache',
  operands: [0, 0],
  options: `
  ! -a, --all                 Remove all unused build cache, not just dangling ones
  !     --filter filter       Provide filter values (e.g. 'until=24h')
  ! -f, --force               Do not prompt for confirmation
  !     --keep-storage bytes  Amount of disk space to keep for cache
  `,
});

export const HISTORY_FORM = commandForm({
  path: 'history',
  usage: '[OPTIONS] IMAGE',
  summary: 'Show the history of an image',
  operands: [1, 1],
  options: `
  !     --format string  Pretty-print images using a Go template
  ! -H, --human          Print sizes and dates in human readable format (default true)
  !     --no-trunc       Don't truncate output
  ! -q, --quiet          Only show image IDs
  `,
});

export const IMAGES_FORM = commandForm({
  path: 'images',
  usage: '[OPTIONS] [REPOSITORY[:TAG]]',
  summary: 'List images',
  operands: [0, 1],
  options: `
  + -a, --all            Show all images (default hides intermediate images)
  +     --digests        Show digests
  ! -f, --filter filter  Filter output based on conditions provided
  +     --format string  Pretty-print images using a Go template
  +     --no-trunc       Don't truncate output
  + -q, --quiet          Only show image IDs
  `,
});

export const IMPORT_FORM = commandForm({
  path: 'import',
  usage: '[OPTIONS] file|URL|- [REPOSITORY[:TAG]]',
  summary: 'Import the contents from a tarball to create a filesystem image',
  operands: [1, Infinity],
  options: `
  ! -c, --change list      Apply Dockerfile instruction to the created image
  ! -m, --message string   Set commit message for imported image
  !     --platform string  Set platform if server is multi-platform capable
  `,
});

export const LOAD_FORM = commandForm({
  path: 'load',
  usage: '[OPTIONS]',
  summary: 'Load an image from a tar archive or STDIN',
  operands: [0, 0],
  options: `
  ! -i, --input string  Read from tar archive file, instead of STDIN
  ! -q, --quiet         Suppress the load output
  `,
});

export const PULL_FORM = commandForm({
  path: 'pull',
  usage: '[OPTIONS] NAME[:TAG|@DIGEST]',
  summary: 'Pull an image or a repository from a registry',
  operands: [1, 1],
  options: `
  + -a, --all-tags               Download all tagged images in the repository
  ~     --disable-content-trust  Skip image verification (default true)
  !     --platform string        Set platform if server is multi-platform capable
  + -q, --quiet                  Suppress verbose output
  `,
});

export const PUSH_FORM = commandForm({
  path: 'push',
  usage: '[OPTIONS] NAME[:TAG]',
  summary: 'Push an image or a repository to a registry',
  operands: [1, 1],
  options: `
  ! -a, --all-tags               Push all tagged images in the repository
  !     --disable-content-trust  Skip image signing (default true)
  ! -q, --quiet                  Suppress verbose output
  `,
});

export const RMI_FORM = commandForm({
  path: 'rmi',
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  summary: 'Remove one or more images',
  operands: [1, Infinity],
  options: `
  ! -f, --force     Force removal of the image
  !     --no-prune  Do not delete untagged parents
  `,
});

export const SAVE_FORM = commandForm({
  path: 'save',
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  summary: 'Save one or more images to a tar archive (streamed to STDOUT by default)',
  operands: [1, Infinity],
  options: `
  ! -o, --output string  Write to a file, instead of STDOUT
  `,
});

export const TAG_FORM = commandForm({
  path: 'tag',
  usage: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
  summary: 'Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE',
  operands: [2, 2],
  isInterspersed: false,
});

export const IMAGE_INSPECT_FORM = commandForm({
  path: 'image inspect',
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  summary: 'Display detailed information on one or more images',
  operands: [1, Infinity],
  options: `
  + -f, --format string  Format the output using the given Go template
  `,
});

export const IMAGE_PRUNE_FORM = commandForm({
  path: 'image prune',
  usage: '[OPTIONS]',
  summary: 'Remove unused images',
  operands: [0, 0],
  options: `
  ! -a, --all            Remove all unused images, not just dangling ones
  !     --filter filter  Provide filter values (e.g. 'until=<timestamp>')
  ! -f, --force          Do not prompt for confirmation
  `,
});

export const BUILDER_FORMS: readonly CommandForm[] = [atPath(BUILD_FORM, 'builder build'), BUILDER_PRUNE_FORM];

export const IMAGE_FORMS: readonly CommandForm[] = [
  BUILD_FORM,
  HISTORY_FORM,
  IMAGES_FORM,
  IMPORT_FORM,
  LOAD_FORM,
  PULL_FORM,
  PUSH_FORM,
  RMI_FORM,
  SAVE_FORM,
  TAG_FORM,
  IMAGE_INSPECT_FORM,
  IMAGE_PRUNE_FORM,
];
