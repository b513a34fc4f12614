import dev.tablewalk.ingest.api.GuestImage;
import dev.tablewalk.ingest.api.Node;
import dev.tablewalk.ingest.api.Relationship;

/** By number of a node, its pointers: a task's, an address space's, a page table's entries. */
Map<Integer, List<Relationship>> pointers;

/** Prints how many pages each process's page tables map, most first. */
void main(String[] arguments) {
    var guest = GuestImage.of(Path.of(arguments[0])).read();
    pointers = guest.relationships("POINTS_TO").collect(Collectors.groupingBy(Relationship::from));
    guest.nodes("Task")
            .filter(task -> task.properties().get("pid").equals(task.properties().get("tgid"))) // no other threads
            .map(task -> Map.entry(task, pages(task)))
            .filter(each -> each.getValue() > 0)
            .sorted(Map.Entry.<Node, Long>comparingByValue().reversed())
            .forEach(each -> print(each.getKey(), each.getValue()));
}

void print(Node task, long pages) {
    IO.println("%6d %8d  %s".formatted(task.properties().get("pid"), pages, task.properties().get("comm")));
}

long pages(Node task) {
    return named(task.number(), "mm")
            .flatMap(mm -> named(mm.to(), "pgd"))
            .mapToLong(pgd -> pagesBelow(pgd.to(), 5))
            .sum();
}

/** The pointer that is a member of a struct. */
Stream<Relationship> named(int node, String field) {
    return pointers.getOrDefault(node, List.of()).stream()
            .filter(pointer -> field.equals(pointer.properties().get("field")));
}

/** A damaged guest's tables may lead in a circle: no format has more than 5 levels. */
long pagesBelow(int table, int levels) {
    long pages = 0;
    for (Relationship entry : levels == 0 ? List.<Relationship>of() : pointers.getOrDefault(table, List.of())) {
        if ((Long) entry.properties().get("va") >= 0) { // below the kernel's half
            pages += entry.properties().get("pages") instanceof Long run ? run : pagesBelow(entry.to(), levels - 1);
        }
    }
    return pages;
}
