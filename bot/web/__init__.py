"""The web chat: the conversation on the left, the record on the right.

`server` and most of its other modules import Gradio, which takes seconds: do it only to serve.
Where to look:

the page           app, theme; talk and shelf: its sides; scope, keep, exam: what else is on it
as HTML            answer, flowing, document (pieces, marks), typeset, meetings, results
what it shows      session: a visitor's; holdings, offers: his meetings; view, visits: who returns
before it          gate, door: who may come in; incoming: uploads
for programs       api, mcp, watch: for the operator
how it is run      server, ports, stubs; coming, warming: before all is ready; events, busy, work;
                   troubles
"""

from bot.web.stubs import leave_out_stubs

leave_out_stubs()
