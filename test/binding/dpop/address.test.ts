import { expect } from 'chai';
import { normalAddress } from '../../../lib/binding/dpop/address.ts';

describe('normalAddress', () => {
  for (const [text, normal] of [
    ['https://api.example.com', 'https://api.example.com/'],
    ['HTTPS://API.Example.com:443/Orders', 'https://api.example.com/Orders'],
    ['http://localhost:3000/x', 'http://localhost:3000/x'],
    ['https://api.example.com/x?a=b#c', 'https://api.example.com/x'],
    ['https://api.example.com/a/./b/../c', 'https://api.example.com/a/c'],
    ['https://api.example.com/%7Eann/%41', 'https://api.example.com/~ann/A'],
    ['https://api.example.com/a%2fb%c3%a9', 'https://api.example.com/a%2Fb%C3%A9'],
    ['https://api.example.com/a/', 'https://api.example.com/a/'],
    ['https://api.example.com/100%', 'https://api.example.com/100%'],
    ['WSS://ws.example.com:443/a', 'wss://ws.example.com/a'],
    ['https://api.example.com/@x', 'https://api.example.com/@x'],
    ['http://[::1]:3000/x', 'http://[::1]:3000/x'],
    ['ws://localhost:3001', 'ws://localhost:3001/'],
  ] as const) {
    it(`writes ${text} as ${normal}`, () => {
      expect(normalAddress(text)).to.equal(normal);
      expect(normalAddress(normal)).to.equal(normal);
    });
  }

  for (const text of [
    '',
    '/x',
    'api.example.com/x',
    'ftp://api.example.com/x',
    'https://ann@api.example.com/x',
    'https://:secret@api.example.com/x',
    'https://api.example.com\\x',
    'https://api.example.com/a b',
    'https://api.example.com/a\tb',
    'https://api.example.com/é',
    'https://',
    'https://@api.example.com/x',
    'https:api.example.com/x',
    'https:/api.example.com/x',
    'https:///api.example.com/x',
    'https://?api.example.com',
    'https://api.example.com:99999/x',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(normalAddress(text)).to.equal(null);
    });
  }
});
