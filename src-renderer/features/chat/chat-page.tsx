import { useLocalData, useSetPreference } from '@renderer/db'
import { IconButton } from '@renderer/ui/icon-button'
import { preloadMarkdown } from '@renderer/ui/markdown'
import { modKey } from '@renderer/ui/mod-key'
import { useKept } from '@renderer/ui/use-kept'
import { PanelLeftOpen, SquarePen } from 'lucide-react'
import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { z } from 'zod'
import { ChatHeader } from './chat-header'
import { Composer } from './composer/composer'
import { newChatPath, readChatPath } from './paths'
import { ConversationSidebar, sidebarWidth } from './sidebar/conversation-sidebar'
import { EmptyChat } from './thread/empty-chat'
import { MissingChat } from './thread/missing-chat'
import { Thread } from './thread/thread'
import { tell } from '@renderer/ui/tell'
import { useChat } from './use-chat'

export function ChatPage() {
  const [location, navigate] = useLocation()
  const { conversationId, messageId } = readChatPath(location)
  const [isSidebarOpen, setIsSidebarOpen] = useKept('sidebar-open', z.boolean(), true)
  const [width, setWidth] = useKept('sidebar-width', z.number().min(sidebarWidth.min).max(sidebarWidth.max), 264)
  const chat = useChat(conversationId)
  useRememberPlace(conversationId, messageId)
  useEffect(preloadMarkdown, [])
  useSidebarKey(() => setIsSidebarOpen(!isSidebarOpen))

  return (
    <>
      {isSidebarOpen && <ConversationSidebar selectedId={conversationId} width={width} onResize={setWidth} onHide={() => setIsSidebarOpen(false)} />}
      <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col focus-visible:outline-none">
        <ChatHeader conversation={chat.conversation ?? undefined}>
          {!isSidebarOpen && (
            <>
              <IconButton icon={PanelLeftOpen} label="Show the conversations" keys={`${modKey} B`} onClick={() => setIsSidebarOpen(true)} />
              <IconButton icon={SquarePen} label="New chat" onClick={() => navigate(newChatPath)} />
            </>
          )}
        </ChatHeader>
        {conversationId === undefined && <EmptyChat model={chat.model} onAsk={(question) => void chat.send(question)} />}
        {conversationId !== undefined && chat.conversation === null && <MissingChat />}
        {conversationId !== undefined && chat.conversation !== null && <Thread key={conversationId} conversationId={conversationId} jumpTo={messageId} />}
        {chat.conversation !== null && <Composer chat={chat} conversationId={conversationId} />}
      </main>
    </>
  )
}

/** The next start opens this conversation again; a message that was searched for is shown with its branch. */
function useRememberPlace(conversationId: string | undefined, messageId: string | undefined): void {
  const { history } = useLocalData()
  const setPreference = useSetPreference()
  useEffect(() => {
    setPreference('lastConversationId', conversationId ?? null).catch(tell)
  }, [conversationId, setPreference])
  useEffect(() => {
    if (messageId !== undefined) history.selectBranch(messageId).catch(tell)
  }, [messageId, history])
}

function useSidebarKey(toggle: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== 'b') return
      event.preventDefault()
      toggle()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [toggle])
}
