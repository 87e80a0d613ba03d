/**
 * The options of GNU wget 1.21, of which those marked `+` work, `~` make no difference here and `!` are lacking. A `=`
 * stands behind those that take a value, a `/` behind switches, which `--no-…` turns off; then comes the letter.
 */
export interface WgetOption {
  readonly long: string;
  /** Empty for none. */
  readonly letter: string;
  readonly takesValue: boolean;
  readonly isSwitch: boolean;
  readonly support: '+' | '~' | '!';
}

const WORKING = `
  append-output=a auth-no-challenge/ bind-address= body-data= body-file= cache/ clobber/ connect-timeout=
  default-page= directory-prefix=P dns-cache/ dns-timeout= header= http-keep-alive/ http-passwd= http-password=
  http-user= inet4-only/4 max-redirect= method= output-document=O output-file=o password= post-data= post-file=
  progress= quiet/q read-timeout= referer= retry-connrefused/ server-response/S show-progress/ spider/ timeout=T
  tries=t use-server-timestamps/ user= user-agent=U verbose/v version?V wait=w waitretry=`;

const WITHOUT_EFFECT = `
  ca-certificate= ca-directory= check-certificate/ ciphers= config= cookies/ directories/ glob/ host-directories/
  hsts/ hsts-file= iri/ keep-session-cookies/ netrc/ parent/ passive-ftp/ prefer-family= proxy/ remove-listing/
  secure-protocol= unlink/ xattr/`;

const LACKING = `
  accept=A accept-regex= adjust-extension/E ask-password/ background/b backup-converted/K backups= base=B
  certificate= certificate-type= compression= content-disposition/ content-on-error/ continue/c convert-file-only/
  convert-links/k crl-file= cut-dirs= debug/d delete-after/ domains=D exclude-directories=X exclude-domains=
  execute=e follow-ftp/ follow-tags= force-directories/x force-html/F ftp-password= ftp-user=
  ftps-clear-data-connection/ ftps-fallback-to-ftp/ ftps-implicit/ ftps-resume-ssl/ help?h html-extension/ htmlify/
  https-only/
  if-modified-since/ ignore-case/ ignore-length/ ignore-tags= include-directories=I inet6-only/6 input-file=i
  input-metalink= level=l limit-rate= load-cookies= local-encoding= metalink-index= metalink-over-http/ mirror/m
  page-requisites/p pinnedpubkey= preferred-location= preserve-permissions/ private-key= private-key-type=
  protocol-directories/ proxy-password= proxy-user= quota=Q random-wait/ recursive/r regex-type= reject=R
  reject-regex= rejected-log= relative/L remote-encoding= report-speed= restrict-file-names= retr-symlinks/
  retry-on-host-error/ retry-on-http-error= save-cookies= save-headers/ span-hosts/H start-pos= strict-comments/
  timestamping/N trust-server-names/ use-askpass= warc-cdx/ warc-compression/ warc-dedup= warc-digests/ warc-file=
  warc-header= warc-keep-log/ warc-max-size= warc-tempdir=`;

function optionsOf(table: string, support: WgetOption['support']): WgetOption[] {
  return table
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [, long = '', kind = '', letter = ''] = /^([\w-]+)([=/?])(.?)$/.exec(word) ?? [];
      return { long, letter, takesValue: kind === '=', isSwitch: kind === '/', support };
    });
}

export const WGET_OPTIONS: readonly WgetOption[] = [
  ...optionsOf(WORKING, '+'),
  ...optionsOf(WITHOUT_EFFECT, '~'),
  ...optionsOf(LACKING, '!'),
];

/** What works, as the answer to something lacking lists it. */
export const WGET_SUPPORTED: readonly string[] = WGET_OPTIONS.filter(({ support }) => support === '+').map(
  ({ long, letter }) => (letter === '' ? `--${long}` : `-${letter}`),
);

/** The switches that `-n` turns off, by the letter behind it. */
const NEGATIVE_LETTERS: ReadonlyMap<string, string> = new Map([
  ['c', 'clobber'],
  ['d', 'directories'],
  ['H', 'host-directories'],
  ['p', 'parent'],
  ['v', 'verbose'],
]);

/** An option by its letter. */
export function optionByLetter(letter: string): WgetOption | undefined {
  return WGET_OPTIONS.find((option) => option.letter === letter);
}

/** The switch that `-nX` turns off. */
export function optionByNegativeLetter(letter: string): WgetOption | undefined {
  return WGET_OPTIONS.find(({ long }) => long === NEGATIVE_LETTERS.get(letter));
}

/** A long option as it may be written, `no-` in front of a switch included. */
export interface LongName {
  readonly name: string;
  readonly option: WgetOption;
  readonly isOff: boolean;
}

const LONG_NAMES: readonly LongName[] = WGET_OPTIONS.flatMap((option) => {
  const on = { name: option.long, option, isOff: false };
  return !option.isSwitch ? [on] : [on, { name: `no-${option.long}`, option, isOff: true }];
}).sort((x, y) => (x.name < y.name ? -1 : 1));

/** Long options that begin so; an exact name is the only one. */
export function longNames(name: string): readonly LongName[] {
  const exact = LONG_NAMES.filter((each) => each.name === name);
  return exact.length > 0 ? exact : LONG_NAMES.filter((each) => each.name.startsWith(name));
}
