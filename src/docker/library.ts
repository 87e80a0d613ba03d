/**
 * The images that every engine has from the start, as Docker Hub had them at the end of 2024: entry points, commands,
 * ports and programs of the real ones, as far as Dockwire has them.
 */
import type { ProgramEntry } from '../kernel/proc/program-registry.ts';
import { ProgramRegistry } from '../kernel/proc/program-registry.ts';
import { APACHE_HTTPD, HTTPD_FOREGROUND } from '../userland/apache/httpd.ts';
import { APACHE_INDEX, APACHE_PAGE_SECONDS, APACHE_ROOT, APACHE_VERSION } from '../userland/apache/site.ts';
import { CURL_ENTRYPOINT } from './entrypoints/curl.ts';
import { NGINX_ENTRYPOINT } from './entrypoints/nginx.ts';
import { POSTGRES_ENTRYPOINT } from './entrypoints/postgres.ts';
import { REDIS_ENTRYPOINT } from './entrypoints/redis.ts';
import { BUSYBOX_WGET, CURL, WGET } from '../userland/net-programs.ts';
import { NGINX } from '../userland/nginx/nginx.ts';
import { NGINX_50X, NGINX_INDEX, NGINX_PAGE_SECONDS, NGINX_ROOT, NGINX_VERSION } from '../userland/nginx/pages.ts';
import { POSTGRES_PROGRAMS } from '../userland/postgres/postgres.ts';
import { PYTHON, PYTHON3 } from '../userland/python3.ts';
import { REDIS_PROGRAMS } from '../userland/redis/redis.ts';
import { busyboxPrograms, debianPrograms, hostPrograms } from '../userland/registry.ts';
import { shProgram } from '../userland/sh/sh-program.ts';
import { BUSYBOX_APPLETS } from '../userland/busybox/applets.ts';
import type { Image } from './images.ts';
import { builtInImages, DEFAULT_PATH, ImageStore } from './images.ts';

/** What Debian's images have beside what Dockwire has of it. */
const DEBIAN_PROGRAMS = (
  'apt apt-cache apt-get awk base64 bash cat chgrp chmod chown chroot cksum clear cp csplit date dd ' +
  'debconf df diff dir dpkg du expr factor find fmt fold gpasswd getent grep groups gunzip gzip hostid ' +
  'iconv id install join ldd link ln locale login logname ls lsblk lscpu mawk md5sum mkdir mkfifo mknod ' +
  'mktemp more mount mv newgrp nice nl nproc numfmt od passwd paste pathchk perl pr ptx pwd readlink ' +
  'realpath rm rmdir runcon script sdiff sed seq setsid sha1sum sha256sum shred shuf split stat stdbuf ' +
  'stty su sum sync tac tar tee test timeout touch tput tsort tty umount unexpand unlink unshare ' +
  'useradd vdir which xargs yes zcat'
).split(' ');

interface Layers {
  readonly base: ProgramRegistry;
  readonly realPrograms: readonly string[];
}

const BUSYBOX: Layers = { base: busyboxPrograms(), realPrograms: BUSYBOX_APPLETS };
const DEBIAN: Layers = { base: debianPrograms(), realPrograms: DEBIAN_PROGRAMS };

/** A base with the programs of an image on top. */
function on(layers: Layers, entries: readonly ProgramEntry[]): Pick<Image, 'programs' | 'realPrograms'> {
  const programs = new ProgramRegistry(layers.base);
  for (const entry of entries) programs.add(entry);
  return { programs, realPrograms: layers.realPrograms };
}

const MAINTAINER = new Map([['maintainer', 'NGINX Docker Maintainers <docker-maint@nginx.com>']]);

function nginx(layers: Layers, own: Pick<Image, 'env' | 'sizeBytes'> & { readonly tag?: string }): Image {
  return {
    ...on(layers, [NGINX, NGINX_ENTRYPOINT, CURL]),
    ...own,
    name: 'nginx',
    entrypoint: ['/docker-entrypoint.sh'],
    command: ['nginx', '-g', 'daemon off;'],
    exposedPorts: ['80/tcp'],
    stopSignal: 'SIGQUIT',
    labels: MAINTAINER,
    files: [
      { path: `${NGINX_ROOT}/index.html`, text: NGINX_INDEX, modifiedSeconds: NGINX_PAGE_SECONDS },
      { path: `${NGINX_ROOT}/50x.html`, text: NGINX_50X, modifiedSeconds: NGINX_PAGE_SECONDS },
    ],
  };
}

function httpd(layers: Layers, own: Pick<Image, 'sizeBytes'> & { readonly tag?: string }): Image {
  const folder = '/usr/local/apache2';
  return {
    ...on(layers, [APACHE_HTTPD, HTTPD_FOREGROUND]),
    ...own,
    name: 'httpd',
    command: ['httpd-foreground'],
    env: [
      DEFAULT_PATH.replace('PATH=', `PATH=${folder}/bin:`),
      `HTTPD_PREFIX=${folder}`,
      `HTTPD_VERSION=${APACHE_VERSION}`,
    ],
    exposedPorts: ['80/tcp'],
    workingDir: folder,
    stopSignal: 'SIGWINCH',
    files: [{ path: `${APACHE_ROOT}/index.html`, text: APACHE_INDEX, modifiedSeconds: APACHE_PAGE_SECONDS }],
  };
}

function redis(layers: Layers, own: Pick<Image, 'sizeBytes'> & { readonly tag?: string }): Image {
  return {
    ...on(layers, [...REDIS_PROGRAMS, REDIS_ENTRYPOINT]),
    ...own,
    name: 'redis',
    entrypoint: ['docker-entrypoint.sh'],
    command: ['redis-server'],
    env: [DEFAULT_PATH, 'GOSU_VERSION=1.17', 'REDIS_VERSION=7.4.1'],
    exposedPorts: ['6379/tcp'],
    workingDir: '/data',
  };
}

/** Of the real image's environment: its version, and where its programs and data lie. */
function postgres(layers: Layers, own: Pick<Image, 'sizeBytes'> & { readonly tag?: string }): Image {
  return {
    ...on(layers, [...POSTGRES_PROGRAMS, POSTGRES_ENTRYPOINT]),
    ...own,
    name: 'postgres',
    entrypoint: ['docker-entrypoint.sh'],
    command: ['postgres'],
    env: [
      `${DEFAULT_PATH}:/usr/lib/postgresql/16/bin`,
      'GOSU_VERSION=1.17',
      'LANG=en_US.utf8',
      'PG_MAJOR=16',
      'PG_VERSION=16.6-1.pgdg120+1',
      'PGDATA=/var/lib/postgresql/data',
    ],
    exposedPorts: ['5432/tcp'],
    stopSignal: 'SIGINT',
  };
}

const NGINX_ENV = [DEFAULT_PATH, `NGINX_VERSION=${NGINX_VERSION}`, 'NJS_VERSION=0.8.7'];

const LIBRARY: readonly Image[] = [
  ...builtInImages(BUSYBOX.base),
  { ...on(DEBIAN, []), name: 'debian', command: ['bash'], env: [DEFAULT_PATH], sizeBytes: 116_564_213 },
  { ...on(DEBIAN, []), name: 'ubuntu', command: ['/bin/bash'], env: [DEFAULT_PATH], sizeBytes: 78_056_218 },
  nginx(DEBIAN, { env: [...NGINX_ENV, 'NJS_RELEASE=1~bookworm', 'PKG_RELEASE=1~bookworm'], sizeBytes: 191_717_838 }),
  redis(DEBIAN, { sizeBytes: 116_915_823 }),
  redis(BUSYBOX, { tag: 'alpine', sizeBytes: 41_428_327 }),
  postgres(DEBIAN, { sizeBytes: 432_103_424 }),
  postgres(BUSYBOX, { tag: 'alpine', sizeBytes: 269_410_304 }),
  httpd(DEBIAN, { sizeBytes: 147_873_321 }),
  httpd(BUSYBOX, { tag: 'alpine', sizeBytes: 64_303_126 }),
  {
    ...on(DEBIAN, [PYTHON3, PYTHON, CURL, WGET]),
    name: 'python',
    command: ['python3'],
    env: [DEFAULT_PATH, 'LANG=C.UTF-8', 'PYTHON_VERSION=3.13.1'],
    sizeBytes: 1_018_713_452,
  },
  {
    ...on(BUSYBOX, [CURL, CURL_ENTRYPOINT]),
    name: 'curlimages/curl',
    entrypoint: ['/entrypoint.sh'],
    command: ['curl'],
    env: [DEFAULT_PATH, 'CURL_VERSION=7_88_1'],
    sizeBytes: 17_203_854,
  },
  {
    ...on({ base: hostPrograms(), realPrograms: BUSYBOX_APPLETS }, [
      shProgram('dash', 'zsh'),
      shProgram('dash', 'bash'),
      BUSYBOX_WGET,
    ]),
    name: 'nicolaka/netshoot',
    command: ['zsh'],
    env: [DEFAULT_PATH],
    workingDir: '/root',
    sizeBytes: 512_793_861,
  },
  nginx(BUSYBOX, { tag: 'alpine', env: [...NGINX_ENV, 'PKG_RELEASE=1', 'NJS_RELEASE=1'], sizeBytes: 47_006_274 }),
];

/** The images of an engine: these, and those that a scenario defines, which win. */
export function libraryImages(own: readonly Image[] = []): ImageStore {
  return new ImageStore([...LIBRARY, ...own]);
}
