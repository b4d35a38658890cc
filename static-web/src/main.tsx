import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { config } from 'zod'
import { App } from './view/app.tsx'
import './styles/colours.css'
import './styles/frame.css'
import './styles/board.css'
import './styles/pages.css'
import './styles/panel.css'
import './styles/views.css'

// Zod's compiled parsers need `eval`, which the content security policy forbids.
config({ jitless: true })

const root = document.querySelector('#root')
if (!root) throw new Error('index.html has lost its #root')
const queries = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } },
})
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)
