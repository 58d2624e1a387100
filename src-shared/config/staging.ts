import { z } from 'zod'

const collectionId = z.guid('write the collection as its UUID')
/** A folder as a collection, or a file system, names it. */
const folder = z.string().regex(/^\/(?:(?!\.\.?\/)[^/\0]+\/)*$/, 'begins and ends with a slash, such as /user-staging/')

/** How the file of a batch comes to a FIRST site, and its results back. There is no secret in it: the tokens are those of the site's sign-in. */
export const stagingConfig = z
  .strictObject({
    /** False: batches are sent line by line, as without `staging`. */
    enabled: z.boolean().default(true),
    /** The site's collection, and a folder of it that the account may write to. Absent: asked of the site (`PUT /data/staging`). */
    collection: collectionId.optional(),
    path: folder.optional(),
    /** What the collection shows as `/`, in the site's file system. Absent: the site takes paths as its collection has them. */
    root: folder.default('/'),
    /** Files go by Globus Transfer, from and to a collection of this machine. Absent: over HTTPS. */
    transfer: z
      .strictObject({
        /** Of Globus Connect Personal, for example. */
        collection: collectionId,
        /** A folder of this machine that the collection shows. */
        folder: z.string().min(1),
        /** The same folder, as the collection names it. */
        path: z.string().regex(/^\/(?:.*\/)?$/, 'begins and ends with a slash, such as /~/staging/'),
      })
      .optional(),
  })
  .refine(({ collection, path }) => (collection === undefined) === (path === undefined), { path: ['path'], message: 'goes with collection: give both, or neither' })
export type StagingConfig = z.infer<typeof stagingConfig>
