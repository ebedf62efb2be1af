/** Lint rules: import boundaries, file and function budgets, hooks, accessibility. */
import { existsSync, readdirSync } from "node:fs";
import js from "@eslint/js";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

const features = existsSync("app/features") ? readdirSync("app/features") : [];

const forbid = (files, group, message) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns: [{ group, message }] }] },
});

export default ts.config(
  { ignores: ["node_modules", "client/schema.d.ts", "dist"] },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    files: ["**/*.{ts,tsx}"],
    rules: {
      complexity: ["error", 10],
      "max-params": ["error", 5],
      "max-lines": ["error", { max: 400, skipBlankLines: false }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "no-console": "error",
      eqeqeq: "error",
    },
  },
  {
    files: ["**/*.tsx"],
    plugins: { "react-hooks": hooks },
    extends: [a11y.flatConfigs.strict],
    rules: {
      ...hooks.configs.recommended.rules,
      "max-lines": ["error", { max: 250 }],
      // What scrolls must be reachable by keyboard; the end-to-end tests let axe check just that.
      "jsx-a11y/no-noninteractive-tabindex": "off",
      "no-restricted-syntax": [
        "error",
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Text from a server or a model is never parsed as HTML.",
        },
      ],
    },
  },
  {
    files: ["scripts/**", "eslint.config.js"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
  {
    files: ["public/**"],
    languageOptions: {
      sourceType: "script",
      globals: { document: "readonly", localStorage: "readonly", matchMedia: "readonly" },
    },
  },
  forbid(
    ["client/**"],
    ["@/*", "react", "react-dom"],
    "The client serves every front end: it knows no app and no framework.",
  ),
  forbid(
    ["app/components/**", "app/data/**", "app/i18n/**"],
    ["@/features/*", "@/routes"],
    "Shared pieces do not know the features that use them.",
  ),
  ...features.map((name) =>
    forbid(
      [`app/features/${name}/**`],
      [
        "@/routes",
        ...features
          .filter((other) => other !== name)
          .flatMap((other) => [`@/features/${other}`, `@/features/${other}/*`, `../${other}/*`]),
      ],
      "Features never import each other: share through components/ or data/, compose in routes.tsx.",
    ),
  ),
);
