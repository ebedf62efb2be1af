/** Starts the app. */
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Notices } from "@/components/Notices";
import { queries } from "@/data/client";
import "@/components/theme";
import { App } from "./routes";
import "./styles/base.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element with the id root.");

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
      <Notices />
    </QueryClientProvider>
  </StrictMode>,
);
