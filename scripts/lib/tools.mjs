import path from 'node:path'
import { root } from './paths.mjs'

/** @typedef {{ file: string, args: string[] }} Tool a JavaScript file that Node runs */

/** Of the window's side, as in tsconfig.web.json. */
const windowFolders = ['src-renderer', 'test/unit/renderer', 'test/e2e', 'test/bench']

/** @type {Record<'typesNode' | 'typesWeb' | 'lintNode' | 'lintWeb', Tool>} */
export const checks = {
  typesNode: { file: installed('typescript/bin/tsc'), args: ['-p', 'tsconfig.node.json', '--noEmit'] },
  typesWeb: { file: installed('typescript/bin/tsc'), args: ['-p', 'tsconfig.web.json', '--noEmit'] },
  lintNode: { file: installed('eslint/bin/eslint.js'), args: ['.', '--max-warnings', '0', ...windowFolders.flatMap((folder) => ['--ignore-pattern', `${folder}/**`])] },
  lintWeb: { file: installed('eslint/bin/eslint.js'), args: [...windowFolders, '--max-warnings', '0'] },
}

/** @param {string} place inside node_modules */
export function installed(place) {
  return path.join(root, 'node_modules', place)
}
