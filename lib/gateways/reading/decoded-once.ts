/** Decodes a path as HTTP APIs do; returns it as it is if it is not valid UTF-8, percent-encoded. */
export function decodedOnce(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
