import { groupByDate } from '@renderer/features/chat/sidebar/group-by-date'
import type { Conversation } from '@shared/domain/conversation'
import { expect, it } from 'vitest'

const now = new Date(2026, 2, 15, 9, 30)
const at = (...date: [number, number, number, number?]) => new Date(date[0], date[1], date[2], date[3] ?? 12).getTime()

function conversation(id: string, updatedAtMs: number): Conversation {
  return { id, title: id, isTitleOwn: false, createdAtMs: updatedAtMs, updatedAtMs, isPinned: false, systemPrompt: '', parameters: {} }
}

function outline(rows: ReturnType<typeof groupByDate>): readonly string[] {
  return rows.map((row) => (row.kind === 'heading' ? `# ${row.title}` : row.conversation.id))
}

it('puts the pinned first and the others under the days they were last used', () => {
  const rows = groupByDate(
    [conversation('pinned', at(2025, 0, 1))],
    [conversation('a', at(2026, 2, 15, 0)), conversation('b', at(2026, 2, 14, 23)), conversation('c', at(2026, 2, 8)), conversation('d', at(2026, 2, 7)), conversation('e', at(2025, 11, 31))],
    now.getTime(),
  )
  const march = new Date(2026, 2, 7).toLocaleDateString(undefined, { month: 'long', year: 'numeric' })
  const december = new Date(2025, 11, 31).toLocaleDateString(undefined, { month: 'long', year: 'numeric' })
  expect(outline(rows)).toEqual(['# Pinned', 'pinned', '# Today', 'a', '# Yesterday', 'b', '# Previous 7 days', 'c', `# ${march}`, 'd', `# ${december}`, 'e'])
})

it('has no headings where there is nothing', () => {
  expect(groupByDate([], [], now.getTime())).toEqual([])
})
