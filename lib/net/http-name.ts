/** The name of a header or a cookie: a token as in RFC 9110 section 5.6.2. */
export const HTTP_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
