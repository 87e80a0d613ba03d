/** The forms of `docker volume …`. */
import type { CommandForm } from './form.ts';
import { commandForm } from './form.ts';

export const VOLUME_FORMS: readonly CommandForm[] = [
  commandForm({
    path: 'volume create',
    usage: '[OPTIONS] [VOLUME]',
    summary: 'Create a volume',
    operands: [0, 1],
    options: `
  ! -d, --driver string  Specify volume driver name (default "local")
  !     --label list     Set metadata for a volume
  ! -o, --opt map        Set driver specific options (default map[])
  `,
  }),
  commandForm({
    path: 'volume inspect',
    usage: '[OPTIONS] VOLUME [VOLUME...]',
    summary: 'Display detailed information on one or more volumes',
    operands: [1, Infinity],
    options: `
  ! -f, --format string  Format the output using the given Go template
  `,
  }),
  commandForm({
    path: 'volume ls',
    usage: '[OPTIONS]',
    summary: 'List volumes',
    aliases: ['list'],
    operands: [0, 0],
    options: `
  ! -f, --filter filter  Provide filter values (e.g. 'dangling=true')
  !     --format string  Pretty-print volumes using a Go template
  ! -q, --quiet          Only display volume names
  `,
  }),
  commandForm({
    path: 'volume prune',
    usage: '[OPTIONS]',
    summary: 'Remove all unused local volumes',
    operands: [0, 0],
    options: `
  !     --filter filter  Provide filter values (e.g. 'label=<label>')
  ! -f, --force          Do not prompt for confirmation
  `,
  }),
  commandForm({
    path: 'volume rm',
    usage: '[OPTIONS] VOLUME [VOLUME...]',
    summary: 'Remove one or more volumes',
    description: 'Remove one or more volumes. You cannot remove a volume that is in use by a container.',
    aliases: ['remove'],
    operands: [1, Infinity],
    options: `
  ! -f, --force  Force the removal of one or more volumes
  `,
    examples: `
$ docker volume rm hello
hello
`,
  }),
];
