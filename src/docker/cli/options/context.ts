/** The forms of `docker context …` and `docker completion …`. */
import type { CommandForm } from './form.ts';
import { commandForm } from './form.ts';

const ENDPOINT_KEYS = `
Docker endpoint config:

NAME                DESCRIPTION
from                Copy named context's Docker endpoint configuration
host                Docker endpoint on which to connect
ca                  Trust certs signed only by this CA
cert                Path to TLS certificate file
key                 Path to TLS key file
skip-tls-verify     Skip TLS certificate validation

Kubernetes endpoint config:

NAME                 DESCRIPTION
from                 Copy named context's Kubernetes endpoint configuration
config-file          Path to a Kubernetes config file
context-override     Overrides the context set in the kubernetes config file
namespace-override   Overrides the namespace set in the kubernetes config file

Example:
`;

/** What both commands say of an endpoint's keys. */
function endpointHelp(verb: 'create' | 'update'): string {
  const docker = 'host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file';
  const example = `$ docker context ${verb} my-context --description "some description" --docker "${docker}"`;
  return `${ENDPOINT_KEYS}\n${example}`;
}

export const CONTEXT_FORMS: readonly CommandForm[] = [
  commandForm({
    path: 'context create',
    usage: '[OPTIONS] CONTEXT',
    summary: 'Create a context',
    description: `Create a context
${endpointHelp('create')}`,
    operands: [1, 1],
    options: `
  !     --default-stack-orchestrator string  Default orchestrator for stack operations to use with this context
                                             (swarm|kubernetes|all)
  !     --description string                 Description of the context
  !     --docker stringToString              set the docker endpoint (default [])
  !     --from string                        create context from a named context
  !     --kubernetes stringToString          set the kubernetes endpoint (default [])
  `,
  }),
  commandForm({
    path: 'context export',
    usage: '[OPTIONS] CONTEXT [FILE|-]',
    summary: 'Export a context to a tar or kubeconfig file',
    operands: [1, 2],
    options: `
  !     --kubeconfig  Export as a kubeconfig file
  `,
  }),
  commandForm({
    path: 'context import',
    usage: 'CONTEXT FILE|-',
    summary: 'Import a context from a tar or zip file',
    operands: [2, 2],
  }),
  commandForm({
    path: 'context inspect',
    usage: '[OPTIONS] [CONTEXT] [CONTEXT...]',
    summary: 'Display detailed information on one or more contexts',
    operands: [0, Infinity],
    options: `
  ! -f, --format string  Format the output using the given Go template
  `,
  }),
  commandForm({
    path: 'context ls',
    usage: '[OPTIONS]',
    summary: 'List contexts',
    aliases: ['list'],
    operands: [0, 0],
    options: `
  !     --format string  Pretty-print contexts using a Go template
  ! -q, --quiet          Only show context names
  `,
  }),
  commandForm({
    path: 'context rm',
    usage: 'CONTEXT [CONTEXT...]',
    summary: 'Remove one or more contexts',
    aliases: ['remove'],
    operands: [1, Infinity],
    options: `
  ! -f, --force  Force the removal of a context in use
  `,
  }),
  commandForm({
    path: 'context update',
    usage: '[OPTIONS] CONTEXT',
    summary: 'Update a context',
    description: `Update a context
${endpointHelp('update')}`,
    operands: [1, 1],
    options: `
  !     --default-stack-orchestrator string  Default orchestrator for stack operations to use with this context
                                             (swarm|kubernetes|all)
  !     --description string                 Description of the context
  !     --docker stringToString              set the docker endpoint (default [])
  !     --kubernetes stringToString          set the kubernetes endpoint (default [])
  `,
  }),
  commandForm({
    path: 'context use',
    usage: 'CONTEXT',
    summary: 'Set the current docker context',
    operands: [1, 1],
    isWordedByCobra: true,
  }),
  commandForm({
    path: 'completion bash',
    usage: '',
    summary: 'Generate the autocompletion script for bash',
    description: `Generate the autocompletion script for the bash shell.

This script depends on the 'bash-completion' package.
If it is not installed already, you can install it via your OS's package manager.

To load completions in your current shell session:

	source <(docker completion bash)

To load completions for every new session, execute once:

#### Linux:

	docker completion bash > /etc/bash_completion.d/docker

#### macOS:

	docker completion bash > $(brew --prefix)/etc/bash_completion.d/docker

You will need to start a new shell for this setup to take effect.`,
    operands: [0, 0],
    options: `
  !     --no-descriptions  disable completion descriptions
  `,
    isWordedByCobra: true,
  }),
  commandForm({
    path: 'completion fish',
    usage: '[flags]',
    summary: 'Generate the autocompletion script for fish',
    description: `Generate the autocompletion script for the fish shell.

To load completions in your current shell session:

	docker completion fish | source

To load completions for every new session, execute once:

	docker completion fish > ~/.config/fish/completions/docker.fish

You will need to start a new shell for this setup to take effect.`,
    operands: [0, 0],
    options: `
  !     --no-descriptions  disable completion descriptions
  `,
    isWordedByCobra: true,
  }),
  commandForm({
    path: 'completion powershell',
    usage: '[flags]',
    summary: 'Generate the autocompletion script for powershell',
    description: `Generate the autocompletion script for powershell.

To load completions in your current shell session:

	docker completion powershell | Out-String | Invoke-Expression

To load completions for every new session, add the output of the above command
to your powershell profile.`,
    operands: [0, 0],
    options: `
  !     --no-descriptions  disable completion descriptions
  `,
    isWordedByCobra: true,
  }),
  commandForm({
    path: 'completion zsh',
    usage: '[flags]',
    summary: 'Generate the autocompletion script for zsh',
    description: `Generate the autocompletion script for the zsh shell.

If shell completion is not already enabled in your environment you will need
to enable it.  You can execute the following once:

	echo "autoload -U compinit; compinit" >> ~/.zshrc

To load completions in your current shell session:

	source <(docker completion zsh); compdef _docker docker

To load completions for every new session, execute once:

#### Linux:

	docker completion zsh > "\${fpath[1]}/_docker"

#### macOS:

	docker completion zsh > $(brew --prefix)/share/zsh/site-functions/_docker

You will need to start a new shell for this setup to take effect.`,
    operands: [0, 0],
    options: `
  !     --no-descriptions  disable completion descriptions
  `,
    isWordedByCobra: true,
  }),
];
