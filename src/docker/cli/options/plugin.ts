/** The forms of `docker plugin …`. */
import type { CommandForm } from './form.ts';
import { commandForm } from './form.ts';

export const PLUGIN_FORMS: readonly CommandForm[] = [
  commandForm({
    path: 'plugin create',
    usage: '[OPTIONS] PLUGIN PLUGIN-DATA-DIR',
    summary:
      'Create a plugin from a rootfs and configuration. ' +
      'Plugin data directory must contain config.json and rootfs directory.',
    operands: [2, Infinity],
    options: `
  !     --compress  Compress the context using gzip
  `,
  }),
  commandForm({
    path: 'plugin disable',
    usage: '[OPTIONS] PLUGIN',
    summary: 'Disable a plugin',
    operands: [1, 1],
    options: `
  ! -f, --force  Force the disable of an active plugin
  `,
  }),
  commandForm({
    path: 'plugin enable',
    usage: '[OPTIONS] PLUGIN',
    summary: 'Enable a plugin',
    operands: [1, 1],
    options: `
  !     --timeout int  HTTP client timeout (in seconds) (default 30)
  `,
  }),
  commandForm({
    path: 'plugin inspect',
    usage: '[OPTIONS] PLUGIN [PLUGIN...]',
    summary: 'Display detailed information on one or more plugins',
    operands: [1, Infinity],
    options: `
  ! -f, --format string  Format the output using the given Go template
  `,
  }),
  commandForm({
    path: 'plugin install',
    usage: '[OPTIONS] PLUGIN [KEY=VALUE...]',
    summary: 'Install a plugin',
    operands: [1, Infinity],
    options: `
  !     --alias string           Local name for plugin
  !     --disable                Do not enable the plugin on install
  !     --disable-content-trust  Skip image verification (default true)
  !     --grant-all-permissions  Grant all permissions necessary to run the plugin
  `,
  }),
  commandForm({
    path: 'plugin ls',
    usage: '[OPTIONS]',
    summary: 'List plugins',
    aliases: ['list'],
    operands: [0, 0],
    options: `
  ! -f, --filter filter  Provide filter values (e.g. 'enabled=true')
  !     --format string  Pretty-print plugins using a Go template
  !     --no-trunc       Don't truncate output
  ! -q, --quiet          Only display plugin IDs
  `,
  }),
  commandForm({
    path: 'plugin push',
    usage: '[OPTIONS] PLUGIN[:TAG]',
    summary: 'Push a plugin to a registry',
    operands: [1, 1],
    options: `
  !     --disable-content-trust  Skip image signing (default true)
  `,
  }),
  commandForm({
    path: 'plugin rm',
    usage: '[OPTIONS] PLUGIN [PLUGIN...]',
    summary: 'Remove one or more plugins',
    aliases: ['remove'],
    operands: [1, Infinity],
    options: `
  ! -f, --force  Force the removal of an active plugin
  `,
  }),
  commandForm({
    path: 'plugin set',
    usage: 'PLUGIN KEY=VALUE [KEY=VALUE...]',
    summary: 'Change settings for a plugin',
    operands: [2, Infinity],
  }),
  commandForm({
    path: 'plugin upgrade',
    usage: '[OPTIONS] PLUGIN [REMOTE]',
    summary: 'Upgrade an existing plugin',
    operands: [1, 2],
    options: `
  !     --disable-content-trust  Skip image verification (default true)
  !     --grant-all-permissions  Grant all permissions necessary to run the plugin
  !     --skip-remote-check      Do not check if specified remote plugin matches existing plugin image
  `,
  }),
];
