import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const virtualTimeOnly = [
  { object: 'Math', property: 'random', message: 'use the generator handed to you (sim/rng)' },
  { object: 'Date', property: 'now', message: 'use virtual time (scheduler.now)' },
  { object: 'performance', property: 'now', message: 'use virtual time (scheduler.now)' },
];

export default defineConfig(
  { ignores: ['out/', '**/*.d.ts', '*.js', '*.mjs'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/prefer-literal-enum-member': 'off',
      'no-restricted-properties': ['error', ...virtualTimeOnly],
      'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'setImmediate'],
    },
  },
  {
    files: ['bench/**', 'test/**', 'src/cli/**'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-globals': 'off' },
  },
);
