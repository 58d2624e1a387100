import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import importX from 'eslint-plugin-import-x'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

/** Folders of src-main that run without Electron: the whole of it but its own host. */
const core = ['agents', 'batches', 'clusters', 'core', 'engines', 'federation', 'gateway', 'headless', 'identity', 'records', 'rpc', 'scheduler', 'staging', 'storage', 'translate', 'cli']

/** Who may import whom: `target` must not import `from`, save what `except` names (design.md, "The layout"). */
const zones = [
  { target: './src-shared', from: ['./src-main', './src-renderer'], message: 'src-shared holds pure values and contracts.' },
  { target: './src-renderer', from: './src-main', message: 'The window reaches the core through src-shared/rpc only.' },
  { target: './src-main', from: './src-renderer', message: 'The core never imports the window.' },
  { target: core.map((folder) => `./src-main/${folder}`), from: './src-main/electron', message: 'Nothing imports the Electron host.' },
  { target: core.filter((folder) => folder !== 'headless' && folder !== 'cli').map((folder) => `./src-main/${folder}`), from: './src-main/headless', message: 'Only the command line starts the headless host.' },
  { target: './src-main/gateway', from: './src-main/clusters', message: 'The gateway reaches clusters through federation.' },
  { target: './src-main/federation', from: './src-main/clusters', except: ['./cluster-adapter.ts'], message: 'Only the adapter contract is known here.' },
  { target: './src-main/scheduler', from: './src-main/clusters', except: ['./cluster-adapter.ts', './replica-host.ts', './managed-cluster.ts'], message: 'Only the contracts of clusters are known here.' },
  { target: ['./src-main/core', './src-main/rpc', './src-main/identity', './src-main/records', './src-main/storage', './src-main/headless', './src-main/cli', './src-main/electron', './src-main/engines'], from: './src-main/clusters', except: ['./cluster-adapter.ts', './managed-cluster.ts', './registry.ts'], message: 'Only registry.ts imports a kind of cluster.' },
  { target: './src-renderer/ui', from: ['./src-renderer/features', './src-renderer/app', './src-renderer/db', './src-renderer/rpc'], message: 'ui is presentational.' },
  { target: './src-renderer/features', from: './src-renderer/app', message: 'The shell imports features, not the other way round.' },
]

const features = ['chat', 'settings', 'welcome', 'batches', 'status', 'gateway', 'accounts']
for (const feature of features)
  zones.push({
    target: `./src-renderer/features/${feature}`,
    from: features.filter((other) => other !== feature).map((other) => `./src-renderer/features/${other}/!(index).{ts,tsx}`),
    message: 'A feature uses another through its index.ts.',
  })

export default tseslint.config(
  { ignores: ['out', 'dist', 'node_modules', 'coverage', 'test-results', 'playwright-report'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { project: ['./tsconfig.node.json', './tsconfig.web.json'], tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: ['tsconfig.node.json', 'tsconfig.web.json'] })] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-invalid-void-type': 'off',
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Use undici in the core, the typed client in the window.' }],
    },
  },
  // Else the parser reads the whole of the core first, to see that they are not of it.
  {
    files: ['src-renderer/**/*.{ts,tsx}', 'test/unit/renderer/**/*.{ts,tsx}', 'test/e2e/**/*.ts', 'test/bench/**/*.ts'],
    ignores: ['test/bench/batch-validation-run.ts', 'test/bench/resident.ts'],
    languageOptions: { parserOptions: { project: ['./tsconfig.web.json'] } },
  },
  {
    files: ['src-shared/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '^(?!\\.|zod$|@orpc/contract$|@shared/)', message: 'src-shared imports zod and the contract library only.' }] }] },
  },
  {
    files: core.map((folder) => `src-main/${folder}/**/*.ts`),
    rules: { 'no-restricted-imports': ['error', { paths: ['electron', 'electron-store'] }] },
  },
  { files: ['src-main/cli/**/*.ts', 'test/bench/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['test/**/*.{ts,tsx}'], rules: { 'no-restricted-globals': 'off', '@typescript-eslint/no-non-null-assertion': 'off' } },
  { files: ['src-renderer/**/*.{ts,tsx}'], ...reactHooks.configs.flat['recommended-latest'] },
)
