// Server-sent events over fetch, because EventSource can show no key. Comes back by itself; a refusal ends it.
const LONGEST_PAUSE = 6000;
// The server says something every fifteen seconds, if only that it is still there.
const LONGEST_SILENCE = 40000;

export function follow(address, { headers = {}, heard, refused = () => {}, connected = () => {} }) {
  const stop = new AbortController();
  run(address, headers, heard, refused, connected, stop.signal);
  return () => stop.abort();
}

async function run(address, headers, heard, refused, connected, stopped) {
  let pause = 500;
  while (!stopped.aborted) {
    const line = new AbortController();
    // A line can die without a word: whoever waits for the network's own notice waits for minutes.
    let dead = setTimeout(() => line.abort(), LONGEST_SILENCE);
    const alive = () => {
      clearTimeout(dead);
      dead = setTimeout(() => line.abort(), LONGEST_SILENCE);
    };
    try {
      const signal = AbortSignal.any([stopped, line.signal]);
      const answer = await fetch(address, { headers: { ...headers, Accept: "text/event-stream" }, cache: "no-store", signal });
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
        refused(answer.status);
        return;
      }
      if (answer.ok) {
        connected(true);
        pause = 500;
        await read(answer.body, heard, alive);
      }
    } catch {
      // Ended by us, or the network is away.
    } finally {
      clearTimeout(dead);
    }
    if (stopped.aborted) return;
    connected(false);
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}

async function read(body, heard, alive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    text += value.replaceAll("\r\n", "\n");
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data = text.slice(0, end).split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim());
      text = text.slice(end + 2);
      if (data.length) heard(JSON.parse(data.join("\n")));
    }
  }
}
