import path from 'node:path'
import { cacheFolder, root } from './paths.mjs'
import { ensureSidePackages } from './side-packages.mjs'

/**
 * The agent programs that test/agents/programs pins: about 1.2 GB.
 * @param {{ cache?: string, programs?: string }} [options]
 * @returns {Promise<string>} the folder that holds their node_modules
 */
export function ensureAgentPrograms({ cache = cacheFolder(), programs = path.join(root, 'test/agents/programs') } = {}) {
  return ensureSidePackages(programs, { name: 'agent-programs', what: 'the agent programs', neededBytes: 2.5e9, cache })
}
