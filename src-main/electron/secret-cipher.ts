/* eslint-disable @typescript-eslint/no-deprecated -- the runtime that the tests use does not have the calls that wait, and `SecretCipher` is not one that waits. */
import { safeStorage } from 'electron'
import { FirstError } from '@shared/errors'
import type { SecretCipher } from '../core/ports'

const plainNotice =
  'This system has no keyring that FIRST Desktop can use: secrets are kept without encryption in a file that only your user can read.'

/** Secrets in the system's keychain through safeStorage. Needs a ready app. */
export function createSecretCipher(platform: NodeJS.Platform): SecretCipher {
  // `basic_text` is Chromium's name for a key that everyone knows (Electron's manual, safeStorage).
  const isPlain = platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text'
  if (isPlain) safeStorage.setUsePlainTextEncryption(true)

  function requireKeychain(): void {
    if (!safeStorage.isEncryptionAvailable()) throw new FirstError('secret_unreadable', 'The system does not let FIRST Desktop use its keychain.')
  }
  return {
    id: isPlain ? 'plain-text' : 'keychain',
    ...(isPlain && { notice: plainNotice }),
    encrypt(text) {
      requireKeychain()
      return safeStorage.encryptString(text).toString('base64')
    },
    decrypt(text) {
      requireKeychain()
      return safeStorage.decryptString(Buffer.from(text, 'base64'))
    },
  }
}
