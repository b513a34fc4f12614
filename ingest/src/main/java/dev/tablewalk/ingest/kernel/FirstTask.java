package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.PhysicalRange;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code init_task} of a kernel whose map and types are known. Its name and its number are
 * constants of the image, which a kernel that runs no longer has as well; what tells is that other
 * tasks know it. Where its page is not held, its child does: {@code kthreadd}, which is never gone.
 *
 * @param va kernel virtual address
 * @param listed a task from which the list of tasks can be followed: itself, if it is held
 * @param proof that it is the one
 */
record FirstTask(long va, long listed, String proof) {
    /** Before {@code init_idle()} has numbered it, its name is the first: {@code init_task.c}. */
    static final List<String> NAMES = List.of("swapper/0", "swapper");

    private static final int SWAP = 's' | 'w' << 8 | 'a' << 16 | 'p' << 24;

    private static final String CHILD = "kthreadd";
    private static final int CHILD_PID = 2;
    private static final int KTHR = 'k' | 't' << 8 | 'h' << 16 | 'r' << 24;

    /** Looks for it: in the image by its name, else by its symbol, else by its child. */
    static Optional<FirstTask> in(
            KernelImage image, KernelMemory memory, TypeInfo types, Kallsyms symbols) {
        Search search = new Search(image, memory, types);
        return search.find(symbols).or(search::byChild);
    }

    private static final class Search {
        private final KernelImage image;
        private final KernelMemory memory;
        private final Field comm;
        private final Field pid;
        private final Field tasks;
        private final Optional<Field> parent;
        private final Optional<Field> children;
        private final Optional<Field> sibling;

        Search(KernelImage image, KernelMemory memory, TypeInfo types) {
            this.image = image;
            this.memory = memory;
            comm = required(types, "comm");
            pid = required(types, "pid");
            tasks = required(types, "tasks");
            parent = types.member("task_struct", "real_parent");
            children = types.member("task_struct", "children");
            sibling = types.member("task_struct", "sibling");
        }

        private static Field required(TypeInfo types, String member) {
            return types.member("task_struct", member)
                    .orElseThrow(
                            () ->
                                    UserError.image(
                                            "the kernel's "
                                                    + types.source()
                                                    + " does not describe task_struct."
                                                    + member
                                                    + "; it is damaged, or the kernel is unlike"
                                                    + " any known"));
        }

        Optional<FirstTask> find(Kallsyms symbols) {
            PhysicalMemory physical = memory.physical();
            long at = image.start();
            while ((at = physical.find32(SWAP, at, image.end())) >= 0) {
                Optional<FirstTask> found = at(image.va(at) - comm.offset(), true);
                if (found.isPresent()) {
                    return found;
                }
                at += 4;
            }
            OptionalLong symbol = symbols.address("init_task");
            return symbol.isPresent() ? at(symbol.getAsLong(), false) : Optional.empty();
        }

        /**
         * @param byName whether its name is to tell; else its symbol did
         */
        private Optional<FirstTask> at(long task, boolean byName) {
            try {
                String name = memory.text(task + comm.offset(), comm.size());
                if (memory.number(task, pid) != 0 || (byName && !NAMES.contains(name))) {
                    return Optional.empty();
                }
                String who = byName ? name + ", pid 0, and " : "by its symbol, and ";
                if (isListed(task)) {
                    return Optional.of(
                            new FirstTask(task, task, who + "its task list leads back to it"));
                }
                return isParent(task)
                        ? Optional.of(new FirstTask(task, task, who + "a child of its names it"))
                        : Optional.empty();
            } catch (MemoryFault e) {
                return Optional.empty();
            }
        }

        private boolean isListed(long task) {
            long list = task + tasks.offset();
            return leadsBack(memory.address(list) + 8, list)
                    || leadsBack(memory.address(list + 8), list);
        }

        /**
         * Only where the image lacks the page: that something else stands there tells that this
         * kernel runs no longer.
         */
        private Optional<FirstTask> byChild() {
            PhysicalMemory physical = memory.physical();
            if (physical.contains(image.start(), image.end() - image.start())) {
                return Optional.empty();
            }
            for (PhysicalRange range : physical.ranges()) {
                long at = range.pa();
                while ((at = physical.find32(KTHR, at, range.end())) >= 0) {
                    Optional<FirstTask> found = ofChild(memory.linear(at) - comm.offset());
                    if (found.isPresent()) {
                        return found;
                    }
                    at += 4;
                }
            }
            return Optional.empty();
        }

        private Optional<FirstTask> ofChild(long child) {
            try {
                boolean named =
                        memory.text(child + comm.offset(), comm.size()).equals(CHILD)
                                && memory.number(child, pid) == CHILD_PID;
                if (!named || parent.isEmpty() || !isListed(child)) {
                    return Optional.empty();
                }
                long task = memory.pointer(child, parent.get());
                long pa = memory.pa(task);
                boolean lost =
                        image.start() <= pa
                                && pa < image.end()
                                && !memory.readable(task + tasks.offset(), 16);
                return lost
                        ? Optional.of(
                                new FirstTask(task, child, "its child kthreadd, pid 2, names it"))
                        : Optional.empty();
            } catch (MemoryFault e) {
                return Optional.empty();
            }
        }

        private boolean isParent(long task) {
            if (parent.isEmpty() || children.isEmpty() || sibling.isEmpty()) {
                return false;
            }
            long list = task + children.get().offset();
            for (int link : new int[] {0, 8}) {
                long entry = memory.address(list + link);
                long child = entry - sibling.get().offset();
                if (entry != list && leadsBack(child + parent.get().offset(), task)) {
                    return true;
                }
            }
            return false;
        }

        private boolean leadsBack(long pointer, long to) {
            return memory.readable(pointer, 8) && memory.address(pointer) == to;
        }
    }
}
