/** Starts the interface: texts first, then the tree of providers around the routes. */
import "@fontsource-variable/inter/wght.css";
import "../theme/mantineParts.ts";
import "@mantine/notifications/styles.css";
import "../theme/tokens.css";
import "../theme/base.css";
import "../theme/mantine.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "../api/queryClient.ts";
import { startTexts } from "../lib/i18n.ts";
import { theme, variables } from "../theme/mantine.ts";
import { router } from "./routes.tsx";

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no element #root");
await startTexts();
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-left" limit={3} autoClose={8000} zIndex={60} containerWidth={400} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
