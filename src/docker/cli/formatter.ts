/**
 * How the list commands print: by `--format`, a template for each row, which as `table …` stands in columns below the
 * names of its fields. Twin of docker/cli's command/formatter. A list is a table of columns, whose names are a row's
 * fields in templates.
 */
import { TemplateExecError, TemplateParseError } from '../template/errors.ts';
import { goString } from '../template/go-string.ts';
import type { GoMethod, GoMethods, GoType } from '../template/go-type.ts';
import {
  ANY,
  BOOL,
  STRING,
  UINT8,
  definedType,
  embeddedField,
  goField,
  mapOf,
  pointerTo,
  sliceOf,
  structType,
} from '../template/go-type.ts';
import type { GoValue } from '../template/go-value.ts';
import { anyValue, boolValue, intValue, stringData, textValue, zeroValue } from '../template/go-value.ts';
import { jsonString } from '../template/json.ts';
import { Template } from '../template/template.ts';
import type { Client } from './command.ts';
import { alignTabs } from './tabwriter.ts';

/** One column, which is also a field of templates. */
export interface Column<Row> {
  /** `ID` in `{{.ID}}`. */
  readonly name: string;
  /** `CONTAINER ID`. */
  readonly header: string;
  /** What stands in it; `isShort` unless `--no-trunc`. */
  readonly text: (row: Row, isShort: boolean) => string;
  /** Of a field that is a truth value, not a text: `text` says `true` or `false`. */
  readonly isTruth?: boolean;
}

/** A kind of list: `docker ps`, `docker network ls`. */
export interface ListKind<Row> {
  readonly columns: readonly Column<Row>[];
  /** What `{{.Label "x"}}` looks into; left out where rows have no labels. */
  readonly labelsOf?: (row: Row) => ReadonlyMap<string, string>;
  /** The Go type of a row's context, which errors name: `formatter.ContainerContext`. */
  readonly contextName: string;
  /** What the context keeps to itself, which only `{{.}}` shows. */
  readonly hiddenFields: (row: Row) => readonly (readonly [string, GoValue])[];
  /** What `table` alone and `raw` alone stand for. */
  readonly tableFormat: string;
  readonly rawFormat: string;
  /** `raw` with `-q`. */
  readonly rawQuietFormat: string;
}

const QUIET_FORMAT = '{{.ID}}';
const TABLE = 'table';

const HEADER_CONTEXT = structType('formatter.HeaderContext', [goField('Header', ANY)]);
/** The names of the columns by field, and what `{{.Label "com.x-y"}}` is called. */
const HEADER_NAMES = definedType('formatter.SubHeaderContext', mapOf(STRING, STRING), {
  methods: { Label: { params: [STRING], call: (_, [name]) => textValue(labelHeader(stringData(name!))) } },
});

function labelHeader(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).replaceAll(/[-_]/g, ' ');
}

/** The template that `--format` means. */
export function formatOf<Row>(kind: ListKind<Row>, format: string, isQuiet: boolean): string {
  if (format === '' || format === TABLE) return isQuiet ? QUIET_FORMAT : kind.tableFormat;
  if (format === 'raw') return isQuiet ? kind.rawQuietFormat : kind.rawFormat;
  return format;
}

/** Prints the rows by the template; the exit code. Nothing is printed when one of them fails. */
export function printList<Row>(
  client: Client,
  kind: ListKind<Row>,
  rows: readonly Row[],
  format: string,
  isShort: boolean,
): number {
  try {
    client.proc.write(listText(kind, rows, format, isShort));
    return 0;
  } catch (error) {
    if (!(error instanceof TemplateParseError || error instanceof TemplateExecError)) throw error;
    client.proc.writeError(`template parsing error: ${error.message}\n`);
    return 1;
  }
}

function listText<Row>(kind: ListKind<Row>, rows: readonly Row[], format: string, isShort: boolean): string {
  const isTable = format.startsWith(TABLE);
  const source = (isTable ? format.slice(TABLE.length) : format).replaceAll(/^ +| +$/g, '');
  const template = new Template(source.replaceAll('\\t', '\t').replaceAll('\\n', '\n'));
  const lines = rows.map((row) => `${template.execute(contextValue(kind, row, isShort))}\n`).join('');
  return isTable ? alignTabs(`${template.executeHeader(headerValue(kind))}\n${lines}`) : lines;
}

function headerValue<Row>(kind: ListKind<Row>): GoValue {
  return { type: HEADER_NAMES, data: new Map(kind.columns.map(({ name, header }) => [name, textValue(header)])) };
}

/** A row as templates see it. */
export function contextValue<Row>(kind: ListKind<Row>, row: Row, isShort: boolean): GoValue {
  const hidden = kind.hiddenFields(row);
  const fields = [
    embeddedField(HEADER_CONTEXT),
    goField('trunc', BOOL),
    ...hidden.map(([name, value]) => goField(name, value.type)),
  ];
  const json = (): string => contextJson(kind, row, isShort);
  const methods = contextMethods(kind, row, isShort, json);
  const type = structType(kind.contextName, fields, { methods, marshaler: json });
  const data = [zeroValue(HEADER_CONTEXT), boolValue(isShort), ...hidden.map(([, value]) => value)];
  return { type: pointerTo(type), data: { type, data } };
}

function contextMethods<Row>(kind: ListKind<Row>, row: Row, isShort: boolean, json: () => string): GoMethods {
  const methods: Record<string, GoMethod> = {
    FullHeader: { params: [], call: () => anyValue(undefined) },
    MarshalJSON: { params: [], call: () => bytesValue(json()) },
  };
  for (const { name, text, isTruth = false } of kind.columns) {
    const call = (): GoValue => (isTruth ? boolValue(text(row, isShort) === 'true') : textValue(text(row, isShort)));
    methods[name] = { params: [], call };
  }
  const { labelsOf } = kind;
  if (labelsOf !== undefined) {
    methods['Label'] = { params: [STRING], call: (_, [name]) => textValue(labelsOf(row).get(stringData(name!)) ?? '') };
  }
  return methods;
}

const BYTES: GoType = sliceOf(UINT8);

function bytesValue(bytes: string): GoValue {
  return { type: BYTES, data: Array.from(bytes, (char) => intValue(char.charCodeAt(0), UINT8)) };
}

/** All columns in order of the alphabet; `<`, `>` and `&` are escaped here, which they are nowhere else. */
function contextJson<Row>(kind: ListKind<Row>, row: Row, isShort: boolean): string {
  const members = kind.columns.map(({ name, text, isTruth = false }) => {
    const value = text(row, isShort);
    return `${jsonString(name)}:${isTruth ? value : jsonString(goString(value), true)}`;
  });
  return `{${members.sort((left, right) => (left < right ? -1 : 1)).join(',')}}`;
}
