import { _electron } from '@playwright/test'
import { hostArgs, isRoot, root, scratchEnv, type Launch, type Launched } from './host'

export function electronArgs(launch: Launch): string[] {
  return [...(isRoot ? ['--no-sandbox'] : []), root, ...hostArgs(launch)]
}

export async function launchElectron(launch: Launch): Promise<Launched> {
  const electron = await _electron.launch({
    args: electronArgs(launch),
    cwd: root,
    env: scratchEnv(launch),
  })
  const page = await electron.firstWindow()
  // A window is there before its page is; one that closes at once has made way for that of a failed start.
  await page.waitForURL('app://**').catch(() => undefined)
  const { pid } = electron.process()
  if (pid === undefined) throw new Error('Electron has no process id.')
  return { page, roots: [pid], port: 0, electron, quit: () => electron.close() }
}
