import { useMemo, useState } from 'react'
import remarkMath from 'remark-math'
import { Block, Streamdown, defaultRehypePlugins, defaultRemarkPlugins, type BlockProps } from 'streamdown'
import { CodeBlock } from './code-block'
import { elements } from './elements'
import { readFence } from './fence'
import { Formula } from './formula'
import { createBlockSplitter } from './split-blocks'
import { usePaced } from './use-paced'
import './markdown.css'

const noLinkDialog = { enabled: false }
/** HTML is parsed and sanitised; the plugin that rewrites addresses is left out, `elements` decides about those. */
const rehypePlugins = [defaultRehypePlugins['raw'], defaultRehypePlugins['sanitize']].filter((plugin) => plugin !== undefined)

const remarkPlugins = [...Object.values(defaultRemarkPlugins), remarkMath]

export interface MarkdownProps {
  readonly text: string
  /** While true the end of the text may still be cut off in the middle of a mark. */
  readonly isStreaming?: boolean
}

/** A whole answer. Only the block that grows is rendered again. */
export function Markdown({ text, isStreaming = false }: MarkdownProps) {
  const [splitBlocks] = useState(() => createBlockSplitter())
  const paced = usePaced(text, isStreaming)
  return (
    <Streamdown
      mode="streaming"
      className="md"
      parseIncompleteMarkdown={isStreaming}
      parseMarkdownIntoBlocksFn={splitBlocks}
      BlockComponent={FenceOrBlock}
      components={elements}
      remarkPlugins={remarkPlugins}
      rehypePlugins={rehypePlugins}
      controls={false}
      linkSafety={noLinkDialog}
    >
      {paced}
    </Streamdown>
  )
}

function FenceOrBlock(props: BlockProps) {
  const fence = useMemo(() => readFence(props.content), [props.content])
  if (fence === undefined) return <Block {...props} />
  return fence.language === 'math' && fence.isComplete ? <Formula tex={fence.code} isDisplay /> : <CodeBlock {...fence} />
}
