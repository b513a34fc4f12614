// id: kernel_pages_in_vmas
// title: Pages of the kernel or of a device among a process's own
// kind: constraint
// severity: critical
// meaning: A VMA of ordinary memory, be it of a file or of none, holds here what struct page says is the kernel's or reserved, or the
//   registers of a device. The kernel maps such pages to a process only in VMAs that a driver fills, and its own special ones
//   such as the vDSO (Vma.backing); registers only in those that are marked as well. What the process reads here, and may
//   write, is not its own.
// column: pid integer | the process
// column: comm text | its name
// column: va hex | address of the first page
// column: pages pages | how many
// column: writable boolean | whether it may write to them
// column: kind text | ram or device
// column: frame text | what struct page says of them
// column: vma text | permissions of the VMA
// column: name text | what the VMA maps
// column: pa hex | physical address of the first page
// identity: comm, writable, kind, frame, vma, name
// source: include/linux/mm.h VM_PFNMAP, VM_MIXEDMAP, VM_IO, VM_HUGETLB
// source: mm/memory.c vm_insert_page(), remap_pfn_range(), __do_fault()
// source: mm/mmap.c _install_special_mapping()
MATCH (r:PageRange)
WHERE r.kind = 'device' OR r.frame IN ['other', 'reserved', 'huge_zero'] OR r.frames_other > 0 OR r.frames_reserved > 0
MATCH (r)<-[l:POINTS_TO {user: true}]-(t:PageTable)
// Special are the page of zeroes, and what has no struct page. The huge page of zeroes is for all to read.
WHERE (l.special IS NULL AND coalesce(r.frame <> 'huge_zero', true)) OR (r.frame = 'huge_zero' AND l.writable)
CALL tw.places(t) YIELD origin AS m, moved
WITH r, l, m, l.va + moved AS va WHERE m:MmStruct
UNWIND tw.vmas(m, va) AS v
WITH r, l, m, va, v
WHERE (v.backing IN ['anonymous', 'page_cache'] OR r.kind = 'device')
  AND (v.flags / 1024) % 2 = 0 AND (v.flags / 16384) % 2 = 0 // neither VM_PFNMAP nor VM_IO
  AND (v.flags / 4194304) % 2 = 0 AND (v.flags / 268435456) % 2 = 0 // neither VM_HUGETLB nor VM_MIXEDMAP
WITH r, l, va, v, tw.owner(m) AS k
RETURN k.tgid AS pid, k.name AS comm, va, l.pages AS pages, l.writable AS writable, r.kind AS kind, r.frame AS frame,
  v.perms AS vma, v.name AS name, r.pa AS pa
ORDER BY pid, va
