import { describe, expect, it } from 'vitest'
import { defaultPreferences, readPreferences, setPreference } from '@renderer/db/preferences'
import { createTestDisk } from './support'

describe('preferences', () => {
  it('are the defaults until they are set', async () => {
    const db = await createTestDisk().open()
    expect(await readPreferences(db)).toEqual(defaultPreferences)
    await setPreference(db, 'sendKey', 'mod-enter')
    expect(await readPreferences(db)).toEqual({ ...defaultPreferences, sendKey: 'mod-enter' })
  })

  it('fall back one by one where a stored value makes no sense', async () => {
    const db = await createTestDisk().open()
    await db.preferences.bulkPut([
      { key: 'sendKey', value: 'plaid' },
      { key: 'defaultSystemPrompt', value: 'Be brief.' },
      { key: 'unknown', value: 1 },
    ])
    expect(await readPreferences(db)).toEqual({ ...defaultPreferences, defaultSystemPrompt: 'Be brief.' })
  })

  it('are not stored when they make no sense', async () => {
    const db = await createTestDisk().open()
    await expect(setPreference(db, 'defaultParameters', { temperature: -1 })).rejects.toThrow()
    expect(await db.preferences.count()).toBe(0)
  })
})
