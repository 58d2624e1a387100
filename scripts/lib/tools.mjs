import path from 'node:path'
import { root } from './paths.mjs'

/** @typedef {{ file: string, args: string[] }} Tool a JavaScript file that Node runs */

/** @type {Record<'typesNode' | 'typesWeb' | 'lint', Tool>} */
export const checks = {
  typesNode: { file: installed('typescript/bin/tsc'), args: ['-p', 'tsconfig.node.json', '--noEmit'] },
  typesWeb: { file: installed('typescript/bin/tsc'), args: ['-p', 'tsconfig.web.json', '--noEmit'] },
  lint: { file: installed('eslint/bin/eslint.js'), args: ['.', '--max-warnings', '0'] },
}

/** @param {string} place inside node_modules */
export function installed(place) {
  return path.join(root, 'node_modules', place)
}
