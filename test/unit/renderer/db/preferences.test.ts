import { describe, expect, it } from 'vitest'
import { defaultPreferences, readPreferences, setPreference } from '@renderer/db/preferences'
import { createTestDisk } from './support'

describe('preferences', () => {
  it('are the defaults until they are set', async () => {
    const db = await createTestDisk().open()
    expect(await readPreferences(db)).toEqual(defaultPreferences)
    await setPreference(db, 'theme', 'dark')
    expect(await readPreferences(db)).toEqual({ ...defaultPreferences, theme: 'dark' })
  })

  it('fall back one by one where a stored value makes no sense', async () => {
    const db = await createTestDisk().open()
    await db.preferences.bulkPut([
      { key: 'theme', value: 'plaid' },
      { key: 'sidebarWidth', value: 300 },
      { key: 'unknown', value: 1 },
    ])
    expect(await readPreferences(db)).toEqual({ ...defaultPreferences, sidebarWidth: 300 })
  })

  it('are not stored when they make no sense', async () => {
    const db = await createTestDisk().open()
    await expect(setPreference(db, 'sidebarWidth', -1)).rejects.toThrow()
    expect(await db.preferences.count()).toBe(0)
  })
})
