import middy, { type MiddlewareObj } from '@middy/core';
import { allow, type Event, type Handler } from './contender.ts';

/** As many middlewares as this package has, all of them idle: the time of Middy itself. */
export function create(): Handler {
  const idle: MiddlewareObj = { before() {}, after() {}, onError() {} };
  const answering: MiddlewareObj<Event> = {
    ...idle,
    after: (request) => {
      request.response = allow(request.event, {});
    },
  };
  return middy<Event>().use([idle, idle, idle, idle, answering]) as unknown as Handler;
}
