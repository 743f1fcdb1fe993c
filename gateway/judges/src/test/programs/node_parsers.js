// Reads messages with a parser of npm that the first argument names; the second one is the folder of its module.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [, , name, modules] = process.argv;
const require = createRequire(pathToFileURL(modules + '/'));
// The program's own messages must not mix with the answers.
console.log = console.info = console.warn = console.error = () => {};

const encoded = (value) => {
  const octets = typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value ?? '');
  return octets.toString('base64') || '=';
};

const part = (type, content, ...names) =>
  `P ${encoded(type)} ${encoded(content)} ${encoded(names.filter(Boolean).join(' '))}`;

const date = (value) => {
  const time = new Date(value).getTime();
  return value && !Number.isNaN(time) ? [`D ${encoded(String(Math.floor(time / 1000)))}`] : [];
};

const addresses = (list) => (list ?? []).flatMap((each) => each.group ?? each.value ?? [each]);

async function postalMime() {
  const { default: PostalMime } = await import(pathToFileURL(require.resolve('postal-mime')));
  return async (octets, lines) => {
    const mail = await PostalMime.parse(octets);
    for (const header of mail.headers) lines.push(`F ${encoded(header.key)} ${encoded(header.value)}`);
    for (const author of addresses(mail.from ? [mail.from] : [])) lines.push(`A ${encoded(author.address ?? '')}`);
    lines.push(...date(mail.date));
    if (mail.text) lines.push(part('text/plain', mail.text));
    if (mail.html) lines.push(part('text/html', mail.html));
    for (const each of mail.attachments) {
      lines.push(part(each.mimeType, each.content, each.filename, each.description));
    }
  };
}

async function mailparser() {
  const { simpleParser } = require('mailparser');
  const options = { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true };
  return async (octets, lines) => {
    const mail = await simpleParser(octets, options);
    for (const { key, line } of mail.headerLines) lines.push(`F ${encoded(key)} ${encoded(line)}`);
    for (const author of addresses(mail.from ? mail.from.value : [])) lines.push(`A ${encoded(author.address ?? '')}`);
    lines.push(...date(mail.date));
    if (mail.text) lines.push(part('text/plain', mail.text));
    if (mail.html) lines.push(part('text/html', mail.html));
    for (const each of mail.attachments) {
      lines.push(part(each.contentType, each.content, each.filename, each.headers?.get('content-description')));
    }
  };
}

async function emailjs() {
  const parse = require('emailjs-mime-parser').default;
  const show = (node, lines) => {
    if (node.childNodes?.length) {
      for (const each of node.childNodes) show(each, lines);
    } else {
      const description = node.headers['content-description']?.[0]?.initial;
      const disposition = node.headers['content-disposition']?.[0]?.params?.filename;
      const name = node.contentType?.params?.name;
      lines.push(part(node.contentType?.value ?? '', node.content ?? '', name, disposition, description));
    }
  };
  return async (octets, lines) => {
    const node = parse(octets);
    for (const [key, values] of Object.entries(node.headers)) {
      for (const value of values) lines.push(`F ${encoded(key)} ${encoded(value.initial ?? String(value.value))}`);
    }
    for (const from of node.headers.from ?? []) {
      for (const author of addresses(from.value)) lines.push(`A ${encoded(author.address ?? '')}`);
    }
    show(node, lines);
  };
}

const read = await { 'postal-mime': postalMime, mailparser, 'emailjs-mime-parser': emailjs }[name]();

let waiting = Buffer.alloc(0);
for await (const chunk of process.stdin) {
  waiting = Buffer.concat([waiting, chunk]);
  while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32BE(0)) {
    const length = waiting.readUInt32BE(0);
    const octets = waiting.subarray(4, 4 + length);
    waiting = waiting.subarray(4 + length);
    const lines = [];
    try {
      await read(octets, lines);
    } catch (e) {
      lines.push(`E ${encoded(String(e))}`);
    }
    const answer = Buffer.from(lines.join('\n'), 'ascii');
    const head = Buffer.alloc(4);
    head.writeUInt32BE(answer.length);
    process.stdout.write(Buffer.concat([head, answer]));
  }
}
