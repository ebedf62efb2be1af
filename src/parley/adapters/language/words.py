"""Function words: those of English and those that ask carry no meaning for search; all betray a language."""

from unicodedata import normalize

_ENGLISH = """
a about above after again against all also am an and any are as at be because been before being
below between both but by can could did do does doing down during each few for from further had
has have having he her here hers herself him himself his how i if in into is it its itself just
many me more most my myself no nor not now of off on once only or other our ours ourselves out over
own s same she should so some such t than that the their theirs them themselves then there these
they this those through to too under until up very was we were what when where which while who
whom whose why will with would you your yours yourself yourselves ll re ve d m don didn doesn isn
aren wasn weren hasn haven hadn won wouldn shouldn couldn
"""

# One line or more for each of German, French, Spanish, Italian, Portuguese, Dutch, Scandinavian, Polish,
# Turkish and Vietnamese.
_ELSEWHERE = """
der die das den dem des ein eine einen einem einer eines und oder aber nicht ist sind war waren was
wird werden wurde wurden hat haben hatte mit von zu zum zur bei aus auf für nach über wie wo wer wann
warum welche welchem welchen welcher welches wessen wem wen worin wofür ich wir ihr sie sich auch noch
wenn dass kann viele in an am im so will man hier heißt gibt gab
le la les un une du des et ou mais pas est sont était qui que quoi quel quelle quels quelles où a
quand comment pourquoi dans pour par avec sur aux ce cette ces il elle nous vous ils elles je se on
el los las unos unas del al y o pero es son fue fueron qué quién cuál cuándo dónde cómo cuánto
por para con en su sus lo como más esta este está hay no me
di della dello delle dei degli gli uno e ma non è sono era che chi cosa quale quando dove come i
perché nel nella per da si questo questa
os as um uma uns umas do da dos das na nos nas em não são foi foram quem qual onde porque com seu sua mais
de het een of maar niet zijn werd met van voor op uit aan naar wat waar wanneer hoe welke hij zij dit deze
och att det som inte är var på av till från vad vem när hur vilken ikke og til fra hvad hvem
w z nie jest są był była było się od czy kto co kiedy gdzie jak dlaczego który która to
ve bir bu ne kim için ile mi olan değil nedir nasıl
và của là có các những trong được cho với này không một khi gì nào đã
"""

# Words that make a question of a sentence. They stand in few documents, which do not ask, so that BM25 would
# take them for telling. A line or two for each of German, French, Spanish, Italian, Portuguese, Dutch,
# Scandinavian, Polish, Turkish, Vietnamese, Russian, Arabic and Hindi.
_ASKING = """
wer wie wo was wann warum wieso weshalb welche welcher welches welchen welchem wieviel viele wessen wem wen
woher wohin womit wodurch wofür woran worauf worin
qui que quoi quand comment combien pourquoi où quel quelle quels quelles est ce
qué quién quiénes cuál cuáles cuándo dónde cómo cuánto cuánta cuántos cuántas
chi che cosa quale quali quando dove come perché quanto quanta quanti quante
quem qual quais onde porquê quantos quantas
wie wat waar wanneer welke hoe waarom hoeveel
vem vad vilken vilket vilka hvem hva hvad hvilken hvilket hvilke när hvornår hvordan hur varför hvorfor
kto co kiedy gdzie jak dlaczego który która które ile
kim ne nerede nasıl neden niçin hangi kaç mi mı mu mü
gì nào đâu nhiêu mấy
кто что когда где как почему зачем какой какая какое какие сколько чей чья чьё ли
ما ماذا من متى أين كيف لماذا كم هل أي أية لمن بماذا
क्या कौन कौनसा कौनसी कौनसे किस किसने किसे किसको किसका किसकी किसके किन कब कहाँ कहां क्यों कैसे कैसा कैसी
कितना कितनी कितने
"""
# The same of languages that are not spaced, longest first; and the characters of Chinese that are grammar
# alone, with which every neighbour would make a pair.
_ASKING_UNSPACED = """
为什么 為什麼 怎么样 怎麼樣 什么 什麼 甚么 哪些 哪里 哪裡 哪儿 哪个 哪個
哪种 多少 怎么 怎麼 怎样 怎樣 如何
为何 為何 何时 何時 何地 何种 请问 請問 哪 谁 誰 几 幾 吗 嗎 呢
なぜ どうして どこ だれ 誰 いつ なに 何 どの どれ どのように いくつ いくら ですか ますか
무엇 누가 누구 언제 어디 어떻게 얼마나 어떤 어느 왜
"""
_PARTICLES = "的了吗呢是在和与嗎與"

ENGLISH = frozenset(_ENGLISH.split())
ONLY_ENGLISH = ENGLISH - frozenset(_ELSEWHERE.split())
NEVER_ENGLISH = frozenset(_ELSEWHERE.split()) - ENGLISH
ASKING = frozenset(normalize("NFKC", _ASKING).casefold().split())
ASKING_UNSPACED = sorted(normalize("NFKC", _ASKING_UNSPACED).split(), key=len, reverse=True)
PARTICLES = frozenset(_PARTICLES)
