/** Logging in with an operator's token, and out. */

import { batch, useSignal } from "@preact/signals";
import type { Bootstrap } from "../../model";
import { scoped } from "../../scope";
import { ask, Refusal } from "../../server";
import { bootstrap, operator } from "../../state";
import { text } from "../../texts/texts";
import { forgetAfterLogin, goOnAfterLogin } from "../alerts/acting";
import { Button, Trouble, Window } from "../parts/controls";
import { dialog } from "../parts/layout";

/** Asks anew what may be seen now; the link is opened anew with it. */
async function learnWho(): Promise<void> {
  const told = await ask<Bootstrap>(scoped("v1/console"));
  batch(() => {
    operator.value = told.operator;
    bootstrap.value = told;
  });
}

export async function logOut(): Promise<void> {
  await ask<unknown>("v1/logout", "POST", {}).catch(() => undefined);
  await learnWho().catch(() => {
    operator.value = null;
  });
}

export function LoginButton() {
  if (operator.value !== null) return null;
  return (
    <Button kind="primary" onPress={() => (dialog.value = { name: "login" })} testId="login">
      {text("login.open")}
    </Button>
  );
}

export function LoginDialog() {
  const token = useSignal("");
  const trouble = useSignal<string | null>(null);
  const isAsking = useSignal(false);
  const logIn = async (event: Event) => {
    event.preventDefault();
    if (isAsking.value) return;
    isAsking.value = true;
    trouble.value = null;
    try {
      await ask<unknown>("v1/login", "POST", { token: token.value.trim() });
      await learnWho();
      dialog.value = null;
      goOnAfterLogin();
    } catch (error) {
      trouble.value = words(error);
    } finally {
      isAsking.value = false;
    }
  };
  return (
    <Window title={text("login.title")} testId="dialog-login" onClose={forgetAfterLogin}>
      <p>{text("login.explains")}</p>
      <form onSubmit={logIn}>
        <label>
          {text("login.token")}
          <input
            type="password"
            autocomplete="current-password"
            required
            value={token.value}
            onInput={(event) => (token.value = event.currentTarget.value)}
            data-testid="login-token"
          />
        </label>
        <Trouble words={trouble.value} testId="login-trouble" />
        <div class="actions">
          <button type="submit" class="button primary" disabled={isAsking.value} data-testid="login-do">
            {text("login.do")}
          </button>
        </div>
      </form>
      <p class="small">{text("login.where")}</p>
    </Window>
  );
}

function words(error: unknown): string {
  if (!(error instanceof Refusal)) return String(error);
  if (error.status === 0) return text("refused.unreachable");
  return error.status === 401 ? text("login.wrong", { words: error.message }) : error.message;
}
