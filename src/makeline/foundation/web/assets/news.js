// Server-sent events over fetch, because EventSource can show no key. Comes back by itself; a refusal ends it.
const LONGEST_PAUSE = 15000;

export function follow(address, { headers = {}, heard, refused = () => {}, connected = () => {} }) {
  const stop = new AbortController();
  run(address, headers, heard, refused, connected, stop.signal);
  return () => stop.abort();
}

async function run(address, headers, heard, refused, connected, signal) {
  let pause = 500;
  while (!signal.aborted) {
    try {
      const answer = await fetch(address, { headers: { ...headers, Accept: "text/event-stream" }, cache: "no-store", signal });
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
        refused(answer.status);
        return;
      }
      if (answer.ok) {
        connected(true);
        pause = 500;
        await read(answer.body, heard);
      }
    } catch {
      // Ended by us, or the network is away.
    }
    if (signal.aborted) return;
    connected(false);
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}

async function read(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value.replaceAll("\r\n", "\n");
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data = text.slice(0, end).split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim());
      text = text.slice(end + 2);
      if (data.length) heard(JSON.parse(data.join("\n")));
    }
  }
}
