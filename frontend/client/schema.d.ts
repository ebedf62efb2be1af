// Generated from the server's OpenAPI document by `make client`. Do not edit.

export interface paths {
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in */
        post: operations["auth_login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends the session of the access token; its refresh token is void at once.
         */
        post: operations["auth_logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renew the tokens
         * @description Swaps a refresh token for a new pair. One that is used twice ends its session.
         */
        post: operations["auth_refresh_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account
         * @description Makes an account with a workspace of its own, and signs it in.
         */
        post: operations["auth_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Can accounts be made? */
        get: operations["auth_get_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in by an OAuth2 password form
         * @description The same as login, in the form that the Authorize button and OAuth2 clients send.
         */
        post: operations["auth_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/bots/{bot_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a bot */
        get: operations["bots_get_bot"];
        put?: never;
        post?: never;
        /**
         * Remove a bot
         * @description Its conversations stay readable.
         */
        delete: operations["bots_remove_bot"];
        options?: never;
        head?: never;
        /**
         * Change a bot
         * @description A changed configuration is a new version; keys that are left out keep their value.
         */
        patch: operations["bots_change_bot"];
        trace?: never;
    };
    "/api/v1/chat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask a bot
         * @description Stores the message and starts a turn, which runs to its end whether or not anyone listens.
         */
        post: operations["chat_send"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a collection */
        get: operations["collections_get_collection"];
        put?: never;
        post?: never;
        /**
         * Remove a collection
         * @description Removes it for good, with its documents, what was made of them, and their files.
         */
        delete: operations["collections_remove_collection"];
        options?: never;
        head?: never;
        /** Change a collection */
        patch: operations["collections_change_collection"];
        trace?: never;
    };
    "/api/v1/collections/{collection_id}/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may read a collection's new documents */
        get: operations["access_get_collection_access"];
        /**
         * Change who may read a collection's documents
         * @description The list that new documents begin with; whoever adds one is put on its list besides.
         */
        put: operations["access_put_collection_access"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection_id}/access/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List documents that not everyone may read
         * @description Editors see those that they may read; admins and owners all of them, the others without a name.
         */
        get: operations["access_list_restricted_documents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection_id}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List documents */
        get: operations["documents_list_documents"];
        put?: never;
        /**
         * Upload documents
         * @description Takes many files at once; or, as JSON, a pasted text, the address of a page, or that of a sitemap.
         *     Each is read in the background; one bad file never stops the others.
         *
         *     The same file again changes nothing; one of the same name with other content replaces the document.
         */
        post: operations["documents_upload_documents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection_id}/documents/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Retry, cancel or delete many documents */
        post: operations["documents_act_on_documents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection_id}/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List imports of sitemaps */
        get: operations["imports_list_imports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection_id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far reading is */
        get: operations["documents_collection_progress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection_id}/reread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read all documents of a collection again
         * @description Searches find each document as it was until it has been read again. While some are left of the last
         *     time, only those are read.
         */
        post: operations["documents_reread_collection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection_id}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search a collection
         * @description Passages by their words and their meaning, best first, and why each was found. What proves itself here
         *     can be saved as a bot's `retriever_k`, `retriever_weight` and `rerank`.
         */
        post: operations["search_search_collection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{conversation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a conversation */
        get: operations["conversations_get_conversation"];
        put?: never;
        post?: never;
        /**
         * Remove a conversation
         * @description Removes it for good, with its messages and turns.
         */
        delete: operations["conversations_remove_conversation"];
        options?: never;
        head?: never;
        /**
         * Change a conversation
         * @description Renames it, pins it, or chooses the branch in use.
         */
        patch: operations["conversations_change_conversation"];
        trace?: never;
    };
    "/api/v1/conversations/{conversation_id}/branch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Branch off a conversation
         * @description Copies the branch up to a message into a conversation of its own; the old one stays as it is.
         */
        post: operations["conversations_branch_conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{conversation_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export a conversation */
        get: operations["conversations_export_conversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{conversation_id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List messages */
        get: operations["conversations_list_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{conversation_id}/share": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List its links
         * @description Those that have not expired and were not revoked.
         */
        get: operations["sharing_list_shares"];
        put?: never;
        /**
         * Share a conversation
         * @description Makes a link that shows one branch as it is now, read-only, without what is said later.
         *
         *     Who opens it sees the questions and answers as they are, but cited passages only of documents that
         *     they may read. The same `Idempotency-Key` gives the same link with a new token; the old token ends.
         */
        post: operations["sharing_share_conversation"];
        /**
         * Stop sharing a conversation
         * @description Ends every link of the conversation, at once.
         */
        delete: operations["sharing_revoke_shares"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/documents/{document_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a document's state */
        get: operations["documents_get_document"];
        put?: never;
        post?: never;
        /**
         * Remove a document
         * @description Removes it for good, with what was made of it and its file.
         */
        delete: operations["documents_remove_document"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/documents/{document_id}/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who may read a document
         * @description For editors who may read it; admins and owners see the list of every document.
         */
        get: operations["access_get_document_access"];
        /**
         * Change who may read a document
         * @description Holds from the next search and the next look at an old answer on, for everyone. Editors stay on it.
         */
        put: operations["access_put_document_access"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/documents/{document_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop reading a document
         * @description It is `cancelled`, and can be retried. A replacement, also one that failed, is given up instead: the
         *     document is `ready` with the content that searches find.
         */
        post: operations["documents_cancel_document"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/documents/{document_id}/chunks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a document's passages
         * @description In reading order, from the beginning or from where `first` or `around` says.
         */
        get: operations["documents_list_chunks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/documents/{document_id}/original": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download the original file */
        get: operations["documents_download_original"];
        /**
         * Replace a document's content
         * @description The body is the new file, of the kind that the document's name tells; the name stays. Searches find
         *     the old content until the new one has been read, and go on to if it cannot be.
         */
        put: operations["documents_replace_original"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/documents/{document_id}/pages/{page}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Measure a page and find a passage on it
         * @description Of a PDF. The range is of the document's text, as citations and passages have it.
         */
        get: operations["documents_get_page"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/documents/{document_id}/pages/{page}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Draw a page
         * @description As PNG. Keep it with its ETag and ask again with `If-None-Match`: it is drawn only when it changed.
         */
        get: operations["documents_get_page_image"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/documents/{document_id}/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import a page again
         * @description Looks at the page that the document was imported from; nothing changes unless the page has.
         */
        post: operations["imports_refresh_document"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/documents/{document_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read a failed or cancelled document again */
        post: operations["documents_retry_document"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups/{group_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a group
         * @description What was open to the group alone is open to nobody then, until its access list is changed.
         */
        delete: operations["groups_remove_group"];
        options?: never;
        head?: never;
        /** Rename a group */
        patch: operations["groups_rename_group"];
        trace?: never;
    };
    "/api/v1/groups/{group_id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a group's members
         * @description By when they were added, which `joined_at` tells; all on one page.
         */
        get: operations["groups_list_group_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups/{group_id}/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put a member into a group
         * @description Takes a member of the workspace; one who is in the group already stays in it.
         */
        put: operations["groups_add_group_member"];
        post?: never;
        /**
         * Take a member out of a group
         * @description From their next request on they read nothing more through the group.
         */
        delete: operations["groups_remove_group_member"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a user's messages
         * @description Of what was sent with keys of the same maker in this workspace.
         */
        get: operations["consumer_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how far an import is */
        get: operations["imports_get_import"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an import
         * @description No more pages are taken, and documents that wait are `cancelled`; what was read stays.
         */
        post: operations["imports_cancel_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read your account */
        get: operations["me_get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change your name */
        patch: operations["me_change_me"];
        trace?: never;
    };
    "/api/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a user of yours
         * @description Waits for the whole answer. The turn runs to its end even when you stop waiting.
         */
        post: operations["consumer_send_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages/{message_id}/citations/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a citation
         * @description Of one of your own conversations: what was quoted, and where it stands now.
         */
        get: operations["conversations_get_citation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages/{message_id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Rate an answer
         * @description Rates an answer of one of your own conversations, in place of what you said of it before.
         *
         *     By this you share it: editors of the workspace see the rating, reason and comment; admins and owners
         *     see the question and the answer too. Removing the feedback ends that.
         */
        put: operations["feedback_put_feedback"];
        post?: never;
        /** Take a rating back */
        delete: operations["feedback_remove_feedback"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages/{message_id}/regenerate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer again
         * @description Starts a new turn for the same question, by the bot as it is now; the new answer is the old one's
         *     sibling. Replies as `POST /chat` does; `Accept: text/event-stream` streams.
         */
        post: operations["chat_regenerate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List language models
         * @description The models that can be offered; a provider may take other names too. Lists of providers are at most
         *     five minutes old.
         */
        get: operations["models_list_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/shared/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Open a share link
         * @description Needs no signing in where the link is public. Not to be kept by caches or search engines.
         */
        get: operations["sharing_read_shared"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/turns/{turn_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a turn */
        get: operations["chat_get_turn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/turns/{turn_id}/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Allow or deny a tool
         * @description Once every call that the turn waits with is decided, it goes on; a denied one is not made.
         */
        post: operations["chat_decide"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/turns/{turn_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a turn
         * @description The text written so far is kept and marked. A turn that has ended stays as it is.
         */
        post: operations["chat_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/turns/{turn_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a turn
         * @description Streams from any point to the terminal event; ends at once when you have that already.
         */
        get: operations["chat_follow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/turns/{turn_id}/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what made an answer
         * @description Of your own turn; admins of the workspace read everyone's, which the audit log records. Passages of
         *     documents that were removed, or that you may not read, are withheld.
         */
        get: operations["chat_get_receipt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/turns/{turn_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a turn again
         * @description Runs your own turn again, of the bot's version that answered, over the documents of now, and shows
         *     what differs. No tool is called, and nothing of it is stored but what `live` costs.
         */
        post: operations["chat_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your workspaces */
        get: operations["workspaces_list_workspaces"];
        put?: never;
        /**
         * Make a workspace
         * @description You become its owner.
         */
        post: operations["workspaces_create_workspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a workspace */
        get: operations["workspaces_get_workspace"];
        put?: never;
        post?: never;
        /**
         * Remove a workspace
         * @description Removes it for good, with its bots, documents and everyone's conversations.
         */
        delete: operations["workspaces_remove_workspace"];
        options?: never;
        head?: never;
        /** Rename a workspace */
        patch: operations["workspaces_rename_workspace"];
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List API keys */
        get: operations["api keys_list_api_keys"];
        put?: never;
        /**
         * Make an API key
         * @description The key acts for you, in this workspace alone. The reply is the only place where it is shown.
         */
        post: operations["api keys_create_api_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description Refused from now on; another replica of the server may take it for three seconds more.
         */
        delete: operations["api keys_revoke_api_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/bots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List bots */
        get: operations["bots_list_bots"];
        put?: never;
        /**
         * Make a bot
         * @description Every key of the configuration has a default; an empty one works.
         */
        post: operations["bots_create_bot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/budget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the budget */
        get: operations["usage_get_budget"];
        /**
         * Set the budget
         * @description Limits for calendar days and months, in UTC. What was used before counts. An empty budget lifts
         *     every limit.
         */
        put: operations["usage_set_budget"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List collections */
        get: operations["collections_list_collections"];
        put?: never;
        /** Make a collection */
        post: operations["collections_create_collection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your conversations */
        get: operations["conversations_list_conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/conversations/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search your conversations
         * @description Messages of your own conversations by their words and their meaning. Those of which `degraded` says
         *     that they are still being indexed are found a moment later.
         */
        get: operations["conversations_search_conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/embedding": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what documents are embedded with
         * @description After a change of the server's embedder the documents are embedded anew in the background; searches
         *     use the model before until all of them are done.
         */
        get: operations["workspaces_get_embedding"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List feedback
         * @description What readers said of answers. Editors see the feedback; admins and owners the exchanges too, save for
         *     answers that draw on a document which they may not read.
         */
        get: operations["feedback_list_feedback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List groups
         * @description Editors, admins and owners see every group; everyone else the groups that they are in.
         */
        get: operations["groups_list_groups"];
        put?: never;
        /** Make a group */
        post: operations["groups_create_group"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List members */
        get: operations["members_list_members"];
        put?: never;
        /**
         * Add a member
         * @description Lets in someone who has an account on this server.
         */
        post: operations["members_add_member"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a member
         * @description Anyone may remove themselves; the last owner cannot.
         */
        delete: operations["members_remove_member"];
        options?: never;
        head?: never;
        /** Change a member's role */
        patch: operations["members_change_role"];
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/provider-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List provider keys */
        get: operations["provider keys_list_provider_keys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/provider-keys/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Store a provider key
         * @description The workspace's bots use it from now on, instead of the server's own key for this provider.
         */
        put: operations["provider keys_put_provider_key"];
        post?: never;
        /**
         * Remove a provider key
         * @description The bots then use the server's own key for this provider, if it has one.
         */
        delete: operations["provider keys_remove_provider_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search a workspace
         * @description As the search of a collection, over several or all of them.
         */
        post: operations["search_search_workspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/sharing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what may be shared */
        get: operations["sharing_get_sharing_policy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change what may be shared */
        patch: operations["sharing_change_sharing_policy"];
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/tool-servers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tool servers */
        get: operations["tools_list_tool_servers"];
        put?: never;
        /**
         * Add a tool server
         * @description Reads the OpenAPI document, or asks the MCP server, and answers with the tools found there.
         */
        post: operations["tools_create_tool_server"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/tool-servers/{tool_server_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a tool server
         * @description Bots that name it cannot answer until it is taken out of their tools.
         */
        delete: operations["tools_remove_tool_server"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/tool-servers/{tool_server_id}/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look again at what a tool server offers */
        post: operations["tools_refresh_tool_server"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what bots may name as tools
         * @description Built-in tools and tool servers, with the tools of each.
         */
        get: operations["tools_list_tools"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what was used */
        get: operations["usage_get_usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/usage/mine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what you used */
        get: operations["usage_get_own_usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List webhooks */
        get: operations["webhooks_list_webhooks"];
        put?: never;
        /**
         * Add a webhook
         * @description The reply holds the secret that deliveries are signed with. It is not shown again.
         */
        post: operations["webhooks_create_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a webhook
         * @description What still waits for it is not told any more.
         */
        delete: operations["webhooks_remove_webhook"];
        options?: never;
        head?: never;
        /** Change a webhook */
        patch: operations["webhooks_change_webhook"];
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/webhooks/{webhook_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List deliveries */
        get: operations["webhooks_list_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/webhooks/{webhook_id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate a webhook's secret
         * @description For a day, deliveries are signed with the former secret too.
         */
        post: operations["webhooks_rotate_webhook_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace_id}/webhooks/{webhook_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event
         * @description Sends `webhook.test` now, once, and answers with what came of it.
         */
        post: operations["webhooks_test_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the process alive? */
        get: operations["operations_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Can it serve? */
        get: operations["operations_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics */
        get: operations["operations_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask a bot as a model
         * @description Closing the connection stops the answer.
         */
        post: operations["openai_create_completion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/embeddings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make vectors of texts
         * @description Of unit length. Of a long text the beginning is embedded: of MiniLM's the first 256 tokens.
         */
        post: operations["openai_create_embeddings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List bots as models */
        get: operations["openai_list_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a bot as a model */
        get: operations["openai_get_model"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AcceptedReply
         * @description A turn that the server now owns.
         */
        AcceptedReply: {
            /**
             * Conversation Id
             * Format: uuid
             */
            conversation_id: string;
            /**
             * Turn Id
             * Format: uuid
             */
            turn_id: string;
            /**
             * User Message Id
             * Format: uuid
             */
            user_message_id: string;
        };
        /**
         * AccessBody
         * @description Everyone in the workspace, or some of its users and groups; nobody at all when none is named.
         * @example {
         *       "everyone": false,
         *       "groups": [],
         *       "users": [
         *         "0199c0de-0000-7000-8000-000000000001"
         *       ]
         *     }
         */
        AccessBody: {
            /** Everyone */
            everyone: boolean;
            /** Groups */
            groups?: string[];
            /** Users */
            users?: string[];
        };
        /**
         * AccessReply
         * @description Who may read. `users` may name people who have left the workspace: they count again if they return.
         * @example {
         *       "everyone": false,
         *       "groups": [],
         *       "users": [
         *         "0199c0de-0000-7000-8000-000000000001"
         *       ]
         *     }
         */
        AccessReply: {
            /** Everyone */
            everyone: boolean;
            /** Groups */
            groups: string[];
            /** Users */
            users: string[];
        };
        /**
         * ActionBody
         * @description An action on many documents of a collection: those of `ids`, or those in a state.
         * @example {
         *       "action": "retry",
         *       "state": "failed"
         *     }
         */
        ActionBody: {
            action: components["schemas"]["BulkAction"];
            /** Ids */
            ids?: string[] | null;
            state?: components["schemas"]["DocumentState"] | null;
        };
        /**
         * ActionReply
         * @example {
         *       "changed": 120,
         *       "complete": true
         *     }
         */
        ActionReply: {
            /**
             * Changed
             * @description Documents that the action was for; the others are left as they are.
             */
            changed: number;
            /**
             * Complete
             * @description False when time ran out: send the same again to go on.
             */
            complete: boolean;
        };
        /**
         * AgentType
         * @enum {string}
         */
        AgentType: "rag" | "tools" | "plain";
        /**
         * ApiKeyBody
         * @example {
         *       "bots": [
         *         "0199c0de-0000-7000-8000-000000000001"
         *       ],
         *       "name": "Help desk",
         *       "scopes": [
         *         "chat",
         *         "models"
         *       ]
         *     }
         */
        ApiKeyBody: {
            /**
             * Bots
             * @description The only bots it may ask; every bot when left out.
             */
            bots?: string[] | null;
            /**
             * Expires At
             * @description Good until revoked when left out.
             */
            expires_at?: string | null;
            /** Name */
            name: string;
            /**
             * Scopes
             * @description What the key may be used for.
             */
            scopes: components["schemas"]["KeyScope"][];
        };
        /**
         * ApiKeyReply
         * @example {
         *       "created_at": "2026-01-31T12:00:00Z",
         *       "created_by": "0199c0de-0000-7000-8000-000000000001",
         *       "id": "0199c0de-0000-7000-8000-000000000001",
         *       "last_used_at": "2026-02-01T08:30:00Z",
         *       "name": "Help desk",
         *       "prefix": "pk_4fQz8a",
         *       "scopes": [
         *         "chat",
         *         "models"
         *       ]
         *     }
         */
        ApiKeyReply: {
            /**
             * Bots
             * @description The only bots it may ask; null: every bot.
             */
            bots: string[] | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Created By
             * Format: uuid
             * @description The user for whom it acts: it may do no more than they may.
             */
            created_by: string;
            /** Expires At */
            expires_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Last Used At
             * @description To the minute.
             */
            last_used_at: string | null;
            /** Name */
            name: string;
            /**
             * Prefix
             * @description How the key begins.
             */
            prefix: string;
            /** Scopes */
            scopes: components["schemas"]["KeyScope"][];
        };
        /**
         * ApiKeysReply
         * @description Newest first, all on one page.
         */
        ApiKeysReply: {
            /** Items */
            items: components["schemas"]["ApiKeyReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * ApprovalBody
         * @example {
         *       "approved": true,
         *       "call_id": "1-1"
         *     }
         */
        ApprovalBody: {
            /** Approved */
            approved: boolean;
            /**
             * Call Id
             * @description As the event `tool.approval_requested` names it.
             */
            call_id: string;
        };
        /**
         * ApprovalRequestReply
         * @description A call of a tool that waits for you; decide at `/turns/{turn_id}/approvals`.
         */
        ApprovalRequestReply: {
            /** Arguments */
            arguments: {
                [key: string]: unknown;
            };
            /** Call Id */
            call_id: string;
            /** Description */
            description: string;
            /**
             * Name
             * @example create_ticket
             */
            name: string;
        };
        /** AssistantMessage */
        AssistantMessage: {
            /** Content */
            content?: string | (components["schemas"]["TextPart"] | components["schemas"]["RefusalPart"])[] | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            role: "assistant";
            /** Tool Calls */
            tool_calls?: components["schemas"]["CallBody"][] | null;
        };
        /**
         * AttemptReply
         * @description One request to one provider.
         */
        AttemptReply: {
            /** Detail */
            detail: string;
            /**
             * Error
             * @description The code of what ended it; null when it answered.
             */
            error: string | null;
            /** Model */
            model: string;
            /** Seconds */
            seconds: number;
        };
        /**
         * Audience
         * @enum {string}
         */
        Audience: "workspace" | "public";
        /** AuthStatusReply */
        AuthStatusReply: {
            /**
             * Has Users
             * @description False on a new server, whose first account is its owner's.
             */
            has_users: boolean;
            /**
             * Registration Open
             * @description Whether you can make an account now.
             */
            registration_open: boolean;
        };
        /** Body_auth_token */
        Body_auth_token: {
            /** Client Id */
            client_id?: string | null;
            /**
             * Client Secret
             * Format: password
             */
            client_secret?: string | null;
            /** Grant Type */
            grant_type?: string | null;
            /**
             * Password
             * Format: password
             */
            password: string;
            /**
             * Scope
             * @default
             */
            scope?: string;
            /** Username */
            username: string;
        };
        /**
         * BotBody
         * @example {
         *       "configuration": {
         *         "greeting": "What would you like to know?",
         *         "retriever_k": 8
         *       },
         *       "description": "Answers from the handbooks.",
         *       "name": "Warranty help"
         *     }
         */
        BotBody: {
            configuration?: components["schemas"]["ConfigurationBody"];
            /**
             * Description
             * @default
             */
            description?: string;
            /** Name */
            name: string;
        };
        /**
         * BotChangeBody
         * @example {
         *       "configuration": {
         *         "retriever_k": 12
         *       },
         *       "name": "Warranty help"
         *     }
         */
        BotChangeBody: {
            configuration?: components["schemas"]["ConfigurationBody"] | null;
            /** Description */
            description?: string | null;
            /** Name */
            name?: string | null;
        };
        /** BotReply */
        BotReply: {
            configuration: components["schemas"]["ConfigurationReply"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Description */
            description: string;
            /**
             * Id
             * Format: uuid
             * @example 0199c0de-0000-7000-8000-000000000001
             */
            id: string;
            /**
             * Name
             * @example Warranty help
             */
            name: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /**
             * Version
             * @description Counts from 1; every change of the configuration makes the next.
             */
            version: number;
            /**
             * Workspace Id
             * Format: uuid
             */
            workspace_id: string;
        };
        /**
         * BotsReply
         * @description By name.
         */
        BotsReply: {
            /** Items */
            items: components["schemas"]["BotReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * BranchBody
         * @example {
         *       "message_id": "0199c0de-0000-7000-8000-000000000001"
         *     }
         */
        BranchBody: {
            /**
             * Message Id
             * Format: uuid
             * @description The last message to take along.
             */
            message_id: string;
            /**
             * Title
             * @description The old title when left out.
             */
            title?: string | null;
        };
        /**
         * BudgetBody
         * @description A budget as a whole: what is left out is not limited.
         * @example {
         *       "each_user": {
         *         "day": {
         *           "tokens": 200000
         *         }
         *       },
         *       "workspace": {
         *         "month": {
         *           "cost_micros": 50000000
         *         }
         *       }
         *     }
         */
        BudgetBody: {
            /**
             * @description For each user alone.
             * @default {
             *       "day": {},
             *       "month": {}
             *     }
             */
            each_user?: components["schemas"]["LimitsBody"];
            /**
             * @description For all of the workspace together.
             * @default {
             *       "day": {},
             *       "month": {}
             *     }
             */
            workspace?: components["schemas"]["LimitsBody"];
        };
        /** BudgetReply */
        BudgetReply: {
            /**
             * Limits
             * @description None where nothing is limited.
             */
            limits: components["schemas"]["StandingReply"][];
        };
        /**
         * BuildingReply
         * @description Vectors of another model in the making, or of the same where some documents lack them.
         */
        BuildingReply: {
            /** Chunks Done */
            chunks_done: number;
            /** Chunks Total */
            chunks_total: number;
            /**
             * Error
             * @description Why the last attempt failed; it is repeated by itself.
             */
            error: string | null;
            /** Model */
            model: string;
            /**
             * Progress
             * @description 0 to 1.
             */
            progress: number;
            /**
             * Seconds Left
             * @description At the pace so far; null while that is not known.
             */
            seconds_left: number | null;
            /** Started At */
            started_at: string | null;
        };
        /**
         * BulkAction
         * @enum {string}
         */
        BulkAction: "retry" | "cancel" | "delete";
        /** CallBody */
        CallBody: {
            /**
             * Extra Content
             * @description As the answer with the call had it: some providers sign their calls.
             */
            extra_content?: {
                [key: string]: unknown;
            } | null;
            function: components["schemas"]["CalledFunction"];
            /** Id */
            id: string;
            /**
             * Type
             * @default function
             * @constant
             */
            type?: "function";
        };
        /** CalledFunction */
        CalledFunction: {
            /** Arguments */
            arguments: string;
            /** Name */
            name: string;
        };
        /** CapabilitiesReply */
        CapabilitiesReply: {
            /** Images */
            images: boolean;
            /** Json Schema */
            json_schema: boolean;
            /** Thinking */
            thinking: boolean;
            /** Tools */
            tools: boolean;
        };
        /**
         * ChatBody
         * @example {
         *       "bot_id": "0199c0de-0000-7000-8000-000000000001",
         *       "message": "How long is the warranty?"
         *     }
         */
        ChatBody: {
            /**
             * Bot Id
             * Format: uuid
             */
            bot_id: string;
            /**
             * Conversation Id
             * @description Continues this conversation; a new one when left out.
             */
            conversation_id?: string | null;
            /** Message */
            message: string;
            /**
             * Parent Message Id
             * @description Asks after this message of the conversation; after the last one of the branch last used when left out. To edit a question, give the parent of the old one: the new one is its sibling. Null, spelt out, is the parent of a conversation's first question.
             */
            parent_message_id?: string | null;
            /**
             * Stream
             * @description Stream the turn's events instead of waiting for the answer.
             * @default false
             */
            stream?: boolean;
        };
        /**
         * ChatReply
         * @description A turn that has ended, with its answer, or one that waits for you.
         */
        ChatReply: {
            /**
             * Approvals
             * @description In the state `waiting`: the calls of tools that you are to allow or deny.
             * @default []
             */
            approvals?: components["schemas"]["ApprovalRequestReply"][];
            /**
             * Conversation Id
             * Format: uuid
             */
            conversation_id: string;
            /**
             * Error
             * @description Why the turn failed: code, detail and hint.
             */
            error?: {
                [key: string]: string;
            } | null;
            message: components["schemas"]["MessageReply"] | null;
            /**
             * State
             * @example done
             */
            state: string;
            /**
             * Turn Id
             * Format: uuid
             */
            turn_id: string;
        };
        /** ChosenFunction */
        ChosenFunction: {
            /** Name */
            name: string;
        };
        /** ChosenTool */
        ChosenTool: {
            function: components["schemas"]["ChosenFunction"];
            /**
             * Type
             * @constant
             */
            type: "function";
        };
        /** ChunkReply */
        ChunkReply: {
            /** Char End */
            char_end: number;
            /** Char Start */
            char_start: number;
            /** Heading Path */
            heading_path: string[];
            /** Ordinal */
            ordinal: number;
            /** Page */
            page: number | null;
            /** Text */
            text: string;
        };
        /**
         * ChunksReply
         * @description In reading order.
         */
        ChunksReply: {
            /** Items */
            items: components["schemas"]["ChunkReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * CitationReply
         * @description The passage that `[number]` in the text refers to, as it was when the answer was made.
         */
        CitationReply: {
            /** Char End */
            char_end: number;
            /** Char Start */
            char_start: number;
            /** Chunk */
            chunk: number;
            /**
             * Document Id
             * Format: uuid
             */
            document_id: string;
            /**
             * Document Name
             * @example warranty.pdf
             */
            document_name: string;
            /**
             * Document Version
             * @description Null in answers of before there were versions.
             */
            document_version?: number | null;
            /** Heading Path */
            heading_path: string[];
            /** Number */
            number: number;
            /** Page */
            page: number | null;
            /** Score */
            score: number;
            /**
             * @description `changed`: its document has other content now; `gone`: it was removed, or is not yours to read (any more), and its name and text are withheld.
             * @default current
             */
            state?: components["schemas"]["CitationState"];
            /** Text */
            text: string;
        };
        /**
         * CitationState
         * @description What has become of a cited passage.
         * @enum {string}
         */
        CitationState: "current" | "changed" | "gone";
        /**
         * CollectionAccessBody
         * @example {
         *       "apply_to_all": true,
         *       "everyone": false,
         *       "groups": [],
         *       "users": [
         *         "0199c0de-0000-7000-8000-000000000001"
         *       ]
         *     }
         */
        CollectionAccessBody: {
            /**
             * Apply To All
             * @description Also give this list to every document that is there. Takes an admin or owner.
             * @default false
             */
            apply_to_all?: boolean;
            /** Everyone */
            everyone: boolean;
            /** Groups */
            groups?: string[];
            /** Users */
            users?: string[];
        };
        /**
         * CollectionBody
         * @example {
         *       "description": "Every product since 2020.",
         *       "name": "Handbooks"
         *     }
         */
        CollectionBody: {
            /**
             * Description
             * @default
             */
            description?: string;
            /** Name */
            name: string;
        };
        /**
         * CollectionChangeBody
         * @example {
         *       "name": "Handbooks"
         *     }
         */
        CollectionChangeBody: {
            /** Description */
            description?: string | null;
            /** Name */
            name?: string | null;
        };
        /**
         * CollectionReply
         * @example {
         *       "created_at": "2026-01-31T12:00:00Z",
         *       "description": "Every product since 2020.",
         *       "document_count": 12,
         *       "id": "0199c0de-0000-7000-8000-000000000001",
         *       "name": "Handbooks",
         *       "workspace_id": "0199c0de-0000-7000-8000-000000000001"
         *     }
         */
        CollectionReply: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Description */
            description: string;
            /**
             * Document Count
             * @description Documents in it that you may read.
             */
            document_count: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /**
             * Workspace Id
             * Format: uuid
             */
            workspace_id: string;
        };
        /**
         * CollectionsReply
         * @description By name.
         */
        CollectionsReply: {
            /** Items */
            items: components["schemas"]["CollectionReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * CompletionBody
         * @example {
         *       "messages": [
         *         {
         *           "content": "How long is the warranty?",
         *           "role": "user"
         *         }
         *       ],
         *       "model": "help-desk"
         *     }
         */
        CompletionBody: {
            /** Audio */
            audio?: unknown;
            /** Function Call */
            function_call?: unknown;
            /** Functions */
            functions?: unknown[] | null;
            /** Logprobs */
            logprobs?: boolean | null;
            /** Max Completion Tokens */
            max_completion_tokens?: number | null;
            /** Max Tokens */
            max_tokens?: number | null;
            /** Messages */
            messages: (components["schemas"]["SystemMessage"] | components["schemas"]["UserMessage"] | components["schemas"]["AssistantMessage"] | components["schemas"]["ToolMessage"])[];
            /**
             * Model
             * @description A bot: its name as /v1/models gives it, or its id.
             */
            model: string;
            /** N */
            n?: number | null;
            /** Parallel Tool Calls */
            parallel_tool_calls?: boolean | null;
            /** Reasoning Effort */
            reasoning_effort?: string | null;
            /** Response Format */
            response_format?: (components["schemas"]["TextFormat"] | components["schemas"]["JsonFormat"] | components["schemas"]["JsonSchemaFormat"]) | null;
            /** Stop */
            stop?: (string | string[]) | null;
            /** Stream */
            stream?: boolean | null;
            stream_options?: components["schemas"]["StreamOptions"] | null;
            /** Temperature */
            temperature?: number | null;
            /** Tool Choice */
            tool_choice?: ("none" | "auto" | "required") | components["schemas"]["ChosenTool"] | null;
            /** Tools */
            tools?: components["schemas"]["ToolBody"][] | null;
            /** Top Logprobs */
            top_logprobs?: number | null;
            /** Top P */
            top_p?: number | null;
        };
        /**
         * CompletionObject
         * @description As OpenAI answers; the message of a bot that cites has `citations` beside its `content`.
         * @example {
         *       "choices": [
         *         {
         *           "finish_reason": "stop",
         *           "index": 0,
         *           "message": {
         *             "citations": [],
         *             "content": "Three years. [1]",
         *             "role": "assistant"
         *           }
         *         }
         *       ],
         *       "created": 1769860800,
         *       "id": "chatcmpl-0199c0de00007000800000000000000a",
         *       "model": "help-desk",
         *       "object": "chat.completion",
         *       "usage": {
         *         "completion_tokens": 6,
         *         "prompt_tokens": 412,
         *         "total_tokens": 418
         *       }
         *     }
         */
        CompletionObject: {
            /** Choices */
            choices: {
                [key: string]: unknown;
            }[];
            /** Created */
            created: number;
            /** Id */
            id: string;
            /** Model */
            model: string;
            /** Object */
            object: string;
            /** Usage */
            usage: {
                [key: string]: number;
            };
        };
        /**
         * ConfigurationBody
         * @description A bot's configuration. Keys that are left out keep their value, or take the default in a new bot.
         * @example {
         *       "retriever_k": 8,
         *       "suggested_questions": [
         *         "How long is the warranty?"
         *       ],
         *       "system_prompt": "Answer in two sentences."
         *     }
         */
        ConfigurationBody: {
            /**
             * @description `rag` answers from documents, `tools` lets the model call tools, `plain` is the model alone.
             * @default rag
             */
            agent_type?: components["schemas"]["AgentType"];
            /**
             * Answer Cache S
             * @description Seconds for which an answer is given again to the very same prompt; null asks the model every time. Answers that tools had a part in are never kept.
             */
            answer_cache_s?: number | null;
            /**
             * Chat History Length
             * @description Earlier messages given to the model.
             * @default 10
             */
            chat_history_length?: number;
            /**
             * Collections
             * @description Where passages come from; empty means every collection of the workspace.
             * @default []
             */
            collections?: string[];
            /**
             * Fallbacks
             * @description Models to try in turn when the first fails.
             * @default []
             */
            fallbacks?: string[];
            /**
             * Few Shot
             * @description Example exchanges shown to the model.
             * @default []
             */
            few_shot?: components["schemas"]["FewShotBody"][];
            /**
             * Greeting
             * @default
             */
            greeting?: string;
            /**
             * Guardrails
             * @default []
             */
            guardrails?: string[];
            /**
             * Llm Model
             * @description `provider:model`; null follows the server's default.
             */
            llm_model?: string | null;
            /**
             * Rerank
             * @description Whether the server's reranker, if it has one, decides the order of the passages.
             * @default false
             */
            rerank?: boolean;
            /**
             * Retriever K
             * @description Passages looked for; those that follow each other are given to the model as one.
             * @default 6
             */
            retriever_k?: number;
            /**
             * Retriever Tokens
             * @description Most tokens of all passages together; the last one that fits is cut behind a sentence.
             * @default 4000
             */
            retriever_tokens?: number;
            /**
             * Retriever Weight
             * @description How much meaning counts beside words: 0 is words alone, 1 meaning alone, null by the question's language.
             */
            retriever_weight?: number | null;
            /**
             * Suggested Questions
             * @default []
             */
            suggested_questions?: string[];
            /**
             * System Prompt
             * @default
             */
            system_prompt?: string;
            /**
             * Temperature
             * @default 0.2
             */
            temperature?: number;
            /**
             * Tools
             * @description Names of `GET /workspaces/{workspace_id}/tools`, such as `calculator` or `mcp:tickets`.
             * @default []
             */
            tools?: string[];
            /**
             * Unattended Tools
             * @description Those of `tools` that may change things without asking the user first.
             * @default []
             */
            unattended_tools?: string[];
        };
        /** ConfigurationReply */
        ConfigurationReply: {
            agent_type: components["schemas"]["AgentType"];
            /** Answer Cache S */
            answer_cache_s: number | null;
            /** Chat History Length */
            chat_history_length: number;
            /** Collections */
            collections: string[];
            /** Fallbacks */
            fallbacks: string[];
            /** Few Shot */
            few_shot: components["schemas"]["FewShotReply"][];
            /** Greeting */
            greeting: string;
            /** Guardrails */
            guardrails: string[];
            /** Llm Model */
            llm_model: string | null;
            /** Rerank */
            rerank: boolean;
            /** Retriever K */
            retriever_k: number;
            /** Retriever Tokens */
            retriever_tokens: number;
            /** Retriever Weight */
            retriever_weight: number | null;
            /** Suggested Questions */
            suggested_questions: string[];
            /** System Prompt */
            system_prompt: string;
            /** Temperature */
            temperature: number;
            /** Tools */
            tools: string[];
            /** Unattended Tools */
            unattended_tools: string[];
        };
        /**
         * ConsumerMessageBody
         * @example {
         *       "bot_id": "0199c0de-0000-7000-8000-000000000001",
         *       "message": "How long is the warranty?",
         *       "user_id": "customer-4711"
         *     }
         */
        ConsumerMessageBody: {
            /**
             * Bot Id
             * Format: uuid
             */
            bot_id: string;
            /**
             * Conversation Id
             * @description Continues this conversation of the same user_id; a new one when left out.
             */
            conversation_id?: string | null;
            /** Message */
            message: string;
            /**
             * User Id
             * @description Your own name for who asks: any text, kept as it is.
             */
            user_id: string;
            /**
             * Wait S
             * @description Seconds to wait for the answer; then the reply is 202.
             * @default 50
             */
            wait_s?: number;
        };
        /**
         * ConsumerMessageReply
         * @description The finished answer.
         */
        ConsumerMessageReply: {
            /**
             * Citations
             * @description Those of the message.
             */
            citations: components["schemas"]["CitationReply"][];
            /**
             * Conversation Id
             * Format: uuid
             */
            conversation_id: string;
            message: components["schemas"]["MessageReply"];
            /**
             * Turn Id
             * Format: uuid
             */
            turn_id: string;
            usage: components["schemas"]["parley__web__api__consumer__UsageReply"];
        };
        /**
         * ConversationChangeBody
         * @description What is left out, or null, stays as it is.
         * @example {
         *       "pinned": true,
         *       "title": "Warranty of the X200"
         *     }
         */
        ConversationChangeBody: {
            /**
             * Active Message Id
             * @description The branch through this message is the one in use; new questions follow its end.
             */
            active_message_id?: string | null;
            /** Pinned */
            pinned?: boolean | null;
            /**
             * Title
             * @description Kept from then on: no model gives it another.
             */
            title?: string | null;
        };
        /**
         * ConversationReply
         * @example {
         *       "active_message_id": "0199c0de-0000-7000-8000-000000000001",
         *       "bot_id": "0199c0de-0000-7000-8000-000000000001",
         *       "created_at": "2026-01-31T12:00:00Z",
         *       "id": "0199c0de-0000-7000-8000-000000000001",
         *       "pinned": false,
         *       "title": "Warranty of the X200",
         *       "updated_at": "2026-01-31T12:05:00Z"
         *     }
         */
        ConversationReply: {
            /**
             * Active Message Id
             * @description The branch last used goes through this message; null: through the latest one.
             */
            active_message_id: string | null;
            /**
             * Bot Id
             * @description Null once the bot was removed.
             */
            bot_id: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Pinned */
            pinned: boolean;
            /**
             * Running Turn Id
             * @description The turn that is being answered now; follow its events to see the answer.
             */
            running_turn_id: string | null;
            /** Title */
            title: string;
            /**
             * Updated At
             * Format: date-time
             * @description When its last message came.
             */
            updated_at: string;
        };
        /**
         * ConversationSearchReply
         * @description Best first.
         */
        ConversationSearchReply: {
            /**
             * Degraded
             * @description What the search had to do without, in words; empty when nothing.
             */
            degraded: string;
            /** Items */
            items: components["schemas"]["FoundMessageReply"][];
        };
        /**
         * ConversationsReply
         * @description Your own, latest message first.
         */
        ConversationsReply: {
            /** Items */
            items: components["schemas"]["ConversationReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * DeliveriesReply
         * @description Newest first; those of the last 14 days are kept.
         */
        DeliveriesReply: {
            /** Items */
            items: components["schemas"]["DeliveryReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /** DeliveryReply */
        DeliveryReply: {
            /**
             * At
             * Format: date-time
             * @description When the event happened.
             */
            at: string;
            /** Attempted At */
            attempted_at: string | null;
            /** Attempts */
            attempts: number;
            /** Duration Ms */
            duration_ms: number | null;
            /**
             * Error
             * @description Why the last attempt failed, or empty.
             */
            error: string;
            /**
             * Id
             * Format: uuid
             * @example 0199c0de-0000-7000-8000-000000000001
             */
            id: string;
            /**
             * Message Id
             * @description `webhook-id` of every attempt.
             * @example evt_0199c0de000070008000000000000001
             */
            message_id: string;
            /**
             * Next Attempt At
             * @description Null unless it waits.
             */
            next_attempt_at: string | null;
            /** @description `failed`: it will not be tried again. */
            state: components["schemas"]["DeliveryState"];
            /**
             * Status
             * @description HTTP status of the last attempt; null without an answer.
             * @example 200
             */
            status: number | null;
            type: components["schemas"]["EventType"];
        };
        /**
         * DeliveryState
         * @enum {string}
         */
        DeliveryState: "waiting" | "delivered" | "failed";
        /**
         * DocumentReply
         * @example {
         *       "chunk_count": 40,
         *       "chunks_done": 40,
         *       "chunks_total": 40,
         *       "collection_id": "0199c0de-0000-7000-8000-000000000001",
         *       "created_at": "2026-01-31T12:00:00Z",
         *       "id": "0199c0de-0000-7000-8000-000000000001",
         *       "media_type": "application/pdf",
         *       "name": "warranty.pdf",
         *       "notice": "",
         *       "page_count": 12,
         *       "progress": 1,
         *       "restricted": false,
         *       "searchable": true,
         *       "size_bytes": 48211,
         *       "state": "ready",
         *       "updated_at": "2026-01-31T12:00:07Z",
         *       "version": 2
         *     }
         */
        DocumentReply: {
            /**
             * Chunk Count
             * @description Passages that searches find.
             */
            chunk_count: number;
            /**
             * Chunks Done
             * @description Passages of the newest reading that are embedded.
             */
            chunks_done: number;
            /**
             * Chunks Total
             * @description Null until the text is there.
             */
            chunks_total: number | null;
            /**
             * Collection Id
             * Format: uuid
             */
            collection_id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** @description Why the newest reading failed, or why it waits to be tried again. */
            error: components["schemas"]["FailureReply"] | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Media Type */
            media_type: string;
            /** Name */
            name: string;
            /**
             * Notice
             * @description What was not read of it, such as pages that are pictures; often empty.
             */
            notice: string;
            /**
             * Page Count
             * @description Null where the format has no pages.
             */
            page_count: number | null;
            /**
             * Progress
             * @description 0 to 1 over reading and embedding together.
             */
            progress: number;
            /**
             * Restricted
             * @description Whether only those on its access list may read it.
             */
            restricted: boolean;
            /**
             * Searchable
             * @description Whether searches find a version of it, also while a newer content is read.
             */
            searchable: boolean;
            /**
             * Seconds Left
             * @description Of the reading that goes on; null when not known.
             */
            seconds_left: number | null;
            /** Size Bytes */
            size_bytes: number;
            /**
             * Source Url
             * @description Where it was imported from.
             */
            source_url: string | null;
            state: components["schemas"]["DocumentState"];
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /**
             * Version
             * @description Of the content that searches find; each replacement makes the next.
             */
            version: number;
        };
        /**
         * DocumentsReply
         * @description Newest first.
         */
        DocumentsReply: {
            /** Items */
            items: components["schemas"]["DocumentReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * DocumentState
         * @enum {string}
         */
        DocumentState: "received" | "reading" | "embedding" | "ready" | "failed" | "cancelled";
        /**
         * EmbeddingBody
         * @example {
         *       "input": [
         *         "How long is the warranty?"
         *       ],
         *       "model": "minilm-l6-v2-int8"
         *     }
         */
        EmbeddingBody: {
            /**
             * Dimensions
             * @description Only the model's own.
             */
            dimensions?: number | null;
            /**
             * Encoding Format
             * @default float
             * @enum {string}
             */
            encoding_format?: "float" | "base64";
            /** Input */
            input: string | string[];
            /**
             * @description Some models place questions and documents differently.
             * @default document
             */
            input_type?: components["schemas"]["EmbeddingPurpose"];
            /** Model */
            model: string;
        };
        /** EmbeddingList */
        EmbeddingList: {
            /** Data */
            data: components["schemas"]["EmbeddingObject"][];
            /** Model */
            model: string;
            /**
             * Object
             * @default list
             * @constant
             */
            object?: "list";
            usage: components["schemas"]["EmbeddingUsage"];
        };
        /** EmbeddingObject */
        EmbeddingObject: {
            /**
             * Embedding
             * @description Base64: little-endian 32-bit floats.
             */
            embedding: number[] | string;
            /** Index */
            index: number;
            /**
             * Object
             * @default embedding
             * @constant
             */
            object?: "embedding";
        };
        /**
         * EmbeddingPurpose
         * @description What a text is embedded for: some models place questions and documents each in their own way.
         * @enum {string}
         */
        EmbeddingPurpose: "query" | "document";
        /**
         * EmbeddingReply
         * @example {
         *       "active_model": "minilm-l6-v2-int8",
         *       "building": {
         *         "chunks_done": 1200,
         *         "chunks_total": 4800,
         *         "model": "openai:text-embedding-3-small",
         *         "progress": 0.25,
         *         "seconds_left": 90,
         *         "started_at": "2026-01-31T12:00:00Z"
         *       },
         *       "configured_model": "openai:text-embedding-3-small"
         *     }
         */
        EmbeddingReply: {
            /**
             * Active Model
             * @description What searches use; null before the first vectors.
             */
            active_model: string | null;
            building: components["schemas"]["BuildingReply"] | null;
            /**
             * Configured Model
             * @description What all documents are to be embedded with.
             */
            configured_model: string | null;
            /**
             * Finished At
             * @description When the last change of the model was done.
             */
            finished_at: string | null;
            /**
             * Words Alone
             * @description Why searches go by words alone; null where they do not.
             */
            words_alone: string | null;
        };
        /** EmbeddingUsage */
        EmbeddingUsage: {
            /**
             * Prompt Tokens
             * @description An estimate.
             */
            prompt_tokens: number;
            /** Total Tokens */
            total_tokens: number;
        };
        /** ErrorObject */
        ErrorObject: {
            /** Code */
            code: string | null;
            /** Message */
            message: string;
            /** Param */
            param?: string | null;
            /** Type */
            type: string;
        };
        /**
         * ErrorReply
         * @description As OpenAI tells errors; below /api/v1 they are problem+json.
         * @example {
         *       "error": {
         *         "code": "model_not_found",
         *         "message": "There is no bot 'help-dsk' that this key may ask. GET /v1/models lists those that it may.",
         *         "type": "invalid_request_error"
         *       }
         *     }
         */
        ErrorReply: {
            error: components["schemas"]["ErrorObject"];
        };
        /**
         * EventType
         * @description What webhooks can be told of.
         * @enum {string}
         */
        EventType: "document.ready" | "document.replaced" | "document.failed" | "document.removed" | "collection.removed" | "import.finished" | "webhook.test";
        /**
         * ExchangeReply
         * @description The question and the answer that feedback is about.
         */
        ExchangeReply: {
            /** Answer */
            answer: string;
            /** Question */
            question: string;
        };
        /**
         * FailureReply
         * @description Why a document could not be made searchable.
         */
        FailureReply: {
            /**
             * Code
             * @example encrypted_file
             */
            code: string;
            /**
             * Detail
             * @example The file is protected by a password.
             */
            detail: string;
            /**
             * Hint
             * @example Save it without the password and upload it again.
             */
            hint: string;
        };
        /**
         * FeedbackBody
         * @example {
         *       "comment": "The warranty is 36 months.",
         *       "rating": "down",
         *       "reason": "wrong"
         *     }
         */
        FeedbackBody: {
            /**
             * Comment
             * @default
             */
            comment?: string;
            rating: components["schemas"]["Rating"];
            reason?: components["schemas"]["Reason"] | null;
        };
        /**
         * FeedbackReply
         * @description What you said of an answer.
         */
        FeedbackReply: {
            /** Comment */
            comment: string;
            rating: components["schemas"]["Rating"];
            reason: components["schemas"]["Reason"] | null;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /** FewShotBody */
        FewShotBody: {
            /** Answer */
            answer: string;
            /** Question */
            question: string;
        };
        /** FewShotReply */
        FewShotReply: {
            /** Answer */
            answer: string;
            /** Question */
            question: string;
        };
        /** FieldProblem */
        FieldProblem: {
            /** Field */
            field: string;
            /** Message */
            message: string;
        };
        /** FoundCitationReply */
        FoundCitationReply: {
            /** @description As it was kept, unless it is `gone`. */
            citation: components["schemas"]["CitationReply"];
            /** @description Null where the citation is gone. */
            document: components["schemas"]["DocumentReply"] | null;
            /** @description Null too where the text no longer stands in the document. */
            place: components["schemas"]["PlaceReply"] | null;
            /** @description `current`: the passage stands as it was quoted; `changed`: the document has other content now; `gone`: it was removed, or is not yours to read (any more). */
            state: components["schemas"]["CitationState"];
        };
        /** FoundMessageReply */
        FoundMessageReply: {
            /**
             * Conversation Id
             * Format: uuid
             */
            conversation_id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Message Id
             * Format: uuid
             */
            message_id: string;
            /**
             * Role
             * @example assistant
             */
            role: string;
            /**
             * Score
             * @description 0 to 1, best 1.
             */
            score: number;
            /**
             * Snippet
             * @example …the warranty of the X200 lasts 24 months…
             */
            snippet: string;
            /**
             * Title
             * @description Of the conversation.
             * @example Warranty of the X200
             */
            title: string;
        };
        /**
         * FoundReply
         * @description A passage that was found, with what ranked it.
         */
        FoundReply: {
            /**
             * Bm25
             * @description Null when the words did not find it.
             */
            bm25: number | null;
            /**
             * Bm25 Rank
             * @description From 1, among all that the words found.
             */
            bm25_rank: number | null;
            /**
             * Char End
             * @description Exclusive.
             */
            char_end: number;
            /**
             * Char Start
             * @description Of its range in the document's text.
             */
            char_start: number;
            /**
             * Chunk
             * @description Its place in the document, from 0.
             */
            chunk: number;
            /**
             * Closeness
             * @description -1 to 1: how near its best stretch comes to the question, token by token. Null when it was not looked at so closely.
             */
            closeness: number | null;
            /**
             * Collection Id
             * Format: uuid
             */
            collection_id: string;
            /**
             * Context Terms
             * @description Of the terms looked for, those in the document's name or the headings.
             */
            context_terms: string[];
            /**
             * Cosine
             * @description Null when the meaning did not find it.
             */
            cosine: number | null;
            /**
             * Cosine Rank
             * @description From 1, among all that the meaning found.
             */
            cosine_rank: number | null;
            /**
             * Document Id
             * Format: uuid
             */
            document_id: string;
            /**
             * Document Name
             * @example warranty.pdf
             */
            document_name: string;
            /** Document Version */
            document_version: number | null;
            /** Heading Path */
            heading_path: string[];
            /**
             * Matches
             * @description The words that were looked for, in reading order.
             */
            matches: components["schemas"]["MatchReply"][];
            /**
             * Page
             * @description Page, slide or sheet, from 1.
             */
            page: number | null;
            /**
             * Relevance
             * @description As the reranker judged it, on its own scale; null without.
             */
            relevance: number | null;
            /**
             * Score
             * @description 0 to 1, best 1: of everything together.
             */
            score: number;
            /** Text */
            text: string;
        };
        /** FunctionBody */
        FunctionBody: {
            /**
             * Description
             * @default
             */
            description?: string;
            /** Name */
            name: string;
            /** Parameters */
            parameters?: {
                [key: string]: unknown;
            };
        };
        /**
         * GroupBody
         * @example {
         *       "name": "Finance"
         *     }
         */
        GroupBody: {
            /** Name */
            name: string;
        };
        /**
         * Grouping
         * @description What a report of use has a row for.
         * @enum {string}
         */
        Grouping: "day" | "bot" | "model" | "user" | "purpose";
        /**
         * GroupReply
         * @example {
         *       "created_at": "2026-01-31T12:00:00Z",
         *       "id": "0199c0de-0000-7000-8000-000000000001",
         *       "member_count": 4,
         *       "name": "Finance",
         *       "workspace_id": "0199c0de-0000-7000-8000-000000000001"
         *     }
         */
        GroupReply: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Member Count */
            member_count: number;
            /** Name */
            name: string;
            /**
             * Workspace Id
             * Format: uuid
             */
            workspace_id: string;
        };
        /**
         * GroupsReply
         * @description By name, all on one page.
         */
        GroupsReply: {
            /** Items */
            items: components["schemas"]["GroupReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * HistoryReply
         * @description Newest first, of all conversations of the user_id.
         */
        HistoryReply: {
            /** Items */
            items: components["schemas"]["MessageReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * Holder
         * @description Whose spending a limit bounds.
         * @enum {string}
         */
        Holder: "workspace" | "user";
        /** HTTPValidationError */
        HTTPValidationError: {
            /** Detail */
            detail?: components["schemas"]["ValidationError"][];
        };
        /**
         * IfExists
         * @description What becomes of the document that has the same name in the same collection, but other content.
         * @enum {string}
         */
        IfExists: "replace" | "keep";
        /** ImagePart */
        ImagePart: {
            image_url: components["schemas"]["ImageUrl"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "image_url";
        };
        /** ImageUrl */
        ImageUrl: {
            /**
             * Url
             * @description A `data:` URL with base64: addresses are not fetched.
             */
            url: string;
        };
        /**
         * ImportReply
         * @example {
         *       "collection_id": "0199c0de-0000-7000-8000-000000000001",
         *       "created": 118,
         *       "created_at": "2026-01-31T12:00:00Z",
         *       "documents": {
         *         "failed": 1,
         *         "ready": 79,
         *         "received": 40
         *       },
         *       "found": 120,
         *       "hosts": [
         *         "docs.example.org"
         *       ],
         *       "id": "0199c0de-0000-7000-8000-000000000001",
         *       "limit": 200,
         *       "problems": [
         *         {
         *           "code": "robots_forbidden",
         *           "detail": "The robots.txt of docs.example.org forbids fetching this page.",
         *           "url": "https://docs.example.org/private"
         *         }
         *       ],
         *       "replacing": 0,
         *       "skipped": 1,
         *       "state": "reading",
         *       "unchanged": 2,
         *       "url": "https://docs.example.org/sitemap.xml"
         *     }
         */
        ImportReply: {
            /**
             * Collection Id
             * Format: uuid
             */
            collection_id: string;
            /** Created */
            created: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Documents
             * @description How many of them are in which state.
             */
            documents: {
                [key: string]: number;
            };
            /** @description Why it could not go on. */
            error: components["schemas"]["FailureReply"] | null;
            /** Finished At */
            finished_at: string | null;
            /**
             * Found
             * @description Addresses that a document stands for.
             */
            found: number;
            /** Hosts */
            hosts: string[];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Limit */
            limit: number;
            /**
             * Problems
             * @description The first of those that were skipped.
             */
            problems: components["schemas"]["SkippedReply"][];
            /**
             * Replacing
             * @description Documents that were there and whose page has changed.
             */
            replacing: number;
            /**
             * Skipped
             * @description Addresses that were not taken.
             */
            skipped: number;
            /** @description `running`: addresses are collected; `reading`: the documents are there, and some wait. */
            state: components["schemas"]["ImportState"];
            /** Unchanged */
            unchanged: number;
            /** Url */
            url: string;
        };
        /**
         * ImportsReply
         * @description Newest first.
         */
        ImportsReply: {
            /** Items */
            items: components["schemas"]["ImportReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * ImportState
         * @enum {string}
         */
        ImportState: "running" | "reading" | "done" | "failed" | "cancelled";
        /** JsonFormat */
        JsonFormat: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "json_object";
        };
        /** JsonSchemaFormat */
        JsonSchemaFormat: {
            json_schema: components["schemas"]["SchemaBody"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "json_schema";
        };
        /**
         * KeyScope
         * @description What an API key may be used for; each route says which it asks for, and most take no key at all.
         * @enum {string}
         */
        KeyScope: "chat" | "models" | "embeddings" | "documents.read" | "documents.write" | "mcp";
        /**
         * Language
         * @description What is known of a question's language without a model: enough to tell what an embedder makes of it.
         * @enum {string}
         */
        Language: "english" | "latin_script" | "other_script";
        /**
         * LimitBody
         * @description Null, or left out: no such limit.
         */
        LimitBody: {
            /**
             * Cost Micros
             * @description Micros of USD.
             */
            cost_micros?: number | null;
            /** Tokens */
            tokens?: number | null;
        };
        /** LimitsBody */
        LimitsBody: {
            /** @default {} */
            day?: components["schemas"]["LimitBody"];
            /** @default {} */
            month?: components["schemas"]["LimitBody"];
        };
        /**
         * ListedMessageReply
         * @description A message with its place among the messages that follow the same one.
         */
        ListedMessageReply: {
            /** Citations */
            citations: components["schemas"]["CitationReply"][];
            /**
             * Conversation Id
             * Format: uuid
             */
            conversation_id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** @description Your own. */
            feedback: components["schemas"]["FeedbackReply"] | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Parent Id */
            parent_id: string | null;
            /**
             * Position
             * @description Its own place among them, from 1.
             * @example 2
             */
            position: number;
            /**
             * Role
             * @enum {string}
             */
            role: "user" | "assistant";
            /**
             * Sibling Ids
             * @description The messages with the same parent, itself included, oldest first: edits of a question, or answers to it. Read the branch through another with `leaf`.
             */
            sibling_ids: string[];
            /**
             * State
             * @enum {string}
             */
            state: "complete" | "cancelled" | "failed";
            /** Text */
            text: string;
            /**
             * Tool Steps
             * @description The tools that an answer called, in order.
             */
            tool_steps: components["schemas"]["parley__web__api__messages__ToolStepReply"][];
            /** Turn Id */
            turn_id: string | null;
        };
        /** LiveReply */
        LiveReply: {
            /**
             * Status
             * @default ok
             */
            status?: string;
        };
        /**
         * LoginBody
         * @example {
         *       "email": "you@example.org",
         *       "password": "three unrelated words"
         *     }
         */
        LoginBody: {
            /** Email */
            email: string;
            /** Password */
            password: string;
        };
        /**
         * MatchReply
         * @description A word of the passage that the question looked for.
         */
        MatchReply: {
            /**
             * End
             * @description Exclusive.
             */
            end: number;
            /**
             * Start
             * @description In characters (code points) of the passage's text, from 0.
             */
            start: number;
        };
        /**
         * MeChange
         * @example {
         *       "name": "You"
         *     }
         */
        MeChange: {
            /** Name */
            name: string;
        };
        /**
         * MemberBody
         * @example {
         *       "email": "colleague@example.org",
         *       "role": "editor"
         *     }
         */
        MemberBody: {
            /**
             * Email
             * Format: email
             */
            email: string;
            role: components["schemas"]["Role"];
        };
        /**
         * MemberReply
         * @example {
         *       "email": "colleague@example.org",
         *       "joined_at": "2026-01-31T12:00:00Z",
         *       "name": "Colleague",
         *       "role": "editor",
         *       "user_id": "0199c0de-0000-7000-8000-000000000001"
         *     }
         */
        MemberReply: {
            /** Email */
            email: string;
            /**
             * Joined At
             * Format: date-time
             */
            joined_at: string;
            /** Name */
            name: string;
            role: components["schemas"]["Role"];
            /**
             * User Id
             * Format: uuid
             */
            user_id: string;
        };
        /**
         * MembersReply
         * @description By when they joined, all on one page.
         */
        MembersReply: {
            /** Items */
            items: components["schemas"]["MemberReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /** MessageReply */
        MessageReply: {
            /** Citations */
            citations: components["schemas"]["CitationReply"][];
            /**
             * Conversation Id
             * Format: uuid
             */
            conversation_id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Parent Id */
            parent_id: string | null;
            /**
             * Role
             * @enum {string}
             */
            role: "user" | "assistant";
            /**
             * State
             * @enum {string}
             */
            state: "complete" | "cancelled" | "failed";
            /** Text */
            text: string;
            /** Turn Id */
            turn_id: string | null;
        };
        /**
         * MessagesReply
         * @description Oldest first; `parent_id` makes the tree.
         */
        MessagesReply: {
            /** Items */
            items: components["schemas"]["ListedMessageReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * ModelCallReply
         * @description One question to a model: exactly what it was asked, and what it said.
         */
        ModelCallReply: {
            /** Attempts */
            attempts: components["schemas"]["AttemptReply"][];
            /** Messages */
            messages: components["schemas"]["PromptMessageReply"][];
            /** Model */
            model: string;
            purpose: components["schemas"]["Purpose"];
            reply: components["schemas"]["ModelReplyReply"];
            /** Seconds */
            seconds: number;
            /** Temperature */
            temperature: number;
            /**
             * Tools
             * @description Names of the tools that it might call.
             */
            tools: string[];
            usage: components["schemas"]["parley__web__api__receipts__UsageReply"];
        };
        /** ModelList */
        ModelList: {
            /** Data */
            data: components["schemas"]["ModelObject"][];
            /**
             * Object
             * @default list
             * @constant
             */
            object?: "list";
        };
        /**
         * ModelObject
         * @example {
         *       "bot_id": "0199c0de-0000-7000-8000-000000000001",
         *       "created": 1769860800,
         *       "id": "help-desk",
         *       "name": "Help desk",
         *       "object": "model",
         *       "owned_by": "parley"
         *     }
         */
        ModelObject: {
            /**
             * Bot Id
             * Format: uuid
             */
            bot_id: string;
            /** Created */
            created: number;
            /**
             * Id
             * @description The bot's name in a form that programs can keep; `bot_id` does as well.
             */
            id: string;
            /** Name */
            name: string;
            /**
             * Object
             * @default model
             * @constant
             */
            object?: "model";
            /**
             * Owned By
             * @default parley
             */
            owned_by?: string;
        };
        /** ModelReply */
        ModelReply: {
            capabilities: components["schemas"]["CapabilitiesReply"];
            /**
             * Context Tokens
             * @description Most tokens of a prompt with its answer.
             */
            context_tokens: number;
            /** Label */
            label: string;
            /**
             * Max Output Tokens
             * @description Most tokens of an answer.
             */
            max_output_tokens: number;
            /**
             * Name
             * @example extractive:default
             */
            name: string;
            /** Note */
            note: string;
            /** @description Null where it is not known. */
            price: components["schemas"]["PriceReply"] | null;
            /** Provider */
            provider: string;
        };
        /**
         * ModelReplyReply
         * @description What a model said.
         */
        ModelReplyReply: {
            /**
             * Finish Reason
             * @description Null when it was cut short.
             */
            finish_reason: string | null;
            /** Reasoning */
            reasoning: string;
            /** Text */
            text: string;
            /** Tool Calls */
            tool_calls: components["schemas"]["ToolCallReply"][];
        };
        /** ModelsReply */
        ModelsReply: {
            /**
             * Default
             * @description What bots use that name no model.
             */
            default: string;
            /** Items */
            items: components["schemas"]["ModelReply"][];
            /** Problems */
            problems: components["schemas"]["ProviderProblemReply"][];
        };
        /**
         * NewApiKeyReply
         * @description The only reply that holds the key.
         * @example {
         *       "created_at": "2026-01-31T12:00:00Z",
         *       "created_by": "0199c0de-0000-7000-8000-000000000001",
         *       "id": "0199c0de-0000-7000-8000-000000000001",
         *       "key": "pk_4fQz8aW2…",
         *       "last_used_at": "2026-02-01T08:30:00Z",
         *       "name": "Help desk",
         *       "prefix": "pk_4fQz8a",
         *       "scopes": [
         *         "chat",
         *         "models"
         *       ]
         *     }
         */
        NewApiKeyReply: {
            /**
             * Bots
             * @description The only bots it may ask; null: every bot.
             */
            bots: string[] | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Created By
             * Format: uuid
             * @description The user for whom it acts: it may do no more than they may.
             */
            created_by: string;
            /** Expires At */
            expires_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Key
             * @description Keep it now: it cannot be shown again.
             */
            key: string;
            /**
             * Last Used At
             * @description To the minute.
             */
            last_used_at: string | null;
            /** Name */
            name: string;
            /**
             * Prefix
             * @description How the key begins.
             */
            prefix: string;
            /** Scopes */
            scopes: components["schemas"]["KeyScope"][];
        };
        /**
         * NewShareReply
         * @example {
         *       "audience": "workspace",
         *       "created_at": "2026-01-31T12:00:00Z",
         *       "id": "0199c0de-0000-7000-8000-000000000001",
         *       "title": "Warranty of the X200",
         *       "token": "the-token-of-the-link"
         *     }
         */
        NewShareReply: {
            audience: components["schemas"]["Audience"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Expires At */
            expires_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Title */
            title: string;
            /**
             * Token
             * @description For `GET /shared/{token}`; shown this once.
             */
            token: string;
        };
        /** OfferedToolReply */
        OfferedToolReply: {
            /**
             * Changes Things
             * @description Whether any of its tools does.
             */
            changes_things: boolean;
            /** Description */
            description: string;
            /**
             * Name
             * @description For `tools` of a bot's configuration.
             * @example openapi:tickets
             */
            name: string;
            /**
             * Problem
             * @description Why the tools of a server are not known at the moment.
             * @default
             */
            problem?: string;
            /**
             * Tools
             * @description One for a built-in tool, several for a server.
             */
            tools: components["schemas"]["ToolReply"][];
        };
        /**
         * OfferedToolsReply
         * @description Built-in ones first, all on one page.
         */
        OfferedToolsReply: {
            /** Items */
            items: components["schemas"]["OfferedToolReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * Outcome
         * @enum {string}
         */
        Outcome: "created" | "unchanged" | "replacing";
        /** OutcomeReply */
        OutcomeReply: {
            /** Answer */
            answer: string;
            /** Cost Micros */
            cost_micros: number | null;
            /** Model */
            model: string;
            /** Timings Ms */
            timings_ms: {
                [key: string]: number;
            };
        };
        /**
         * PageLayoutReply
         * @example {
         *       "document_id": "0199c0de-0000-7000-8000-000000000001",
         *       "height": 842,
         *       "page": 3,
         *       "page_count": 12,
         *       "rectangles": [
         *         {
         *           "height": 12,
         *           "left": 72,
         *           "top": 96.5,
         *           "width": 451
         *         }
         *       ],
         *       "width": 595
         *     }
         */
        PageLayoutReply: {
            /**
             * Document Id
             * Format: uuid
             */
            document_id: string;
            /** Height */
            height: number;
            /** Page */
            page: number;
            /** Page Count */
            page_count: number;
            /**
             * Rectangles
             * @description The lines of the text from `char_start` to `char_end` that stand on this page; empty where none was asked for, or it is not found.
             */
            rectangles: components["schemas"]["RectangleReply"][];
            /**
             * Width
             * @description In points, 1/72 inch, as the page is shown.
             */
            width: number;
        };
        /** UsageReply */
        parley__web__api__consumer__UsageReply: {
            /**
             * Estimated
             * @description The provider did not count.
             */
            estimated: boolean;
            /** Input Tokens */
            input_tokens: number;
            /** Output Tokens */
            output_tokens: number;
        };
        /**
         * ToolStepReply
         * @description A tool that the answer called. The receipt of its turn has the whole output.
         */
        parley__web__api__messages__ToolStepReply: {
            /** Arguments */
            arguments: {
                [key: string]: unknown;
            };
            /** Call Id */
            call_id: string;
            /** Description */
            description: string;
            /**
             * Name
             * @example calculator
             */
            name: string;
            /**
             * Output
             * @description The first 2,000 characters.
             */
            output: string;
            /**
             * State
             * @description `failed`: also where you denied it; `stopped`: the turn ended before the call did.
             * @enum {string}
             */
            state: "done" | "failed" | "stopped";
        };
        /**
         * ToolStepReply
         * @description One call of a tool, with its input and result.
         */
        parley__web__api__receipts__ToolStepReply: {
            /**
             * Approved
             * @description What you said; null where nobody had to be asked.
             */
            approved: boolean | null;
            /** Arguments */
            arguments: {
                [key: string]: unknown;
            };
            /** Call Id */
            call_id: string;
            /** Changes Things */
            changes_things: boolean;
            /** Duration Ms */
            duration_ms: number;
            /** Name */
            name: string;
            /** Output */
            output: string;
            /**
             * State
             * @example done
             */
            state: string;
        };
        /** UsageReply */
        parley__web__api__receipts__UsageReply: {
            /**
             * Cached Tokens
             * @description Of the input: what the provider had read before.
             */
            cached_tokens: number;
            /**
             * Estimated
             * @description The provider did not count.
             */
            estimated: boolean;
            /** Input Tokens */
            input_tokens: number;
            /** Output Tokens */
            output_tokens: number;
        };
        /**
         * UsageReply
         * @description Days in order, everything else dearest first; at most 1,000 rows.
         */
        parley__web__api__usage__UsageReply: {
            /** Items */
            items: components["schemas"]["UsedByReply"][];
        };
        /** PartReply */
        PartReply: {
            /** Detail */
            detail: string;
            /**
             * Name
             * @example database
             */
            name: string;
            /**
             * Status
             * @description `ok`, `degraded` or `failed`.
             */
            status: string;
        };
        /** PassageChangeReply */
        PassageChangeReply: {
            /** Chunk */
            chunk: number;
            /**
             * Document Id
             * Format: uuid
             */
            document_id: string;
            /** Document Name */
            document_name: string;
            /** @description What became of it since. */
            fate: components["schemas"]["PassageFate"];
            /** Number After */
            number_after: number | null;
            /** Number Before */
            number_before: number | null;
            /** Score After */
            score_after: number | null;
            /** Score Before */
            score_before: number | null;
        };
        /**
         * PassageFate
         * @enum {string}
         */
        PassageFate: "same" | "moved" | "added" | "removed";
        /** PassageReply */
        PassageReply: {
            /** Char End */
            char_end: number;
            /** Char Start */
            char_start: number;
            /** Chunk */
            chunk: number;
            /**
             * Document Id
             * Format: uuid
             */
            document_id: string;
            /**
             * Document Name
             * @example warranty.pdf
             */
            document_name: string;
            /**
             * Document Version
             * @description Null in answers of before there were versions.
             */
            document_version?: number | null;
            /** Heading Path */
            heading_path: string[];
            /** Number */
            number: number;
            /** Page */
            page: number | null;
            /** Score */
            score: number;
            /**
             * @description `changed`: its document has other content now; `gone`: it was removed, or is not yours to read (any more), and its name and text are withheld.
             * @default current
             */
            state?: components["schemas"]["CitationState"];
            /** Text */
            text: string;
            /**
             * Withheld
             * @description Its document was removed, or is not yours to read: its text is nowhere in the receipt.
             */
            withheld: boolean;
        };
        /**
         * Period
         * @description Calendar days and months, in UTC.
         * @enum {string}
         */
        Period: "day" | "month";
        /**
         * PlaceReply
         * @description Where the passage stands in its document now.
         */
        PlaceReply: {
            /** Char End */
            char_end: number;
            /** Char Start */
            char_start: number;
            /**
             * Chunk
             * @description For `GET /documents/{id}/chunks?around=`.
             */
            chunk: number;
            /** Heading Path */
            heading_path: string[];
            /**
             * Page
             * @description For `GET /documents/{id}/pages/{page}`.
             */
            page: number | null;
        };
        /**
         * PriceReply
         * @description In micros of USD for a million tokens.
         */
        PriceReply: {
            /** Input Micros */
            input_micros: number;
            /** Output Micros */
            output_micros: number;
        };
        /**
         * Problem
         * @description RFC 9457 problem details.
         * @example {
         *       "code": "not_found",
         *       "detail": "There is no bot 0199c0de-0000-7000-8000-000000000000 that you can see.",
         *       "hint": "Check the id, and that you are signed in to the right workspace.",
         *       "request_id": "0199c0de-0000-7000-8000-000000000001",
         *       "status": 404,
         *       "title": "Not Found",
         *       "type": "about:blank"
         *     }
         */
        Problem: {
            /** Code */
            code: string;
            /** Detail */
            detail: string;
            /** Errors */
            errors?: components["schemas"]["FieldProblem"][] | null;
            /**
             * Hint
             * @default
             */
            hint?: string;
            /** Request Id */
            request_id: string;
            /** Status */
            status: number;
            /** Title */
            title: string;
            /**
             * Type
             * @default about:blank
             */
            type?: string;
        };
        /**
         * ProgressReply
         * @description How far the reading of a collection's documents is; of those that you may read.
         * @example {
         *       "counts": {
         *         "cancelled": 0,
         *         "embedding": 0,
         *         "failed": 3,
         *         "reading": 2,
         *         "ready": 755,
         *         "received": 240
         *       },
         *       "seconds_left": 31.5,
         *       "total": 1000
         *     }
         */
        ProgressReply: {
            /** Counts */
            counts: {
                [key: string]: number;
            };
            /**
             * Seconds Left
             * @description Until all that wait are read, at the pace of the last two minutes; null when none was read in them.
             */
            seconds_left: number | null;
            /** Total */
            total: number;
        };
        /** PromptMessageReply */
        PromptMessageReply: {
            /**
             * Images
             * @description Their media types; the images themselves are not kept.
             */
            images: string[];
            /** Role */
            role: string;
            /** Text */
            text: string;
            /** Tool Call Id */
            tool_call_id: string | null;
            /** Tool Calls */
            tool_calls: components["schemas"]["ToolCallReply"][];
        };
        /**
         * ProviderKeyBody
         * @example {
         *       "api_key": "sk-your-key"
         *     }
         */
        ProviderKeyBody: {
            /**
             * Api Key
             * Format: password
             * @description Kept encrypted and never shown again.
             */
            api_key: string;
        };
        /**
         * ProviderKeyReply
         * @example {
         *       "last_four": "-key",
         *       "provider": "openai",
         *       "set_at": "2026-01-31T12:00:00Z",
         *       "set_by": "0199c0de-0000-7000-8000-000000000001"
         *     }
         */
        ProviderKeyReply: {
            /**
             * Last Four
             * @description The last characters of the key, to tell it from others.
             */
            last_four: string;
            /** Provider */
            provider: string;
            /**
             * Set At
             * Format: date-time
             */
            set_at: string;
            /**
             * Set By
             * Format: uuid
             * @description Id of the user who stored it.
             */
            set_by: string;
        };
        /** ProviderKeysReply */
        ProviderKeysReply: {
            /** Items */
            items: components["schemas"]["ProviderKeyReply"][];
            /**
             * Providers
             * @description All providers that a key can be stored for.
             */
            providers: string[];
        };
        /**
         * ProviderProblemReply
         * @description A provider whose models could not be listed; they can be named all the same.
         */
        ProviderProblemReply: {
            /** Detail */
            detail: string;
            /** Hint */
            hint: string;
            /** Provider */
            provider: string;
        };
        /**
         * Purpose
         * @description What a model was asked for.
         * @enum {string}
         */
        Purpose: "answer" | "title" | "summary" | "search_question" | "replay" | "embed_questions" | "embed_documents";
        /**
         * RankedChunkReply
         * @description A chunk that the search found, with every score that placed it.
         */
        RankedChunkReply: {
            /**
             * Bm25
             * @description Null when the words did not find it.
             */
            bm25: number | null;
            /** Bm25 Rank */
            bm25_rank: number | null;
            /**
             * Chunk
             * @description Its place in the document, from 0.
             */
            chunk: number;
            /**
             * Closeness
             * @description -1 to 1, token by token; null when it was not looked at.
             */
            closeness: number | null;
            /**
             * Cosine
             * @description Null when the meaning did not find it.
             */
            cosine: number | null;
            /** Cosine Rank */
            cosine_rank: number | null;
            /**
             * Document Id
             * Format: uuid
             */
            document_id: string;
            /**
             * Passage
             * @description Number of the passage that shows it; null when the budget of tokens had no room for it.
             */
            passage: number | null;
            /**
             * Relevance
             * @description As a reranker judged it; null when none did.
             */
            relevance: number | null;
            /**
             * Score
             * @description 0 to 1, best 1: of everything together.
             */
            score: number;
        };
        /**
         * RankingReply
         * @description How the passages were chosen.
         */
        RankingReply: {
            /**
             * Chunks
             * @description Best first, also those that no passage shows.
             */
            chunks: components["schemas"]["RankedChunkReply"][];
            /**
             * Dense Weight
             * @description What meaning counted beside words, 0 to 1.
             */
            dense_weight: number;
            /**
             * Reranker
             * @description `provider:model`; empty when none had the last word.
             */
            reranker: string;
            /**
             * Token Budget
             * @description Most tokens of all passages together.
             */
            token_budget: number;
        };
        /**
         * RatedAnswerReply
         * @example {
         *       "bot_id": "0199c0de-0000-7000-8000-000000000001",
         *       "comment": "The warranty is 36 months.",
         *       "exchange": {
         *         "answer": "24 months [1].",
         *         "question": "How long is the warranty?"
         *       },
         *       "message_id": "0199c0de-0000-7000-8000-000000000001",
         *       "rating": "down",
         *       "reason": "wrong",
         *       "turn_id": "0199c0de-0000-7000-8000-000000000001",
         *       "updated_at": "2026-01-31T12:05:00Z",
         *       "user_id": "0199c0de-0000-7000-8000-000000000001"
         *     }
         */
        RatedAnswerReply: {
            /** Bot Id */
            bot_id: string | null;
            /** Comment */
            comment: string;
            /** @description Null unless your role is admin or owner. */
            exchange: components["schemas"]["ExchangeReply"] | null;
            /**
             * Message Id
             * Format: uuid
             */
            message_id: string;
            rating: components["schemas"]["Rating"];
            reason: components["schemas"]["Reason"] | null;
            /** Turn Id */
            turn_id: string | null;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /**
             * User Id
             * Format: uuid
             */
            user_id: string;
        };
        /**
         * RatedAnswersReply
         * @description Latest first.
         */
        RatedAnswersReply: {
            /** Items */
            items: components["schemas"]["RatedAnswerReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * Rating
         * @enum {string}
         */
        Rating: "up" | "down";
        /** ReadyReply */
        ReadyReply: {
            /** Parts */
            parts: components["schemas"]["PartReply"][];
            /**
             * Status
             * @description The worst of the parts.
             */
            status: string;
        };
        /**
         * Reason
         * @enum {string}
         */
        Reason: "wrong" | "incomplete" | "not_in_sources" | "unsafe" | "other";
        /**
         * ReceiptReply
         * @description What made an answer.
         */
        ReceiptReply: {
            /** Answer */
            answer: string;
            /**
             * Bot Id
             * Format: uuid
             */
            bot_id: string;
            /** Bot Version */
            bot_version: number;
            /**
             * Cached
             * @description The answer had been given before, to the same prompt.
             */
            cached: boolean;
            /**
             * Conversation Id
             * Format: uuid
             */
            conversation_id: string;
            /**
             * Cost Micros
             * @description Micros of USD; null when a price is not known.
             */
            cost_micros: number | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Degraded
             * @description What was missing from the search, in words.
             */
            degraded: string;
            /** Finished At */
            finished_at: string | null;
            /**
             * Guardrails
             * @description None is there yet.
             */
            guardrails: string[];
            /** Model */
            model: string;
            /** Model Calls */
            model_calls: components["schemas"]["ModelCallReply"][];
            /** Passages */
            passages: components["schemas"]["PassageReply"][];
            /**
             * Query
             * @description What was searched for: a follow-up question in words that stand alone. Empty where nothing was.
             */
            query: string;
            /** @description Null when nothing was searched first. */
            ranking: components["schemas"]["RankingReply"] | null;
            /**
             * State
             * @example done
             */
            state: string;
            /** Timings Ms */
            timings_ms: {
                [key: string]: number;
            };
            /** Tool Calls */
            tool_calls: components["schemas"]["parley__web__api__receipts__ToolStepReply"][];
            /**
             * Turn Id
             * Format: uuid
             */
            turn_id: string;
            usage: components["schemas"]["parley__web__api__receipts__UsageReply"] | null;
            /** Uses */
            uses: components["schemas"]["UseReply"][];
        };
        /**
         * ReceivedReply
         * @description What became of one file: its document, or why it was refused.
         */
        ReceivedReply: {
            document: components["schemas"]["DocumentReply"] | null;
            error: components["schemas"]["Problem"] | null;
            /** Name */
            name: string;
            /** @description `unchanged`: the document has this content already, or was to be kept. Null where the file was refused. */
            outcome: components["schemas"]["Outcome"] | null;
        };
        /**
         * RectangleReply
         * @description In points of the page, from its upper left corner.
         */
        RectangleReply: {
            /** Height */
            height: number;
            /** Left */
            left: number;
            /** Top */
            top: number;
            /** Width */
            width: number;
        };
        /**
         * RefreshBody
         * @example {
         *       "refresh_token": "0199c0de….pDqH…"
         *     }
         */
        RefreshBody: {
            /** Refresh Token */
            refresh_token: string;
        };
        /** RefusalPart */
        RefusalPart: {
            /** Refusal */
            refusal: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "refusal";
        };
        /**
         * RegisterBody
         * @example {
         *       "email": "you@example.org",
         *       "name": "You",
         *       "password": "three unrelated words",
         *       "workspace_name": "Support team"
         *     }
         */
        RegisterBody: {
            /**
             * Email
             * Format: email
             */
            email: string;
            /** Name */
            name: string;
            /**
             * Password
             * @description From 10 to 256 characters, of any kind.
             */
            password: string;
            /**
             * Workspace Name
             * @description Your first workspace; named after you by default.
             */
            workspace_name?: string | null;
        };
        /** ReplayBody */
        ReplayBody: {
            /**
             * Live
             * @description Ask the real model, which costs; else the recorded replies stand in for it.
             * @default false
             */
            live?: boolean;
        };
        /**
         * ReplayReply
         * @description A turn as it was answered, and as it would be answered now.
         */
        ReplayReply: {
            after: components["schemas"]["OutcomeReply"];
            before: components["schemas"]["OutcomeReply"];
            /**
             * Error
             * @description Why the repetition did not come to its end; empty when it did.
             */
            error: string;
            /** Live */
            live: boolean;
            /**
             * Passages
             * @description Those of now in order, then those that are gone.
             */
            passages: components["schemas"]["PassageChangeReply"][];
            /**
             * Prompt Diff
             * @description Unified; empty when the models were asked the same.
             */
            prompt_diff: string;
            /**
             * Same
             * @description Passages, prompt and answer are what they were.
             */
            same: boolean;
        };
        /**
         * RereadReply
         * @example {
         *       "waiting": 10000
         *     }
         */
        RereadReply: {
            /**
             * Waiting
             * @description Documents that wait to be read again.
             */
            waiting: number;
        };
        /** RestrictedDocumentReply */
        RestrictedDocumentReply: {
            access: components["schemas"]["AccessReply"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Created By
             * Format: uuid
             */
            created_by: string;
            /**
             * Document Id
             * Format: uuid
             */
            document_id: string;
            /**
             * Document Name
             * @description Null where you may change who reads it, but not read it yourself.
             */
            document_name: string | null;
        };
        /**
         * RestrictedDocumentsReply
         * @description Newest first.
         */
        RestrictedDocumentsReply: {
            /** Items */
            items: components["schemas"]["RestrictedDocumentReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * Role
         * @description Each role may do all that the ones below it may.
         * @enum {string}
         */
        Role: "owner" | "admin" | "editor" | "member" | "viewer";
        /**
         * RoleBody
         * @example {
         *       "role": "admin"
         *     }
         */
        RoleBody: {
            role: components["schemas"]["Role"];
        };
        /** SchemaBody */
        SchemaBody: {
            /** Name */
            name: string;
            /** Schema */
            schema?: {
                [key: string]: unknown;
            } | null;
            /** Strict */
            strict?: boolean | null;
        };
        /**
         * SearchBody
         * @description A question, and how the search for it is tuned: as a bot's configuration may be.
         * @example {
         *       "limit": 5,
         *       "query": "How long is the warranty?",
         *       "retriever_weight": 0.7
         *     }
         */
        SearchBody: {
            /**
             * Limit
             * @default 10
             */
            limit?: number;
            /** Query */
            query: string;
            /**
             * Rerank
             * @description Whether the server's reranker, if it has one, has the last word.
             * @default false
             */
            rerank?: boolean;
            /**
             * Retriever Weight
             * @description How much meaning counts beside words: 0 is words alone, 1 meaning alone, null by the question's language.
             */
            retriever_weight?: number | null;
        };
        /** SearchReply */
        SearchReply: {
            /**
             * Available Reranker
             * @description The one that this server has; empty where it has none.
             */
            available_reranker: string;
            /**
             * Degraded
             * @description What the search had to do without, in words; empty when nothing.
             */
            degraded: string;
            /**
             * Items
             * @description Best first.
             */
            items: components["schemas"]["FoundReply"][];
            /** @description What the question was taken for; it decides the weight. */
            language: components["schemas"]["Language"];
            /**
             * Reranker
             * @description `provider:model` that had the last word; empty where none did.
             */
            reranker: string;
            /**
             * Retriever Weight
             * @description What meaning counted, 0 where it could not be asked.
             */
            retriever_weight: number;
            /**
             * Terms
             * @description What the words of the question were looked for as: without words that only ask, and reduced to their stems.
             */
            terms: string[];
        };
        /**
         * ShareBody
         * @example {
         *       "audience": "workspace",
         *       "expires_in_days": 30
         *     }
         */
        ShareBody: {
            /**
             * @description `workspace`: its signed-in members; `public`: whoever has the link, if the workspace allows that.
             * @default workspace
             */
            audience?: components["schemas"]["Audience"];
            /**
             * Expires In Days
             * @description Until revoked when left out.
             */
            expires_in_days?: number | null;
            /**
             * Message Id
             * @description Shares the branch through this message; the branch last used when left out.
             */
            message_id?: string | null;
        };
        /** SharedCitationReply */
        SharedCitationReply: {
            /** Document Name */
            document_name: string;
            /** Heading Path */
            heading_path: string[];
            /** Number */
            number: number;
            /** Page */
            page: number | null;
            /** @description `changed`: its document has other content now; `gone`: it was removed, or is not yours to read, and the answer is withheld too. */
            state: components["schemas"]["CitationState"];
            /**
             * Text
             * @description Empty where you may not read the passage.
             */
            text: string;
        };
        /**
         * SharedConversationReply
         * @description A conversation as it was when it was shared, oldest message first.
         */
        SharedConversationReply: {
            /** Items */
            items: components["schemas"]["SharedMessageReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
            /**
             * Shared At
             * Format: date-time
             */
            shared_at: string;
            /** Title */
            title: string;
        };
        /** SharedMessageReply */
        SharedMessageReply: {
            /** Citations */
            citations: components["schemas"]["SharedCitationReply"][];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Role
             * @enum {string}
             */
            role: "user" | "assistant";
            /**
             * State
             * @enum {string}
             */
            state: "complete" | "cancelled" | "failed";
            /** Text */
            text: string;
        };
        /**
         * ShareReply
         * @description A link; its token is not stored and cannot be shown again.
         * @example {
         *       "audience": "workspace",
         *       "created_at": "2026-01-31T12:00:00Z",
         *       "id": "0199c0de-0000-7000-8000-000000000001",
         *       "title": "Warranty of the X200"
         *     }
         */
        ShareReply: {
            audience: components["schemas"]["Audience"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Expires At */
            expires_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Title */
            title: string;
        };
        /**
         * SharesReply
         * @description Newest first, all on one page.
         */
        SharesReply: {
            /** Items */
            items: components["schemas"]["ShareReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * SharingPolicyBody
         * @description What is left out, or null, stays as it is.
         * @example {
         *       "public_sharing": false
         *     }
         */
        SharingPolicyBody: {
            /**
             * Public Passages
             * @description Whether public links show cited passages, beside the titles of their documents.
             */
            public_passages?: boolean | null;
            /**
             * Public Sharing
             * @description Whether links may be public; turning it off ends the public ones for strangers.
             */
            public_sharing?: boolean | null;
        };
        /**
         * SharingPolicyReply
         * @example {
         *       "public_passages": false,
         *       "public_sharing": false
         *     }
         */
        SharingPolicyReply: {
            /** Public Passages */
            public_passages: boolean;
            /** Public Sharing */
            public_sharing: boolean;
        };
        /**
         * SignedInReply
         * @example {
         *       "access_token": "eyJhbGciOi…",
         *       "expires_in": 900,
         *       "refresh_token": "0199c0de….pDqH…",
         *       "token_type": "bearer",
         *       "user": {
         *         "created_at": "2026-01-31T12:00:00Z",
         *         "email": "you@example.org",
         *         "id": "0199c0de-0000-7000-8000-000000000001",
         *         "name": "You"
         *       }
         *     }
         */
        SignedInReply: {
            /** Access Token */
            access_token: string;
            /**
             * Expires In
             * @description Seconds until the access token expires.
             */
            expires_in: number;
            /**
             * Refresh Token
             * @description Good once; each refresh gives the next.
             */
            refresh_token: string;
            /**
             * Token Type
             * @default bearer
             * @constant
             */
            token_type?: "bearer";
            user: components["schemas"]["UserReply"];
        };
        /**
         * SkippedReply
         * @description An address that no document was made of.
         */
        SkippedReply: {
            /**
             * Code
             * @example robots_forbidden
             */
            code: string;
            /** Detail */
            detail: string;
            /** Url */
            url: string;
        };
        /**
         * StandingReply
         * @description How far a limit is used up.
         */
        StandingReply: {
            /**
             * Cost Micros
             * @description The limit, in micros of USD.
             */
            cost_micros: number | null;
            /** @description `user`: a limit of each user; the amounts are your own. */
            holder: components["schemas"]["Holder"];
            period: components["schemas"]["Period"];
            /**
             * Reserved Micros
             * @description By answers that are being written now.
             */
            reserved_micros: number;
            /** Reserved Tokens */
            reserved_tokens: number;
            /**
             * Resets At
             * Format: date-time
             */
            resets_at: string;
            /** Spent Micros */
            spent_micros: number;
            /** Spent Tokens */
            spent_tokens: number;
            /**
             * Tokens
             * @description The limit, in tokens.
             */
            tokens: number | null;
        };
        /** StreamOptions */
        StreamOptions: {
            /**
             * Include Usage
             * @default false
             */
            include_usage?: boolean;
        };
        /** SystemMessage */
        SystemMessage: {
            /** Content */
            content: string | components["schemas"]["TextPart"][];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            role: "developer" | "system";
        };
        /** TextFormat */
        TextFormat: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "text";
        };
        /** TextPart */
        TextPart: {
            /** Text */
            text: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "text";
        };
        /** ToolBody */
        ToolBody: {
            function: components["schemas"]["FunctionBody"];
            /**
             * Type
             * @constant
             */
            type: "function";
        };
        /** ToolCallReply */
        ToolCallReply: {
            /**
             * Arguments
             * @description As the model wrote them.
             */
            arguments: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
        };
        /** ToolMessage */
        ToolMessage: {
            /** Content */
            content: string | components["schemas"]["TextPart"][];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            role: "tool";
            /** Tool Call Id */
            tool_call_id: string;
        };
        /** ToolReply */
        ToolReply: {
            /**
             * Changes Things
             * @description Asks the user first, unless the bot's configuration allows it.
             */
            changes_things: boolean;
            /** Description */
            description: string;
            /**
             * Name
             * @description As models call it.
             * @example openapi_tickets_createTicket
             */
            name: string;
        };
        /**
         * ToolServerBody
         * @example {
         *       "headers": {
         *         "Authorization": "Bearer …"
         *       },
         *       "kind": "openapi",
         *       "name": "tickets",
         *       "url": "https://tickets.example.org/openapi.json"
         *     }
         */
        ToolServerBody: {
            /**
             * Base Url
             * @description Of the API, where the document names none or another one.
             * @default
             */
            base_url?: string;
            /**
             * Document
             * @description The OpenAPI 3.0 or 3.1 document itself, instead of its address.
             */
            document?: {
                [key: string]: unknown;
            } | null;
            /**
             * Headers
             * @description Sent with every request, such as Authorization; kept encrypted.
             * @default {}
             */
            headers?: {
                [key: string]: string;
            };
            kind: components["schemas"]["ToolServerKind"];
            /**
             * Name
             * @description Bots name the server `kind:name`; lower-case letters, digits and single hyphens.
             */
            name: string;
            /**
             * Url
             * @description Of the OpenAPI document, or of the MCP server (streamable HTTP).
             * @default
             */
            url?: string;
        };
        /**
         * ToolServerKind
         * @enum {string}
         */
        ToolServerKind: "openapi" | "mcp";
        /** ToolServerReply */
        ToolServerReply: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Created By
             * Format: uuid
             */
            created_by: string;
            /**
             * Header Names
             * @description Their values are never shown.
             * @example [
             *       "Authorization"
             *     ]
             */
            header_names: string[];
            /**
             * Id
             * Format: uuid
             * @example 0199c0de-0000-7000-8000-000000000001
             */
            id: string;
            kind: components["schemas"]["ToolServerKind"];
            /**
             * Name
             * @example tickets
             */
            name: string;
            /** Tools */
            tools: components["schemas"]["ToolReply"][];
            /**
             * Url
             * @description Where its requests go, without query.
             * @example https://tickets.example.org
             */
            url: string;
        };
        /**
         * ToolServersReply
         * @description By kind and name, all on one page.
         */
        ToolServersReply: {
            /** Items */
            items: components["schemas"]["ToolServerReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /** TurnReply */
        TurnReply: {
            /**
             * Bot Id
             * Format: uuid
             */
            bot_id: string;
            /**
             * Conversation Id
             * Format: uuid
             */
            conversation_id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Epoch */
            epoch: number;
            /** Finished At */
            finished_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            message: components["schemas"]["MessageReply"] | null;
            /**
             * State
             * @example running
             */
            state: string;
            /**
             * User Message Id
             * Format: uuid
             */
            user_message_id: string;
        };
        /** UploadReply */
        UploadReply: {
            /** Items */
            items: components["schemas"]["ReceivedReply"][];
            /** @description Set where a sitemap is imported: its documents come in the background. */
            sitemap_import?: components["schemas"]["ImportReply"] | null;
        };
        /** UsedByReply */
        UsedByReply: {
            /**
             * Cached Tokens
             * @description Of the input: what the provider had read before.
             */
            cached_tokens: number;
            /** Calls */
            calls: number;
            /**
             * Cost Micros
             * @description Micros of USD, of the calls whose price is known.
             */
            cost_micros: number;
            /** Input Tokens */
            input_tokens: number;
            /**
             * Key
             * @description The day, model, purpose, or id of the bot or user; empty for calls of no bot.
             * @example openai:gpt-5-mini
             */
            key: string;
            /** Output Tokens */
            output_tokens: number;
            /**
             * Unpriced Calls
             * @description Calls of models whose price is not known.
             */
            unpriced_calls: number;
        };
        /**
         * UseReply
         * @description What one call was billed, also of a model that broke off.
         */
        UseReply: {
            /** Cached Tokens */
            cached_tokens: number;
            /**
             * Cost Micros
             * @description Null when the model's price is not known.
             */
            cost_micros: number | null;
            /** Estimated */
            estimated: boolean;
            /** Input Tokens */
            input_tokens: number;
            /** Model */
            model: string;
            /** Output Tokens */
            output_tokens: number;
            purpose: components["schemas"]["Purpose"];
        };
        /** UserMessage */
        UserMessage: {
            /** Content */
            content: string | (components["schemas"]["TextPart"] | components["schemas"]["ImagePart"])[];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            role: "user";
        };
        /**
         * UserReply
         * @example {
         *       "created_at": "2026-01-31T12:00:00Z",
         *       "email": "you@example.org",
         *       "id": "0199c0de-0000-7000-8000-000000000001",
         *       "name": "You"
         *     }
         */
        UserReply: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Email */
            email: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
        };
        /** ValidationError */
        ValidationError: {
            /** Context */
            ctx?: Record<string, never>;
            /** Input */
            input?: unknown;
            /** Location */
            loc: (string | number)[];
            /** Message */
            msg: string;
            /** Error Type */
            type: string;
        };
        /**
         * WebhookBody
         * @example {
         *       "events": [
         *         "document.ready",
         *         "document.failed"
         *       ],
         *       "url": "https://hooks.example.org/parley"
         *     }
         */
        WebhookBody: {
            /**
             * Description
             * @default
             */
            description?: string;
            /**
             * Events
             * @description What it is told of; all when left out.
             * @default [
             *       "document.ready",
             *       "document.replaced",
             *       "document.failed",
             *       "document.removed",
             *       "collection.removed",
             *       "import.finished"
             *     ]
             */
            events?: components["schemas"]["EventType"][];
            /**
             * Url
             * @description Where events are sent by POST.
             */
            url: string;
        };
        /**
         * WebhookChangeBody
         * @description What is left out stays as it is.
         * @example {
         *       "enabled": true
         *     }
         */
        WebhookChangeBody: {
            /** Description */
            description?: string | null;
            /**
             * Enabled
             * @description Enabling one that was disabled forgets its failures.
             */
            enabled?: boolean | null;
            /** Events */
            events?: components["schemas"]["EventType"][] | null;
            /** Url */
            url?: string | null;
        };
        /**
         * WebhookReply
         * @example {
         *       "created_at": "2026-01-31T12:00:00Z",
         *       "created_by": "0199c0de-0000-7000-8000-000000000001",
         *       "description": "",
         *       "disabled_reason": "",
         *       "enabled": true,
         *       "events": [
         *         "document.failed",
         *         "document.ready"
         *       ],
         *       "id": "0199c0de-0000-7000-8000-000000000001",
         *       "url": "https://hooks.example.org/parley"
         *     }
         */
        WebhookReply: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Created By
             * Format: uuid
             */
            created_by: string;
            /** Description */
            description: string;
            /**
             * Disabled Reason
             * @description Why Parley has disabled it; empty where a person did.
             */
            disabled_reason: string;
            /** Enabled */
            enabled: boolean;
            /** Events */
            events: components["schemas"]["EventType"][];
            /**
             * Failing Since
             * @description Since when no delivery has succeeded.
             */
            failing_since: string | null;
            /**
             * Former Secret Until
             * @description Until when deliveries are signed with the secret before the last rotation too.
             */
            former_secret_until: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Url */
            url: string;
        };
        /** WebhookSecretReply */
        WebhookSecretReply: {
            /**
             * Secret
             * @description What deliveries are signed with; shown this once.
             * @example whsec_MfKQ9r8GKYqrTwjU…
             */
            secret: string;
            webhook: components["schemas"]["WebhookReply"];
        };
        /**
         * WebhooksReply
         * @description Oldest first, all on one page.
         */
        WebhooksReply: {
            /**
             * Events
             * @description All that a webhook can be told of.
             */
            events: components["schemas"]["EventType"][];
            /** Items */
            items: components["schemas"]["WebhookReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
        /**
         * WorkspaceBody
         * @example {
         *       "name": "Support team"
         *     }
         */
        WorkspaceBody: {
            /** Name */
            name: string;
        };
        /**
         * WorkspaceReply
         * @example {
         *       "created_at": "2026-01-31T12:00:00Z",
         *       "id": "0199c0de-0000-7000-8000-000000000001",
         *       "name": "Support team",
         *       "role": "owner"
         *     }
         */
        WorkspaceReply: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            role: components["schemas"]["Role"];
        };
        /**
         * WorkspaceSearchBody
         * @example {
         *       "limit": 5,
         *       "query": "How long is the warranty?",
         *       "retriever_weight": 0.7
         *     }
         */
        WorkspaceSearchBody: {
            /**
             * Collections
             * @description Where to look; empty means every collection of the workspace.
             * @default []
             */
            collections?: string[];
            /**
             * Limit
             * @default 10
             */
            limit?: number;
            /** Query */
            query: string;
            /**
             * Rerank
             * @description Whether the server's reranker, if it has one, has the last word.
             * @default false
             */
            rerank?: boolean;
            /**
             * Retriever Weight
             * @description How much meaning counts beside words: 0 is words alone, 1 meaning alone, null by the question's language.
             */
            retriever_weight?: number | null;
        };
        /**
         * WorkspacesReply
         * @description Your workspaces, oldest first, all on one page.
         */
        WorkspacesReply: {
            /** Items */
            items: components["schemas"]["WorkspaceReply"][];
            /**
             * Next Cursor
             * @description Pass it as `cursor` to read on; null at the end.
             */
            next_cursor?: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    auth_login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedInReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auth_logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auth_refresh_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedInReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auth_register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedInReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auth_get_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthStatusReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auth_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["Body_auth_token"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedInReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bots_get_bot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the bot. */
                bot_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BotReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bots_remove_bot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the bot. */
                bot_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bots_change_bot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the bot. */
                bot_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BotChangeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BotReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    chat_send: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
                prefer?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChatBody"];
            };
        };
        responses: {
            /** @description The answer; or with `stream: true` or `Accept: text/event-stream` the turn's events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatReply"];
                    "text/event-stream": string;
                };
            };
            /** @description With `Prefer: respond-async`: the turn has begun. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collections_get_collection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the collection. */
                collection_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collections_remove_collection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the collection. */
                collection_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collections_change_collection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the collection. */
                collection_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CollectionChangeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    access_get_collection_access: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the collection. */
                collection_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    access_put_collection_access: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the collection. */
                collection_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CollectionAccessBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    access_list_restricted_documents: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Most items on the page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id of the collection. */
                collection_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestrictedDocumentsReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_list_documents: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Most items on the page. */
                limit?: number;
                /** @description Only documents whose name contains this. */
                q?: string;
                /** @description Only documents in this state. */
                state?: components["schemas"]["DocumentState"] | null;
            };
            header?: never;
            path: {
                /** @description Id of the collection. */
                collection_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentsReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_upload_documents: {
        parameters: {
            query?: {
                /** @description What becomes of a document that has the same name in the collection, but other content: it is replaced as soon as the new content has been read, or kept as it is. */
                if_exists?: components["schemas"]["IfExists"];
                /** @description Users and groups who may read new documents, beside yourself, in place of those that the collection names. Documents that are replaced keep their own access lists. */
                restricted_to?: string[] | null;
            };
            header?: never;
            path: {
                /** @description Id of the collection. */
                collection_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Name
                     * @description Of the document; with `.md` at its end the text is read as Markdown.
                     */
                    name: string;
                    /** Text */
                    text: string;
                } | {
                    /** Url */
                    url: string;
                } | {
                    /**
                     * Hosts
                     * @description Hosts whose pages are taken too, beside the sitemap's own.
                     * @default []
                     */
                    hosts?: string[];
                    /**
                     * Limit
                     * @description Most pages that are taken.
                     * @default 500
                     */
                    limit?: number;
                    /**
                     * Sitemap
                     * @description Of a sitemap, an index of sitemaps, or a text of addresses.
                     */
                    sitemap: string;
                };
                "multipart/form-data": {
                    files: string[];
                };
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Every file was refused, the first for its size. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Every file was refused, the first for its type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Every file was refused: the workspace is at a limit. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_act_on_documents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the collection. */
                collection_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActionBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    imports_list_imports: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Most items on the page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id of the collection. */
                collection_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportsReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_collection_progress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the collection. */
                collection_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgressReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_reread_collection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the collection. */
                collection_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RereadReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_search_collection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the collection. */
                collection_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    conversations_get_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the conversation. */
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    conversations_remove_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the conversation. */
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    conversations_change_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the conversation. */
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConversationChangeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    conversations_branch_conversation: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
            };
            path: {
                /** @description Id of the conversation. */
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BranchBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    conversations_export_conversation: {
        parameters: {
            query?: {
                /** @description `markdown`: the branch last used, citations as footnotes; `json`: all branches. */
                format?: "markdown" | "json";
            };
            header?: never;
            path: {
                /** @description Id of the conversation. */
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                    "text/markdown": string;
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    conversations_list_messages: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Only the branch through this message and on through the newest below it; `active` is the branch last used. All branches when left out. */
                leaf?: string | null;
                /** @description Most items on the page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id of the conversation. */
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagesReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sharing_list_shares: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the conversation. */
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SharesReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sharing_share_conversation: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
            };
            path: {
                /** @description Id of the conversation. */
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShareBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewShareReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sharing_revoke_shares: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the conversation. */
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_get_document: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the document. */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_remove_document: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the document. */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    access_get_document_access: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the document. */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    access_put_document_access: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the document. */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccessBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_cancel_document: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the document. */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_list_chunks: {
        parameters: {
            query?: {
                /** @description Begin so that this passage is in the middle. */
                around?: number | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Begin with this passage; ordinals count from 0 without a gap, so that the page before begins `limit` earlier. */
                first?: number | null;
                /** @description Most items on the page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id of the document. */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChunksReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_download_original: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the document. */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file as it was uploaded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_replace_original: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the document. */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceivedReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The file is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_get_page: {
        parameters: {
            query?: {
                char_end?: number | null;
                char_start?: number | null;
            };
            header?: never;
            path: {
                /** @description Id of the document. */
                document_id: string;
                /** @description Number of the page, from 1. */
                page: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageLayoutReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is no PDF, or the page cannot be drawn. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many pages at once. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_get_page_image: {
        parameters: {
            query?: {
                /** @description In pixels; less where it would be too high. */
                width?: number;
            };
            header?: {
                "if-none-match"?: string | null;
            };
            path: {
                /** @description Id of the document. */
                document_id: string;
                /** @description Number of the page, from 1. */
                page: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                };
            };
            /** @description The picture of this `If-None-Match` is still right. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is no PDF, or the page cannot be drawn. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many pages at once. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    imports_refresh_document: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the document. */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_retry_document: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the document. */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    groups_remove_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the group. */
                group_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    groups_rename_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the group. */
                group_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    groups_list_group_members: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the group. */
                group_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MembersReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    groups_add_group_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the group. */
                group_id: string;
                /** @description Id of the member's user. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    groups_remove_group_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the group. */
                group_id: string;
                /** @description Id of the member's user. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    consumer_history: {
        parameters: {
            query: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Most items on the page. */
                limit?: number;
                /** @description As POST /messages was told it. */
                user_id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    imports_get_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the import. */
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    imports_cancel_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the import. */
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me_get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me_change_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MeChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    consumer_send_message: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsumerMessageBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsumerMessageReply"];
                };
            };
            /** @description Not finished yet: read the turn, or send it again with the same key. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The turn ended without an answer; `code` says why. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    conversations_get_citation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the answer. */
                message_id: string;
                /** @description As the answer has it in square brackets. */
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundCitationReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    feedback_put_feedback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the answer. */
                message_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeedbackBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedbackReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    feedback_remove_feedback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the answer. */
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    chat_regenerate: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
                prefer?: string | null;
            };
            path: {
                /** @description Id of the answer, or of its question. */
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer; or with `stream: true` or `Accept: text/event-stream` the turn's events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatReply"];
                    "text/event-stream": string;
                };
            };
            /** @description With `Prefer: respond-async`: the turn has begun. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    models_list_models: {
        parameters: {
            query?: {
                /** @description With the models of the provider keys that this workspace has. */
                workspace_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelsReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sharing_read_shared: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Most items on the page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Of the link. */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SharedConversationReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    chat_get_turn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                turn_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TurnReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    chat_decide: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                turn_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TurnReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    chat_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                turn_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TurnReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    chat_follow: {
        parameters: {
            query?: {
                /** @description Seq of the last event you have. */
                after?: number;
                /** @description Epoch of the last event you have. */
                epoch?: number | null;
            };
            header?: {
                "last-event-id"?: number | null;
            };
            path: {
                turn_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events: `id` is the seq, `event` the type, `data` the JSON. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    chat_get_receipt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                turn_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceiptReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    chat_replay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                turn_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ReplayBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workspaces_list_workspaces: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspacesReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workspaces_create_workspace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkspaceBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspaceReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workspaces_get_workspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspaceReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workspaces_remove_workspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workspaces_rename_workspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkspaceBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspaceReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "api keys_list_api_keys": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeysReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "api keys_create_api_key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKeyReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "api keys_revoke_api_key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the key, not the key itself. */
                key_id: string;
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bots_list_bots: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Most items on the page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BotsReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bots_create_bot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BotBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BotReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    usage_get_budget: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BudgetReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    usage_set_budget: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BudgetBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BudgetReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collections_list_collections: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Most items on the page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionsReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collections_create_collection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CollectionBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    conversations_list_conversations: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Most items on the page. */
                limit?: number;
                /** @description Only those that are pinned, or are not. */
                pinned?: boolean | null;
            };
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationsReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    conversations_search_conversations: {
        parameters: {
            query: {
                limit?: number;
                /** @description What to look for. */
                q: string;
            };
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationSearchReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workspaces_get_embedding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmbeddingReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    feedback_list_feedback: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Most items on the page. */
                limit?: number;
                /** @description Only these. */
                rating?: components["schemas"]["Rating"] | null;
            };
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RatedAnswersReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    groups_list_groups: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupsReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    groups_create_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    members_list_members: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MembersReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    members_add_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    members_remove_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the member's user. */
                user_id: string;
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    members_change_role: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the member's user. */
                user_id: string;
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "provider keys_list_provider_keys": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderKeysReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "provider keys_put_provider_key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the provider, such as `openai`. */
                provider: string;
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderKeyBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderKeyReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "provider keys_remove_provider_key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the provider, such as `openai`. */
                provider: string;
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_search_workspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkspaceSearchBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sharing_get_sharing_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SharingPolicyReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sharing_change_sharing_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SharingPolicyBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SharingPolicyReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tools_list_tool_servers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolServersReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tools_create_tool_server: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToolServerBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolServerReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tools_remove_tool_server: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the tool server. */
                tool_server_id: string;
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tools_refresh_tool_server: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the tool server. */
                tool_server_id: string;
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolServerReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tools_list_tools: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfferedToolsReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    usage_get_usage: {
        parameters: {
            query?: {
                /** @description What each row is of. */
                by?: components["schemas"]["Grouping"];
                /** @description First day, in UTC; 30 days ago. */
                from?: string | null;
                /** @description Last day, in UTC; today. */
                to?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["parley__web__api__usage__UsageReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    usage_get_own_usage: {
        parameters: {
            query?: {
                /** @description What each row is of. */
                by?: components["schemas"]["Grouping"];
                /** @description First day, in UTC; 30 days ago. */
                from?: string | null;
                /** @description Last day, in UTC; today. */
                to?: string | null;
            };
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["parley__web__api__usage__UsageReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_list_webhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhooksReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_create_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSecretReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_remove_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the webhook. */
                webhook_id: string;
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_change_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the webhook. */
                webhook_id: string;
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookChangeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_list_deliveries: {
        parameters: {
            query?: {
                /** @description Most deliveries. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id of the webhook. */
                webhook_id: string;
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveriesReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_rotate_webhook_secret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the webhook. */
                webhook_id: string;
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSecretReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_test_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the webhook. */
                webhook_id: string;
                /** @description Id of the workspace. */
                workspace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryReply"];
                };
            };
            /** @description No valid access token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Your role does not reach. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such thing that you can see. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Contradicts what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operations_live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveReply"];
                };
            };
        };
    };
    operations_ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadyReply"];
                };
            };
            /** @description A part without which nothing can be served failed. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadyReply"];
                };
            };
        };
    };
    operations_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    openai_create_completion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompletionBody"];
            };
        };
        responses: {
            /** @description The answer; with `stream: true` chunks as server-sent events, ended by `[DONE]`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompletionObject"];
                    "text/event-stream": string;
                };
            };
            /** @description The request is invalid, or asks for what the bot cannot do. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description The key lacks the scope, or its user the role. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description No such model that the key may use. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
            /** @description Too many requests at once. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description No model answers. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    openai_create_embeddings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmbeddingBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmbeddingList"];
                };
            };
            /** @description The request is invalid, or asks for what the bot cannot do. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description The key lacks the scope, or its user the role. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description No such model that the key may use. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
            /** @description Too many requests at once. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description No model answers. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    openai_list_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelList"];
                };
            };
            /** @description The request is invalid, or asks for what the bot cannot do. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description The key lacks the scope, or its user the role. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description No such model that the key may use. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description Too many requests at once. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description No model answers. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    openai_get_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The bot's name as the list gives it, or its id. */
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelObject"];
                };
            };
            /** @description The request is invalid, or asks for what the bot cannot do. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description No valid API key. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description The key lacks the scope, or its user the role. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description No such model that the key may use. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
            /** @description Too many requests at once. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
            /** @description No model answers. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
}
