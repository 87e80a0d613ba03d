/** The options of `docker` itself and of `docker stack`, and the form of `docker help`. */
import { optionTable } from '../options.ts';
import { commandForm, withHelp } from './form.ts';

/** `--help` and `-h` are here, too, but not shown. */
export const GLOBAL_OPTIONS = withHelp(
  optionTable(`
  ~     --config string     Location of client config files (default "/root/.docker")
  ~ -c, --context string    Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and
                            default context set with "docker context use")
  ~ -D, --debug             Enable debug mode
  + -H, --host list         Daemon socket(s) to connect to
  ~ -l, --log-level string  Set the logging level ("debug"|"info"|"warn"|"error"|"fatal") (default "info")
  ~     --tls               Use TLS; implied by --tlsverify
  ~     --tlscacert string  Trust certs signed only by this CA (default "/root/.docker/ca.pem")
  ~     --tlscert string    Path to TLS certificate file (default "/root/.docker/cert.pem")
  ~     --tlskey string     Path to TLS key file (default "/root/.docker/key.pem")
  ~     --tlsverify         Use TLS and verify the remote
  + -v, --version           Print version information and quit
`),
);

export const STACK_OPTIONS = withHelp(
  optionTable(`
  !     --orchestrator string  Orchestrator to use (swarm|kubernetes|all)
`),
);

/** Management commands have no option but this one. */
export const GROUP_OPTIONS = withHelp([]);

export const HELP_FORM = commandForm({
  path: 'help',
  usage: '[command]',
  summary: 'Help about the command',
  operands: [0, Infinity],
});
