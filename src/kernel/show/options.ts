/** How iproute2's tools were asked to print (ip(8), OPTIONS): the same for `ip`, `bridge` and `tc`. */
export interface ShowOptions {
  /** `-d`, once or more */
  readonly details: boolean;
  /** How often `-s` was said. */
  readonly statistics: number;
  /** `-br` */
  readonly brief: boolean;
  /** `-j` */
  readonly json: boolean;
  /** `-p` with `-j` */
  readonly pretty: boolean;
  /** `-o`: one line a record, its line ends written as a backslash. */
  readonly oneline: boolean;
  /** `-N`: numbers for protocols, scopes, tables. */
  readonly numeric: boolean;
  /** `-4`, `-6`, `-0` (`-f inet | inet6 | link`); '' for any. */
  readonly family: '' | 'inet' | 'inet6' | 'link';
  /** `-c`: terminal colours; never with `-j`. */
  readonly color?: boolean;
  /** `-h`: 1000, with `-iec` 1024; 0 when counters are printed as they are. */
  readonly humanBase?: 0 | 1000 | 1024;
}

/** Nothing said. */
export const PLAIN: ShowOptions = {
  details: false,
  statistics: 0,
  brief: false,
  json: false,
  pretty: false,
  oneline: false,
  numeric: false,
  family: '',
};
