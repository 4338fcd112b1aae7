import type { RequestHandler } from 'express';

/**
 * Lets people in with a browser: it can ask for a password and send it as HTTP Basic, which is read here as the
 * bearer token that it is. The user name does not matter.
 */
export const browserLogin: RequestHandler = (request, _response, next) => {
  const basic = /^Basic +([A-Za-z0-9+/=]{1,16384}) *$/i.exec(request.get('authorization') ?? '')?.[1];
  if (basic !== undefined) {
    const [, ...password] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    request.headers.authorization = `Bearer ${password.join(':')}`;
  }
  next();
};
