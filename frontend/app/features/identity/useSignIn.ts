/** The form that signs in, or makes the first account of a fresh server. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { unwrap } from "@client/api";
import { api, queries, session } from "@/data/client";

export function useAuthStatus() {
  return useQuery({ queryKey: ["auth-status"], queryFn: () => unwrap(api.http.GET("/api/v1/auth/status")) });
}

export interface Credentials {
  email: string;
  password: string;
}

export function useSignIn() {
  return useMutation({
    mutationFn: (body: Credentials) => unwrap(api.http.POST("/api/v1/auth/login", { body })),
    onSuccess: (reply) => {
      queries.clear();
      session.signIn(reply);
    },
  });
}

export interface Registration extends Credentials {
  name: string;
  workspaceName: string;
}

export function useRegister() {
  return useMutation({
    mutationFn: ({ workspaceName, ...rest }: Registration) =>
      unwrap(
        api.http.POST("/api/v1/auth/register", {
          body: { ...rest, ...(workspaceName && { workspace_name: workspaceName }) },
        }),
      ),
    onSuccess: (reply) => {
      queries.clear();
      session.signIn(reply);
    },
  });
}
