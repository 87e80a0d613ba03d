/** The forms of `docker trust …` and `docker manifest …`. */
import type { CommandForm } from './form.ts';
import { commandForm } from './form.ts';

export const TRUST_FORMS: readonly CommandForm[] = [
  commandForm({
    path: 'trust key generate',
    usage: 'NAME',
    summary: 'Generate and load a signing key-pair',
    operands: [1, 1],
    options: `
  !     --dir string  Directory to generate key in, defaults to current directory
  `,
  }),
  commandForm({
    path: 'trust key load',
    usage: '[OPTIONS] KEYFILE',
    summary: 'Load a private key file for signing',
    operands: [1, 1],
    options: `
  !     --name string  Name for the loaded key (default "signer")
  `,
  }),
  commandForm({
    path: 'trust signer add',
    usage: 'OPTIONS NAME REPOSITORY [REPOSITORY...] ',
    summary: 'Add a signer',
    operands: [2, Infinity],
    options: `
  !     --key list  Path to the signer's public key file
  `,
  }),
  commandForm({
    path: 'trust signer remove',
    usage: '[OPTIONS] NAME REPOSITORY [REPOSITORY...]',
    summary: 'Remove a signer',
    operands: [2, Infinity],
    options: `
  ! -f, --force  Do not prompt for confirmation before removing the most recent signer
  `,
  }),
  commandForm({
    path: 'trust inspect',
    usage: 'IMAGE[:TAG] [IMAGE[:TAG]...]',
    summary: 'Return low-level information about keys and signatures',
    operands: [1, Infinity],
    options: `
  !     --pretty  Print the information in a human friendly format
  `,
  }),
  commandForm({
    path: 'trust revoke',
    usage: '[OPTIONS] IMAGE[:TAG]',
    summary: 'Remove trust for an image',
    operands: [1, 1],
    options: `
  ! -y, --yes  Do not prompt for confirmation
  `,
  }),
  commandForm({
    path: 'trust sign',
    usage: 'IMAGE:TAG',
    summary: 'Sign an image',
    operands: [1, 1],
    options: `
  !     --local  Sign a locally tagged image
  `,
  }),
  commandForm({
    path: 'manifest annotate',
    usage: '[OPTIONS] MANIFEST_LIST MANIFEST',
    summary: 'Add additional information to a local image manifest',
    operands: [2, 2],
    options: `
  !     --arch string          Set architecture
  !     --os string            Set operating system
  !     --os-features strings  Set operating system feature
  !     --os-version string    Set operating system version
  !     --variant string       Set architecture variant
  `,
    isExperiment: true,
  }),
  commandForm({
    path: 'manifest create',
    usage: 'MANIFEST_LIST MANIFEST [MANIFEST...]',
    summary: 'Create a local manifest list for annotating and pushing to a registry',
    operands: [2, Infinity],
    options: `
  ! -a, --amend     Amend an existing manifest list
  !     --insecure  Allow communication with an insecure registry
  `,
    isExperiment: true,
  }),
  commandForm({
    path: 'manifest inspect',
    usage: '[OPTIONS] [MANIFEST_LIST] MANIFEST',
    summary: 'Display an image manifest, or manifest list',
    operands: [1, 2],
    options: `
  !     --insecure  Allow communication with an insecure registry
  ! -v, --verbose   Output additional info including layers and platform
  `,
    isExperiment: true,
  }),
  commandForm({
    path: 'manifest push',
    usage: '[OPTIONS] MANIFEST_LIST',
    summary: 'Push a manifest list to a repository',
    operands: [1, 1],
    options: `
  !     --insecure  Allow push to an insecure registry
  ! -p, --purge     Remove the local manifest list after push
  `,
    isExperiment: true,
  }),
  commandForm({
    path: 'manifest rm',
    usage: 'MANIFEST_LIST [MANIFEST_LIST...]',
    summary: 'Delete one or more manifest lists from local storage',
    operands: [1, Infinity],
    isExperiment: true,
  }),
];
