import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpAnswer } from './http-answer.ts';

/** Appended to the client's key before hashing (RFC 6455, section 1.3). */
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** FIN and opcode "text"; FIN and opcode "close" (RFC 6455, section 5.2). */
const TEXT_FRAME = 0x81;
const CLOSE_FRAME = 0x88;
const NORMAL_CLOSURE = Buffer.from([0x03, 0xe8]);

/**
 * Answers a WebSocket handshake. An allowed caller gets 101, the backend's answer as the first message, and a closed
 * connection. A refused one gets the refusal as plain HTTP.
 */
export function answerUpgrade(request: IncomingMessage, socket: Duplex, answer: HttpAnswer): void {
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.destroy());
  socket.resume();
  const key = request.headers['sec-websocket-key'];
  if (answer.status !== 200) return refuse(socket, answer);
  if (typeof key !== 'string')
    return refuse(socket, { ...answer, status: 400, body: '{"message":"Bad Request"}\n' });
  const accept = createHash('sha1')
    .update(key + WEBSOCKET_GUID)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Accept: ${accept}\r\n${protocolLine(request)}\r\n`,
  );
  socket.write(frame(TEXT_FRAME, Buffer.from(answer.body.trimEnd())));
  socket.end(frame(CLOSE_FRAME, NORMAL_CLOSURE));
}

/** The first subprotocol that the client offers, as a backend chooses it. Browsers end a connection without one. */
function protocolLine({ headers }: IncomingMessage): string {
  const [first = ''] = (headers['sec-websocket-protocol'] ?? '').split(',');
  return first.trim() === '' ? '' : `Sec-WebSocket-Protocol: ${first.trim()}\r\n`;
}

function refuse(socket: Duplex, answer: HttpAnswer): void {
  const { body } = answer;
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...answer.headers,
  };
  const lines = Object.entries({ ...headers, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const { STATUS_CODES } = process.getBuiltinModule('node:http');
  socket.end(`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\n${lines.join('')}\r\n${body}`);
}

/** One unmasked frame, as servers send them. */
function frame(opcode: number, payload: Buffer): Buffer {
  if (payload.length < 126) return Buffer.concat([Buffer.from([opcode, payload.length]), payload]);
  const head = Buffer.from([opcode, 126, 0, 0]);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
