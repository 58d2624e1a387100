import { _electron } from '@playwright/test'
import { isRoot, root, scratchEnv, type Launch, type Launched } from './host'

export async function launchElectron(launch: Launch): Promise<Launched> {
  const electron = await _electron.launch({
    args: [...(isRoot ? ['--no-sandbox'] : []), root, '--data-dir', launch.dataDir, '--port', String(launch.port)],
    cwd: root,
    env: scratchEnv(launch),
  })
  const page = await electron.firstWindow()
  const { pid } = electron.process()
  if (pid === undefined) throw new Error('Electron has no process id.')
  return { page, roots: [pid], electron, quit: () => electron.close() }
}
