# machine.bash - for other scripts to source: a guest's machine, of the words of its field `machine` in guests.conf.
#
#   pc, q35, microvm   an x86-64 machine of this type; where none of them is, it is arm64's virt. x86's RAM starts at PA 0; where there is
#                      much of it, that past a hole below 4 GiB starts at 4 GiB, and is in the memory-backend-file what follows that before
#   +WORD              one of the kernel's command line
#   root=FILE          a third disk, which is written to nowhere
#   nodes=SIZE,SIZE    NUMA nodes of these sizes
#   any other          an argument of QEMU's, behind the usual ones
# Sets $emulator, $type (of the machine), $append (the kernel's command line), nodes and arguments.
# shellcheck disable=SC2034 # which others read

read_machine() { # WORDS
  local word console=ttyAMA0 words=''
  emulator=qemu-system-aarch64 type=virt,gic-version=3 nodes=() arguments=()
  for word in $1; do
    case $word in
      pc | q35 | microvm)
        emulator=qemu-system-x86_64 console=ttyS0 type=$word
        if [ "$word" = microvm ]; then type+=,pcie=on; fi # the disks, and what stops it, are on PCI
        words+=' no_timer_check' # a busy host may be too slow for the kernel to see the timer in time
        ;;
      +*) words+=" ${word#+}" ;;
      root=*) arguments+=(-drive "file=${word#*=},if=none,format=raw,snapshot=on,id=root" -device virtio-blk-pci,drive=root) ;;
      nodes=*) IFS=, read -ra nodes <<< "${word#nodes=}" ;;
      *) arguments+=("$word") ;;
    esac
  done
  append="console=$console panic=-1 rdinit=/init$words"
}
