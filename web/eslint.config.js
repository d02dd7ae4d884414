import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Folders from the ground up: what stands in one may import only from those before it. */
const LAYERS = ["lib", "ui", "kinds", "commands", "views", "app"];

const downwards = LAYERS.map((layer, at) => ({
  files: [`src/${layer}/**/*.{ts,tsx}`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: LAYERS.slice(at + 1)
          .map((above) => `**/${above}/**`)
          .map((group) => ({ group: [group], message: `${layer} may not import from above it.` })),
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["dist", "node_modules"] },
  ...tseslint.configs.strict,
  { plugins: { "react-hooks": hooks } },
  {
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "max-lines": ["error", { max: 320, skipBlankLines: true, skipComments: true }],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  ...downwards,
);
