/**
 * The options of curl 7.88, of which those marked `+` work, `~` make no difference here and `!` are lacking. A `=`
 * stands behind those that take a value, a `/` behind switches that `--no-…` turns off.
 */
export interface CurlOption {
  readonly long: string;
  /** Empty for none. */
  readonly letter: string;
  readonly takesValue: boolean;
  readonly isSwitch: boolean;
  readonly support: '+' | '~' | '!';
}

const WORKING = `
  connect-timeout= cookie=b data=d data-ascii= data-binary= data-raw= data-urlencode= dump-header=D fail/f
  fail-with-body/ fail-early/ get/G head/I header=H help?h http0.9/ http1.0?0 http1.1? include/i interface= json=
  keepalive-time= keepalive/ local-port= location/L location-trusted/ max-redirs= max-time=m output=o path-as-is/
  progress-meter/ range=r referer=e remote-name/O remote-name-all/ request=X request-target= resolve= retry=
  retry-all-errors/ retry-connrefused/ retry-delay= retry-max-time= show-error/S silent/s upload-file=T url=
  user=u user-agent=A verbose/v version?V write-out=w post301/ post302/ post303/`;

const WITHOUT_EFFECT = `
  alpn/ basic/ buffer/N cacert= capath= ciphers= create-dirs/ disable/q insecure/k ipv4?4 globoff/g
  happy-eyeballs-timeout-ms= npn/ noproxy= sessionid/ styled-output/ tcp-nodelay/ tls-max= tls13-ciphers= tlsv1?1
  tlsv1.0? tlsv1.1? tlsv1.2? tlsv1.3? compressed-ssh/ clobber/ xattr/ cert-status/ false-start/ remote-time/R`;

const LACKING = `
  abstract-unix-socket= alt-svc= anyauth/ append/a aws-sigv4= cert=E cert-type= compressed/ config=K connect-to=
  cookie-jar=c continue-at=C create-file-mode= crlf/ crlfile= curves= delegation= digest/ disable-eprt/
  disable-epsv/ disallow-username-in-url/ dns-interface= dns-ipv4-addr= dns-ipv6-addr= dns-servers=
  doh-cert-status/ doh-insecure/ doh-url= egd-file= engine= etag-compare= etag-save= expect100-timeout= form=F
  form-escape/ form-string= ftp-account= ftp-alternative-to-user= ftp-create-dirs/ ftp-method= ftp-pasv/
  ftp-port=P ftp-pret/ ftp-skip-pasv-ip/ ftp-ssl-ccc/ ftp-ssl-ccc-mode= ftp-ssl-control/ haproxy-protocol/
  hostpubmd5= hostpubsha256= hsts= http2? http2-prior-knowledge? http3? http3-only? ignore-content-length/ ipv6?6
  junk-session-cookies/j key= key-type= krb= libcurl= limit-rate= list-only/l login-options= mail-auth= mail-from=
  mail-rcpt= mail-rcpt-allowfails/ manual?M max-filesize= metalink/ negotiate/ netrc/n netrc-file= netrc-optional/
  next?: ntlm/ ntlm-wb/ oauth2-bearer= output-dir= parallel/Z parallel-immediate/ parallel-max= pass=
  pinnedpubkey= preproxy= progress-bar/# proto= proto-default= proto-redir= proxy=x proxy-anyauth/ proxy-basic/
  proxy-cacert= proxy-capath= proxy-cert= proxy-cert-type= proxy-ciphers= proxy-crlfile= proxy-digest/
  proxy-header= proxy-insecure/ proxy-key= proxy-key-type= proxy-negotiate/ proxy-ntlm/ proxy-pass=
  proxy-pinnedpubkey= proxy-service-name= proxy-ssl-allow-beast/ proxy-ssl-auto-client-cert/ proxy-tls13-ciphers=
  proxy-tlsauthtype= proxy-tlspassword= proxy-tlsuser= proxy-tlsv1? proxy-user=U proxy1.0= proxytunnel/p pubkey=
  quote=Q random-file= rate= raw/ remote-header-name/J remove-on-error/ sasl-authzid= sasl-ir/ service-name=
  socks4= socks4a= socks5= socks5-basic/ socks5-gssapi/ socks5-gssapi-nec/ socks5-gssapi-service= socks5-hostname=
  speed-limit=Y speed-time=y ssl/ ssl-allow-beast/ ssl-auto-client-cert/ ssl-no-revoke/ ssl-reqd/
  ssl-revoke-best-effort/ sslv2?2 sslv3?3 stderr= suppress-connect-headers/ tcp-fastopen/ telnet-option=t
  tftp-blksize= tftp-no-options/ time-cond=z tlsauthtype= tlspassword= tlsuser= tr-encoding/ trace= trace-ascii=
  trace-time/ unix-socket= url-query= use-ascii/B`;

function optionsOf(table: string, support: CurlOption['support']): CurlOption[] {
  return table
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [, long = '', kind = '', letter = ''] = /^([\w.-]+)([=/?])(.?)$/.exec(word) ?? [];
      return { long, letter, takesValue: kind === '=', isSwitch: kind === '/', support };
    });
}

export const CURL_OPTIONS: readonly CurlOption[] = [
  ...optionsOf(WORKING, '+'),
  ...optionsOf(WITHOUT_EFFECT, '~'),
  ...optionsOf(LACKING, '!'),
];

/** What works, as the answer to something lacking lists it. */
export const CURL_SUPPORTED: readonly string[] = CURL_OPTIONS.filter(({ support }) => support === '+').map(
  ({ long, letter }) => (letter === '' ? `--${long}` : `-${letter}`),
);

/** An option by its letter. */
export function optionByLetter(letter: string): CurlOption | undefined {
  return CURL_OPTIONS.find((option) => option.letter === letter);
}

/** Options whose names begin so; an exact name is the only one. */
export function optionsByName(name: string): readonly CurlOption[] {
  const exact = CURL_OPTIONS.filter((option) => option.long === name);
  return exact.length > 0 ? exact : CURL_OPTIONS.filter((option) => option.long.startsWith(name));
}
