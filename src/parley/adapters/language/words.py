"""Function words: those of English carry no meaning for search, all of them betray a language."""

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
và của là có các những trong được cho với này không một khi ai gì nào đã
"""

ENGLISH = frozenset(_ENGLISH.split())
ONLY_ENGLISH = ENGLISH - frozenset(_ELSEWHERE.split())
NEVER_ENGLISH = frozenset(_ELSEWHERE.split()) - ENGLISH
