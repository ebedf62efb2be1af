/** The API's shapes under the names the front ends use, all taken from the generated schema. */
import type { components } from "./schema";

type Schemas = components["schemas"];

/** A turn that was taken on: what `POST /chat` answers to `Prefer: respond-async`. */
export type AcceptedTurn = Schemas["AcceptedReply"];
/** Without the key itself, which is shown once. */
export type ApiKey = Schemas["ApiKeyReply"];
export type KeyScope = ApiKey["scopes"][number];
export type Bot = Schemas["BotReply"];
export type BotConfiguration = Bot["configuration"];
/** A limit, and what is spent of it. */
export type BudgetStanding = Schemas["StandingReply"];
export type Chunk = Schemas["ChunkReply"];
export type Citation = Schemas["CitationReply"];
export type CollectionProgress = Schemas["ProgressReply"];
export type Collection = Schemas["CollectionReply"];
export type Conversation = Schemas["ConversationReply"];
export type ConversationPage = Schemas["ConversationsReply"];
export type Document = Schemas["DocumentReply"];
export type DocumentPage = Schemas["DocumentsReply"];
/** What a reader said of an answer. */
export type Feedback = Schemas["FeedbackReply"];
export type DocumentState = Document["state"];
/** Who may read a document. */
export type Access = Schemas["AccessReply"];
export type Group = Schemas["GroupReply"];
export type PageImport = Schemas["ImportReply"];
/** A passage that a search found, with every score. */
export type FoundPassage = Schemas["FoundReply"];
export type FoundPassages = Schemas["SearchReply"];
export type Webhook = Schemas["WebhookReply"];
export type WebhookDelivery = Schemas["DeliveryReply"];
export type FeedbackReason = NonNullable<Feedback["reason"]>;
/** A message in its conversation: its place among its siblings, and the tools that it called. */
export type ListedMessage = Schemas["ListedMessageReply"];
export type Member = Schemas["MemberReply"];
export type Message = Schemas["MessageReply"];
export type Model = Schemas["ModelReply"];
export type ModelList = Schemas["ModelsReply"];
export type ProviderKey = Schemas["ProviderKeyReply"];
export type RatedAnswer = Schemas["RatedAnswerReply"];
/** What made an answer. */
export type Receipt = Schemas["ReceiptReply"];
export type Role = Member["role"];
/** A citation of a stored answer, beside what became of its document. */
export type FoundCitation = Schemas["FoundCitationReply"];
export type FoundMessage = Schemas["FoundMessageReply"];
/** A link to a conversation, without its token. */
export type Share = Schemas["ShareReply"];
export type SharedMessage = Schemas["SharedMessageReply"];
export type SignedIn = Schemas["SignedInReply"];
export type ToolServer = Schemas["ToolServerReply"];
export type Turn = Schemas["TurnReply"];
export type Uploads = Schemas["UploadReply"];
export type Used = Schemas["UsedByReply"];
export type User = Schemas["UserReply"];
export type Workspace = Schemas["WorkspaceReply"];
