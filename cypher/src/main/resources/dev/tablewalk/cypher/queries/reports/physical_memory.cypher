// id: physical_memory
// title: Physical memory by kind
// kind: report
// meaning: Frames that anything maps, by what the kernel's struct page says of them, and how many of them processes can reach.
//   Where neighbouring frames of several kinds are mapped alike, they are counted by kind all the same.
// column: kind text | ram, device or reserved
// column: frame text | what struct page says: table, anon, shmem, file, slab, buddy, free, reserved, other
// column: pages integer | how many
// column: bytes bytes | how much
// column: user_pages integer | of these, mapped by a process; of mixed ranges unknown
// source: include/linux/page-flags.h
MATCH (c:Checkpoint)
MATCH (r:PageRange)
WITH c.page_size AS page, r, EXISTS { (r)<-[:POINTS_TO {user: true}]-(:PageTable) } AS user
WITH page, r, user, CASE
    WHEN r.frame = 'mixed' THEN [k IN keys(r) WHERE k STARTS WITH 'frames_' | [substring(k, 7), r[k], 0]]
    ELSE [[r.frame, r.pages, CASE WHEN user THEN r.pages ELSE 0 END]]
  END AS parts
UNWIND parts AS part
WITH page, r.kind AS kind, part[0] AS frame, sum(part[1]) AS pages, sum(part[2]) AS user_pages
RETURN kind, frame, pages, pages * page AS bytes, user_pages
ORDER BY kind, pages DESC
