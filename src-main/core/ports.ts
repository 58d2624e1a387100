import type { Theme } from '@shared/rpc/contract'

/** How secrets are kept at rest: the keychain through safeStorage in Electron, plain in a file of mode 0600 headless. */
export interface SecretCipher {
  /** Written beside each secret, so that one that another cipher wrote is recognised. */
  readonly id: string
  /** Text that `decrypt` of the same cipher turns back; safe to put in JSON. */
  encrypt(text: string): string
  /** Throws when the text was written by another keychain. */
  decrypt(text: string): string
  /** One sentence for the person, where this is less than the keychain. */
  readonly notice?: string
}

/** What only a desktop can do; absent headless. */
export interface ShellPort {
  setTheme(theme: Theme): void | Promise<void>
  /** Path of the GGUF file that was chosen; undefined when the dialog was dismissed. */
  chooseModelFile(): Promise<string | undefined>
  /** A notification of the system; a click on it brings the window up. */
  notify(note: { readonly title: string; readonly text: string }): void
  showFolder(path: string): void | Promise<void>
  /** A page in the browser of the system; https, or plain http to this machine. */
  openExternal?(url: string): void | Promise<void>
  /** A link for other programs to a page, `accounts`; undefined where the system does not know links of this app. */
  link(page: string): string | undefined
  /** On the taskbar or the dock: 0 to 1, or undefined for none. */
  setProgress(done: number | undefined): void
  /** Whether there is work that a sleep of the machine would hold up. */
  setAtWork(isAtWork: boolean): void
  /** Whether the person agrees that the machine does not sleep while there is. */
  setStaysAwake(staysAwake: boolean): void
}
