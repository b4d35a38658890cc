import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Vite reads a configuration only as the default export. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react(), siteConfig()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Inlined data would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
  },
})

/**
 * Puts staticwebapp.config.json beside the page, where Static Web Apps and the local host look for it. The
 * policy names where the page may connect to: ATLAS_API_ORIGIN and ATLAS_PUSH_ORIGIN, or this machine.
 */
function siteConfig(): Plugin {
  const fileName = 'staticwebapp.config.json'
  return {
    name: 'atlas-site-config',
    apply: 'build',
    generateBundle() {
      const source = readFileSync(join(import.meta.dirname, fileName), 'utf8')
        .replace(' __API_ORIGIN__', withSpace(process.env['ATLAS_API_ORIGIN'] ?? ''))
        .replace(' __PUSH_ORIGIN__', withSpace(process.env['ATLAS_PUSH_ORIGIN'] ?? 'ws://127.0.0.1:*'))
      this.emitFile({ type: 'asset', fileName, source })
    },
  }
}

function withSpace(origin: string): string {
  return origin === '' ? '' : ` ${origin}`
}
