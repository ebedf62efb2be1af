/** Catches what a page throws while it renders, and says so instead of showing nothing. */
import { Component, type ReactNode } from "react";
import { t } from "@/i18n/t";
import { Button } from "./Button";
import { Problem } from "./Problem";

export class Guard extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <main className="mx-auto max-w-read p-6">
        <Problem error={this.state.error}>
          <Button onClick={() => location.reload()}>{t("error.reload")}</Button>
        </Problem>
      </main>
    );
  }
}
