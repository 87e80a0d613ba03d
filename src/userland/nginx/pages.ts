/** The pages and heads that nginx makes itself. */

export const NGINX_VERSION = '1.27.3';

const TITLES: ReadonlyMap<number, string> = new Map([
  [200, 'OK'],
  [206, 'Partial Content'],
  [301, 'Moved Permanently'],
  [304, 'Not Modified'],
  [400, 'Bad Request'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Not Allowed'],
  [408, 'Request Time-out'],
  [414, 'Request-URI Too Large'],
  [416, 'Requested Range Not Satisfiable'],
  [505, 'HTTP Version Not Supported'],
]);

/** `404 Not Found` */
export function statusText(status: number): string {
  return `${status} ${TITLES.get(status)!}`;
}

/** A page about what went wrong, in the two parts in which nginx has it. */
export function errorPage(status: number): readonly [string, string] {
  const title = status === 400 ? statusText(400) : statusText(status);
  const head = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n`;
  return [head, `<hr><center>nginx/${NGINX_VERSION}</center>\r\n</body>\r\n</html>\r\n`];
}

/** Where the image keeps its page, and what it says. */
export const NGINX_ROOT = '/usr/share/nginx/html';
/** Tue, 26 Nov 2024 15:55:00 GMT, when this version was made. */
export const NGINX_PAGE_SECONDS = 1_732_636_500;
const STYLE = [
  'html { color-scheme: light dark; }',
  'body { width: 35em; margin: 0 auto;',
  'font-family: Tahoma, Verdana, Arial, sans-serif; }',
];

function page(title: string, lines: readonly string[]): string {
  const head = ['<!DOCTYPE html>', '<html>', '<head>', `<title>${title}</title>`, '<style>', ...STYLE, '</style>'];
  return [...head, '</head>', '<body>', ...lines, '</body>', '</html>', ''].join('\n');
}

export const NGINX_INDEX = page('Welcome to nginx!', [
  '<h1>Welcome to nginx!</h1>',
  '<p>If you see this page, the nginx web server is successfully installed and',
  'working. Further configuration is required.</p>',
  '',
  '<p>For online documentation and support please refer to',
  '<a href="http://nginx.org/">nginx.org</a>.<br/>',
  'Commercial support is available at',
  '<a href="http://nginx.com/">nginx.com</a>.</p>',
  '',
  '<p><em>Thank you for using nginx.</em></p>',
]);

export const NGINX_50X = page('Error', [
  '<h1>An error occurred.</h1>',
  '<p>Sorry, the page you are looking for is currently unavailable.<br/>',
  'Please try again later.</p>',
  '<p>If you are the system administrator of this resource then you should check',
  'the error log for details.</p>',
  '<p><em>Faithfully yours, nginx.</em></p>',
]);
