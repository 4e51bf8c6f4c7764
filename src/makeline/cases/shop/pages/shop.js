// Finds a phone among all of them while its name is typed; goes on with a design that was begun.
const finder = document.querySelector(".finder");
const field = document.getElementById("find");
const found = document.getElementById("found");
const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}+]/gu, "");

function find() {
  const wanted = field.value.split(/\s+/).map(plain).filter(Boolean);
  let count = 0;
  for (const section of document.querySelectorAll("main > section")) {
    const brand = section.querySelector("h2").textContent;
    let here = 0;
    for (const tile of section.querySelectorAll(".tiles > li")) {
      const phone = tile.querySelector(".phone");
      const name = plain(brand + tile.querySelector("strong").textContent);
      tile.hidden = wanted.length > 0 && !(phone && wanted.every((word) => name.includes(word)));
      if (!tile.hidden && phone) here += 1;
    }
    section.hidden = wanted.length > 0 && !here;
    count += here;
  }
  found.textContent = count ? "" : found.dataset.none;
}

finder.hidden = false;
field.addEventListener("input", find);
if (field.value) find();
