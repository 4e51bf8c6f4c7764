#!/bin/sh
# Where tests throw away thousands of databases: in memory if there is room and programs may run there, else as usual.
room() { df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 {print int($4 / 1048576)}'; }
memory() { awk '/^MemAvailable/ {print int($2 / 1048576)}' /proc/meminfo 2>/dev/null; }
probe=/dev/shm/makeline-probe-$$
if [ "$(room)" -ge 5 ] 2>/dev/null && [ "$(memory)" -ge 8 ] 2>/dev/null \
	&& { printf '#!/bin/sh\n' > "$probe" && chmod +x "$probe" && "$probe"; } 2>/dev/null; then
	echo /dev/shm
else
	echo "${TMPDIR:-/tmp}"
fi
rm -f "$probe"
