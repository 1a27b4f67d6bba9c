/** Who may call what. Every option: docs/configuration.md. */
import { defineConfig } from './shared/config/define.ts'

export default defineConfig({
  issuers: [
    {
      issuer: 'https://tenant.example.com/',
      audience: 'https://api.example.com/patients',
    },
  ],
  routes: {
    'GET /health': 'public',
    'GET /me': 'authenticated',
    'GET /patients': { scopes: 'read:patients' },
    'GET /patients/{id}': { scopes: 'read:patients' },
    'GET /admin/{report+}': { scopes: 'read:admin' },
    $connect: { scopes: 'read:patients' },
  },
})
