# formats.bash - for capture-guest to source: a function for each word of a guest's field `formats`. Each writes files of the
# memory of the guest that is stopped at its last checkpoint, beside $image.raw and of the same moment. README.md lists them.
# Programs that are not the machine's own come before them on PATH (fetch-tools).

dump() { # FORMAT FILE: QEMU's own
  say_to_qemu dump-guest-memory "{\"paging\":false,\"protocol\":\"file:$2\",\"format\":\"$1\"}"
  chmod u+w "$2"
}

# A hole where zeros are: file systems, not readers, see the difference.
keep() { # FILE FORMAT
  cp --sparse=always "$1" "$image.$2"
  rm -f "$1"
}

# Waits for what QEMU does meanwhile.
until_completed() { # WHAT QUERY
  say_to_qemu "$2"
  until [[ "$answer" == *'"status": "completed"'* ]]; do
    [[ "$answer" != *'"status": "failed"'* ]] || fail "QEMU could not $1: $answer"
    [ "$SECONDS" -lt "$deadline" ] || fail "QEMU did not $1 within the time limit"
    sleep 0.2
    say_to_qemu "$2"
  done
}

migrate_to() { # URI
  say_to_qemu migrate "{\"uri\":\"$1\"}"
  until_completed "migrate to $1" query-migrate
}

# What an option of the machine does needs no file of its own.
write_vmcoreinfo() { :; }

write_nodes() {
  local node
  for node in "${ram[@]}"; do cp --sparse=always "$node" "$image.$node"; done
}

# ELF, and the kdump formats that this QEMU has: all have zlib, few are built with lzo or snappy.
write_dump() {
  local format
  dump elf elf
  keep elf elf
  say_to_qemu query-dump-guest-memory-capability
  for format in $(grep -o 'kdump-[a-z-]*' <<< "$answer"); do
    dump "$format" kdump
    case $format in
      kdump-raw-*) keep kdump "kdump-${format#kdump-raw-}" ;;
      *) keep kdump "$format-flat" ;;
    esac
  done
}

# As kdump leaves it on disk, and no more, for guests so large that each format takes minutes.
write_kdump() {
  say_to_qemu dump-guest-memory '{"paging":false,"protocol":"file:kdump","format":"kdump-raw-zlib","detach":true}'
  until_completed dump query-dump
  chmod u+w kdump
  keep kdump kdump-zlib
}

write_migrate() { migrate_to "exec:cat > '$image.migrate'"; }

# A guest that has migrated does not do so again: another QEMU takes it in, still stopped, and gives it on.
write_mapped-ram() {
  local capability capabilities='{"capability":"mapped-ram","state":true}' format=mapped-ram
  for capability in '' multifd; do
    [ -z "$capability" ] || capabilities+=",{\"capability\":\"$capability\",\"state\":true}" format+=-$capability
    end_qemu
    start_qemu -S -incoming "exec:cat '$image.migrate'"
    wait_for "a guest taken in" taken_in
    cat "${ram[@]}" | cmp - "$image.raw" || fail "the guest that was taken in is another"
    say_to_qemu migrate-set-capabilities "{\"capabilities\":[$capabilities]}"
    migrate_to file:mapped
    keep mapped "$format"
  done
}

taken_in() {
  say_to_qemu query-status
  [[ "$answer" != *inmigrate* ]]
}

# The crash kernel says how long the file is that it wrote to the start of the disk.
write_crash() {
  local bytes
  bytes=$(tr -d '\r' < serial.log | sed -n 's/^VMCORE-BYTES //p')
  head -c "$bytes" vmcore.img > vmcore
  keep vmcore vmcore
}

# LiME wrote to the first disk, behind the truth: ranges, of which each has a header of magic and version, first and last address.
write_lime() {
  local start=$((512 << 20)) at word first last
  at=$start
  while read -r word first last < <(od -An -v -w24 -t u8 -j "$at" -N 24 truth.img) && [ "$word" = $((0x14c694d45)) ]; do
    at=$((at + 32 + last - first + 1))
  done
  [ "$at" -gt "$start" ] || fail "LiME wrote nothing"
  tail -c "+$((start + 1))" truth.img | head -c "$((at - start))" > lime || true
  keep lime lime
}

# Of QEMU's ELF, in all of its output formats but snappy, which Debian builds it without. Debian's knows no 52-bit VA yet.
write_makedumpfile() {
  headers_first "$image.elf" core
  filter zlib -c -d 0
  filter lzo -l -d 0
  filter zstd -z -d 0
  filter none -d 0
  filter d31-zlib -c -d 31
  filter d31-elf -E -d 31
  makedumpfile --split --splitblock-size 16 -l -d 31 core split1 split2 > makedumpfile.log 2>&1 || failed_to_filter --split
  keep split1 makedumpfile-d31-lzo-split1
  keep split2 makedumpfile-d31-lzo-split2
  makedumpfile -F -l -d 31 core 2> makedumpfile.log > "$image.makedumpfile-d31-lzo-flat" || failed_to_filter -F
  makedumpfile -F -E -d 31 core 2> makedumpfile.log > "$image.makedumpfile-d31-elf-flat" || failed_to_filter -F -E
}

failed_to_filter() { fail "makedumpfile $*: $(tr '\r' '\n' < makedumpfile.log | tail -n 5 | paste -sd' ')"; }

filter() { # FORMAT OPTION...
  local format=$1
  shift
  makedumpfile "$@" core filtered > makedumpfile.log 2>&1 || failed_to_filter "$@"
  keep filtered "makedumpfile-$format"
}

# makedumpfile takes the program headers to follow the ELF header (elf_info.c, get_elf64_phdr); QEMU since 7.1 puts section
# headers there (dump/dump.c). A copy then, with the program headers over the section headers.
headers_first() { # FROM TO
  local at count size=56 after=64
  cp --sparse=always "$1" "$2"
  at=$(od -An -t u8 -j 32 -N 8 "$1" | tr -d ' ')
  count=$(od -An -t u2 -j 56 -N 2 "$1" | tr -d ' ')
  [ "$at" -ge "$after" ] || fail "$1 has its program headers before byte $after"
  dd if="$1" of="$2" bs=1 skip="$at" count=$((count * size)) seek="$after" conv=notrunc status=none
  patch() { dd of="$2" bs=1 seek="$1" conv=notrunc status=none; }
  printf '\100\0\0\0\0\0\0\0' | patch 32 "$2" # e_phoff
  printf '\0\0\0\0\0\0\0\0' | patch 40 "$2"   # e_shoff
  printf '\100\0' | patch 52 "$2"             # e_ehsize
  printf '\0\0\0\0\0\0' | patch 58 "$2"       # e_shentsize, e_shnum, e_shstrndx
}

write_compressed() {
  zstd -q -T0 -3 "$image.raw" -o "$image.raw.zst"
  xz -T0 -1 -c "$image.raw" > "$image.raw.xz"
  gzip -1 -c "$image.raw" > "$image.raw.gz"
  gzip -1 -c "$image.elf" > "$image.elf.gz"
}
