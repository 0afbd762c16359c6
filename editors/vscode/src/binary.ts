// Which server is started. Nothing is ever downloaded: the setting's, the extension's own, or the one on PATH.

import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

const NAME = process.platform === 'win32' ? 'heaplight.exe' : 'heaplight';

export type Found = { path: string; from: 'setting' | 'extension' | 'PATH' };

/** The server to start, or a sentence for the user that says why there is none. */
export function findServer(setting: string, extensionFolder: string): Found | string {
  const asked = setting.trim();
  if (asked !== '') {
    const path = asked === '~' || /^~[/\\]/.test(asked) ? join(homedir(), asked.slice(1)) : asked;
    if (!isAbsolute(path)) {
      return `the setting heaplight.path is not an absolute path: ${asked}`;
    }
    // Not another server in its place: whoever names one means that one.
    return isProgram(path) ? { path, from: 'setting' } : `the setting heaplight.path names no program: ${path}`;
  }
  const own = join(extensionFolder, 'server', NAME);
  if (isProgram(own)) {
    return { path: own, from: 'extension' };
  }
  // A relative entry of PATH would mean a program in whatever folder is open.
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const path = folders.map((folder) => join(folder, NAME)).find(isProgram);
  if (path !== undefined) {
    return { path, from: 'PATH' };
  }
  return 'this build of the extension brings no server, and there is no heaplight on your PATH';
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
