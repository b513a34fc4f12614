// id: entry_root_exposes_kernel
// title: Kernel memory in the root by which processes enter the kernel
// kind: constraint
// severity: critical
// meaning: While a process executes its own code, a kernel that isolates page tables leaves nothing of itself mapped but how it is
//   entered: code and constants of its image, the parts that are made for that, and single pages that these show as well. These
//   pages are something else; a processor that speculates can read them.
// column: root text | the root
// column: va hex | address of the first page
// column: pages pages | how many
// column: writable boolean | whether it can be written
// column: frame text | what struct page says of the frame
// column: pa hex | physical address of the first page
// identity: root, writable, frame
// accept: by number
// false-positive: None known.
// source: arch/x86/mm/pti.c pti_clone_user_shared(), pti_clone_entry_text(), pti_clone_kernel_text()
// source: arch/arm64/mm/mmu.c map_entry_trampoline()
MATCH (c:Checkpoint)-[s:POINTS_TO {kind: 'trampoline'}]->(root:PageTable)
CALL tw.tables(root) YIELD table AS t, moved
WITH s, t, moved WHERE t.entries_leaf > 0
MATCH (t)-[l:POINTS_TO]->(r:PageRange)
WITH s, t, r, l, l.va + moved AS va
WHERE NOT EXISTS { MATCH (g:Region {special: true}) WHERE g.start <= va AND va < g.end }
// On arm64 pages of the image are mapped at other addresses, on x86-64 a page of each processor's part at its linear one.
  AND NOT EXISTS {
    MATCH (r)<-[k:POINTS_TO]-(other:PageTable) WHERE other <> t
    MATCH (g:Region) WHERE (g.special OR (g.name = 'image' AND NOT l.writable)) AND g.start <= k.va AND k.va < g.end
  }
RETURN s.symbol AS root, va, l.pages AS pages, l.writable AS writable, r.frame AS frame, r.pa AS pa
ORDER BY root, va
