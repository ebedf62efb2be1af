/** The frame around every page of a workspace: side bar, page, notices. */
import { Suspense, useEffect, type ReactNode } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { Dialog } from "@/components/Dialog";
import { Offline } from "@/components/Offline";
import { Page } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { closeSidebar, useSidebar } from "@/components/sidebar";
import { useMedia } from "@/components/useMedia";
import { useSession } from "@/data/session";
import { lastWorkspace, rememberWorkspace, useWorkspaceId, useWorkspaces } from "@/data/workspaces";
import { t } from "@/i18n/t";
import { Overlays } from "./Overlays";
import { Sidebar } from "./Sidebar";

export function Shell(): ReactNode {
  const signedIn = useSession() !== null;
  const wide = useMedia("(min-width: 64rem)");
  const { open } = useSidebar();
  const workspaceId = useWorkspaceId();
  const workspaces = useWorkspaces(signedIn);
  const location = useLocation();
  const known = workspaces.data?.some((workspace) => workspace.id === workspaceId);

  useEffect(() => {
    if (known) rememberWorkspace(workspaceId);
  }, [known, workspaceId]);

  if (!signedIn) return <Navigate to="/sign-in" replace state={{ from: location.pathname + location.search }} />;
  return (
    <div className="flex h-full">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:start-3 focus:top-3 focus:z-50 focus:rounded-md focus:bg-raised focus:px-4 focus:py-2 focus:shadow-raised"
      >
        {t("nav.skip")}
      </a>
      {wide && (
        <aside aria-label={t("nav.sidebar")} className="w-[17rem] shrink-0 border-e border-line bg-canvas">
          <Sidebar />
        </aside>
      )}
      {!wide && open && (
        <Dialog shape="sheet-start" title={t("nav.sidebar")} hideTitle onClose={closeSidebar}>
          <Sidebar />
        </Dialog>
      )}
      <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col bg-surface outline-none">
        <Offline />
        <div className="min-h-0 flex-1">
          {known === false ? (
            <NotYours />
          ) : (
            <Suspense>
              <Outlet />
            </Suspense>
          )}
        </div>
      </main>
      <Overlays />
    </div>
  );
}

function NotYours(): ReactNode {
  return (
    <Page title={t("workspace.gone.title")} about={t("workspace.gone.text")}>
      <a href="/" className="text-accent underline underline-offset-4">
        {t("workspace.gone.action")}
      </a>
    </Page>
  );
}

/** Where "/" leads: the workspace one was last in, else the first. */
export function Home(): ReactNode {
  const signedIn = useSession() !== null;
  const workspaces = useWorkspaces(signedIn);
  if (!signedIn) return <Navigate to="/sign-in" replace />;
  if (workspaces.error)
    return (
      <main className="mx-auto max-w-read p-6">
        <Problem error={workspaces.error} onRetry={() => void workspaces.refetch()} />
      </main>
    );
  if (!workspaces.data) return null;
  const last = lastWorkspace();
  const workspace = workspaces.data.find((each) => each.id === last) ?? workspaces.data[0];
  return workspace ? (
    <Navigate to={`/w/${workspace.id}/chat`} replace />
  ) : (
    <Page title={t("workspace.none.title")} about={t("workspace.none.text")}>
      {null}
    </Page>
  );
}
