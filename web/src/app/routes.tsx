/** Every address of the interface; each screen loads when it is first visited. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { Problem } from "../api/client.ts";
import { catalogQuery, meQuery } from "../api/queries.ts";
import { queryClient } from "../api/queryClient.ts";
import { readMoment } from "../lib/past.ts";
import { readListSearch } from "../lib/search.ts";
import { Failure } from "./Failure.tsx";
import { Shell } from "./Shell.tsx";

const root = createRootRoute({ component: Outlet, errorComponent: Failure });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search): { next?: string } =>
    typeof search["next"] === "string" && /^\/(?!\/)/.test(search["next"]) ? { next: search["next"] } : {},
  component: lazyRouteComponent(() => import("../views/sign-in/SignIn.tsx"), "SignIn"),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: Shell,
  errorComponent: Failure,
  beforeLoad: async ({ location }) => {
    try {
      await Promise.all([queryClient.ensureQueryData(meQuery), queryClient.ensureQueryData(catalogQuery)]);
    } catch (error) {
      if (error instanceof Problem && error.status === 401)
        throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
      throw error;
    }
  },
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  beforeLoad: () => {
    const objects = queryClient.getQueryData(catalogQuery.queryKey)?.objects ?? [];
    const first = objects.find(({ name }) => name === "account") ?? objects[0];
    if (first !== undefined) throw redirect({ to: "/o/$object", params: { object: first.name }, replace: true });
  },
});

const list = createRoute({
  getParentRoute: () => signedIn,
  path: "/o/$object",
  validateSearch: readListSearch,
  component: lazyRouteComponent(() => import("./ObjectPage.tsx"), "ObjectPage"),
});

const record = createRoute({
  getParentRoute: () => signedIn,
  path: "/o/$object/$id",
  validateSearch: (search): { as_of?: string } => {
    const moment = readMoment(search["as_of"]);
    return moment === undefined ? {} : { as_of: moment };
  },
  component: lazyRouteComponent(() => import("../views/record/RecordPage.tsx")),
});

const objects = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/objects",
  component: lazyRouteComponent(() => import("../views/settings/ObjectsPage.tsx")),
});

const fields = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/objects/$object",
  component: lazyRouteComponent(() => import("../views/settings/ObjectPage.tsx")),
});

const users = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/users",
  component: lazyRouteComponent(() => import("../views/settings/UsersPage.tsx")),
});

const currencies = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/currencies",
  component: lazyRouteComponent(() => import("../views/settings/currencies/CurrenciesPage.tsx")),
});

const rates = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/currencies/$code",
  component: lazyRouteComponent(() => import("../views/settings/currencies/RatesPage.tsx")),
});

const keys = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/keys",
  component: lazyRouteComponent(() => import("../views/settings/KeysPage.tsx")),
});

const schedules = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/schedules",
  component: lazyRouteComponent(() => import("../views/settings/SchedulesPage.tsx")),
});

const trash = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/trash",
  component: lazyRouteComponent(() => import("../views/settings/TrashPage.tsx")),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    signedIn.addChildren([home, list, record, objects, fields, users, currencies, rates, keys, schedules, trash]),
  ]),
  defaultPreload: "intent",
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
