/** An element of an XML document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Elements, or text. */
  readonly content?: readonly Element[] | string;
}

/** Characters that XML 1.0 has no way to write, lone surrogates included. */
const UNSPEAKABLE = /(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]|\p{Cs}/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** An XML document. */
export function renderXml(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${lines(root, '').join('\n')}\n`;
}

function lines({ name, attributes, content = [] }: Element, indent: string): string[] {
  const written = Object.entries(attributes).map(
    ([key, value]) =>
      ` ${key}="${String(value)
        .replaceAll(UNSPEAKABLE, '\uFFFD')
        .replaceAll(/[&<>"\n\r\t]/g, entity)}"`,
  );
  const open = `${indent}<${name}${written.join('')}`;
  if (content.length === 0) return [`${open}/>`];
  if (typeof content === 'string') {
    const text = content.replaceAll(UNSPEAKABLE, '\uFFFD').replaceAll(/[&<>\r]/g, entity);
    return [`${open}>${text}</${name}>`];
  }
  return [`${open}>`, ...content.flatMap((each) => lines(each, `${indent}  `)), `${indent}</${name}>`];
}

function entity(character: string): string {
  return ENTITIES[character]!;
}
