import { FirstError } from '@shared/errors'
import type { Outlet } from './outlet'

/** To a caller inside the app, who takes whole answers only. */
export class InnerOutlet implements Outlet {
  readonly isCommitted = false
  isErrorTold = false
  readonly errorEvents = undefined
  /** The answer, once it is there. */
  answer: Buffer | undefined

  send(json: Buffer): void {
    this.answer = json
  }

  write(): boolean {
    throw new FirstError('internal_error', 'A caller inside the app takes no streams.')
  }

  commit(): void {
    this.write()
  }

  finish(): void {
    this.write()
  }

  keepAlive(): void {
    // Nobody gives up here.
  }

  onceDrained(): void {
    // Nothing is written.
  }

  end(): void {
    // The error is thrown to the caller.
  }
}
