// Where the project is, seen from the compiled files in bench/.build.

import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
export const PROGRAM = `${ROOT}bin/petitbleu.js`;
