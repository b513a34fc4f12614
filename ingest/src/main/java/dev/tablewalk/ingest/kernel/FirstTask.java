package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code init_task} of a kernel whose map and types are known. Its name and its number are
 * constants of the image, which a kernel that runs no longer has as well; what tells is that other
 * tasks know it.
 *
 * @param va kernel virtual address
 * @param proof that it is the one
 */
record FirstTask(long va, String proof) {
    /** Before {@code init_idle()} has numbered it, its name is the first: {@code init_task.c}. */
    static final List<String> NAMES = List.of("swapper/0", "swapper");

    private static final int SWAP = 's' | 'w' << 8 | 'a' << 16 | 'p' << 24;

    /** Looks for it: in the image by its name, and else by its symbol. */
    static Optional<FirstTask> in(
            KernelImage image, KernelMemory memory, TypeInfo types, Kallsyms symbols) {
        return new Search(image, memory, types).find(symbols);
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
                    return Optional.of(new FirstTask(task, who + "its task list leads back to it"));
                }
                return isParent(task)
                        ? Optional.of(new FirstTask(task, who + "a child of its names it"))
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
