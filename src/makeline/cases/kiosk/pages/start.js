// At a test machine the phone itself does what the machine does elsewhere: it opens a visit.
const { machine, language } = document.querySelector("main").dataset;
const button = document.getElementById("start");
const trouble = document.getElementById("trouble");

button.addEventListener("click", async () => {
  button.disabled = true;
  trouble.hidden = true;
  try {
    const answer = await fetch("api/vending/create-session", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ machine_id: machine }),
    });
    if (!answer.ok) throw new Error(answer.statusText);
    const { session_id } = await answer.json();
    location.assign(`?${new URLSearchParams({ session: session_id, lang: language })}`);
  } catch {
    trouble.hidden = false;
    button.disabled = false;
  }
});
