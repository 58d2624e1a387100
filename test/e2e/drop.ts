import type { Page } from '@playwright/test'

/**
 * Drops files or folders of this machine on the window, as a hand with a file manager would: the browser itself reads them.
 * @param paths absolute
 */
export async function dropPaths(page: Page, ...paths: readonly string[]): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  const drag = async (type: 'dragEnter' | 'dragOver' | 'drop'): Promise<void> => {
    await devTools.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data: { items: [], files: [...paths], dragOperationsMask: 1 } })
  }
  await drag('dragEnter')
  await drag('dragOver')
  await page.getByText('Drop a JSONL file', { exact: true }).waitFor()
  await drag('drop')
  await devTools.detach()
}
