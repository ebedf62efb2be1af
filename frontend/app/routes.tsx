/** The addresses of the app; the one place where features meet. */
import { lazy, Suspense, type ReactNode } from "react";
import { BrowserRouter, Navigate, Route, Routes, useLocation } from "react-router";
import type { Bot, Conversation } from "@client/types";
import { Guard } from "@/components/Guard";
import { Page } from "@/components/Page";
import { useSession } from "@/data/session";
import { t } from "@/i18n/t";
import { Home, Shell } from "./shell/Shell";

/** Each page is fetched when it is first opened. */
const SignInPage = lazy(async () => ({ default: (await import("./features/identity/SignInPage")).SignInPage }));
const ChatPage = lazy(async () => ({ default: (await import("./features/chat/ChatPage")).ChatPage }));
const BotsPage = lazy(async () => ({ default: (await import("./features/bots/BotsPage")).BotsPage }));
const BotPage = lazy(async () => ({ default: (await import("./features/bots/BotPage")).BotPage }));
const TryChat = lazy(async () => ({ default: (await import("./features/chat/TryChat")).TryChat }));
const DocumentsPage = lazy(async () => ({
  default: (await import("./features/documents/DocumentsPage")).DocumentsPage,
}));
const PlaygroundPage = lazy(async () => ({
  default: (await import("./features/search/PlaygroundPage")).PlaygroundPage,
}));
const WorkspacePage = lazy(async () => ({
  default: (await import("./features/workspaces/WorkspacePage")).WorkspacePage,
}));
const ProfilePage = lazy(async () => ({ default: (await import("./features/identity/ProfilePage")).ProfilePage }));

const SharedPage = lazy(async () => ({ default: (await import("./features/shared/SharedPage")).SharedPage }));
const ConversationMenu = lazy(async () => ({
  default: (await import("./features/conversations/ConversationMenu")).ConversationMenu,
}));

const conversationMenu = (workspaceId: string, conversation: Conversation): ReactNode => (
  <Suspense>
    <ConversationMenu workspaceId={workspaceId} conversation={conversation} />
  </Suspense>
);

const tryChat = (bot: Bot): ReactNode => (
  <Suspense>
    <TryChat key={bot.version} bot={bot} />
  </Suspense>
);

export function App(): ReactNode {
  return (
    <Guard>
      <BrowserRouter>
        <Routes>
          <Route index element={<Home />} />
          <Route
            path="sign-in"
            element={
              <Door>
                <SignInPage />
              </Door>
            }
          />
          <Route
            path="shared"
            element={
              <Suspense>
                <SharedPage />
              </Suspense>
            }
          />
          <Route path="w/:ws" element={<Shell />}>
            <Route index element={<Navigate to="chat" replace />} />
            <Route path="chat/:conversationId?" element={<ChatPage renderMenu={conversationMenu} />} />
            <Route path="bots" element={<BotsPage />} />
            <Route path="bots/:botId" element={<BotPage renderChat={tryChat} />} />
            <Route path="documents/:collectionId?" element={<DocumentsPage />} />
            <Route path="search" element={<PlaygroundPage />} />
            <Route path="settings/:part?" element={<WorkspacePage />} />
            <Route path="profile" element={<ProfilePage />} />
            <Route path="*" element={<NotFound />} />
          </Route>
          <Route path="*" element={<NotFound />} />
        </Routes>
      </BrowserRouter>
    </Guard>
  );
}

/** Whoever is signed in has no business at the door: back to where they were going. */
function Door({ children }: { children: ReactNode }): ReactNode {
  const signedIn = useSession() !== null;
  const state = useLocation().state as { from?: string } | null;
  if (signedIn) return <Navigate to={state?.from ?? "/"} replace />;
  return <Suspense>{children}</Suspense>;
}

function NotFound(): ReactNode {
  return (
    <Page title={t("notFound.title")} about={t("notFound.text")}>
      <a href="/" className="text-accent underline underline-offset-4">
        {t("notFound.action")}
      </a>
    </Page>
  );
}
