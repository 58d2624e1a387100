import { powerSaveBlocker } from 'electron'

/** Holds off the machine's sleep while there is work and the person agrees; the screen may go dark all the same. */
export function createAwake(): { setAtWork(isAtWork: boolean): void; setStaysAwake(staysAwake: boolean): void } {
  let isAtWork = false
  let staysAwake = false
  let blocker: number | undefined
  const apply = (): void => {
    if (isAtWork && staysAwake) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (blocker !== undefined) {
      powerSaveBlocker.stop(blocker)
      blocker = undefined
    }
  }
  return {
    setAtWork(next) {
      isAtWork = next
      apply()
    },
    setStaysAwake(next) {
      staysAwake = next
      apply()
    },
  }
}
