package dev.tablewalk.cli.diff;

import dev.tablewalk.cypher.diff.Difference;
import dev.tablewalk.cypher.diff.PageChange;
import dev.tablewalk.cypher.diff.PageChange.Kind;
import dev.tablewalk.cypher.diff.SpaceChange;
import dev.tablewalk.cypher.diff.TableChange;
import dev.tablewalk.cypher.diff.Target;
import dev.tablewalk.cypher.diff.TaskChange;
import dev.tablewalk.graph.Fate;
import dev.tablewalk.graph.LeafAttributes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A difference in the shape in which the saved queries of diffs have it, page by page. */
final class ToldByDiff {
    private ToldByDiff() {}

    static Set<String> tasks(Difference of) {
        Set<String> lines = new TreeSet<>();
        for (TaskChange task : of.tasks()) {
            boolean changed = task.change().fate() == Fate.CHANGED;
            lines.add(
                    "%s %d %s %s %s"
                            .formatted(
                                    task.change().fate().text(),
                                    task.task().pid(),
                                    task.task().comm(),
                                    task.executed(),
                                    changed && task.reparented() ? task.parentBefore() : null));
        }
        return lines;
    }

    static Set<String> kernelTablesAdded(Difference of) {
        Set<String> lines = new TreeSet<>();
        for (SpaceChange space : of.kernel()) {
            for (TableChange table : space.tables()) {
                if (table.kind() == TableChange.Kind.ADDED) {
                    lines.add(
                            "%s %s %x %x"
                                    .formatted(
                                            ((SpaceChange.OfKernel) space.owner()).symbol(),
                                            table.level(),
                                            table.va(),
                                            table.after()));
                }
            }
        }
        return lines;
    }

    static String page(long va, long pfn) {
        return Long.toHexString(va) + " " + pfn;
    }

    /** Mappings of frames that came, went, and allow something else. */
    record Pages(Set<String> added, Set<String> removed, Set<String> changed) {
        static Pages none() {
            return new Pages(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        }

        Set<String> of(String fate) {
            return switch (fate) {
                case "added" -> added;
                case "removed" -> removed;
                default -> changed;
            };
        }

        /** Takes out what came and went alike. */
        Set<String> takeReplaced() {
            Set<String> both = new TreeSet<>(added);
            both.retainAll(removed);
            added.removeAll(both);
            removed.removeAll(both);
            return both;
        }
    }

    /** By pid; one pid may have two address spaces. */
    static Map<Integer, Pages> processes(Difference of) {
        Map<Integer, Pages> byPid = new TreeMap<>();
        for (SpaceChange space : of.processes()) {
            for (int pid : ((SpaceChange.OfProcess) space.owner()).pids()) {
                Pages pages = byPid.computeIfAbsent(pid, _ -> Pages.none());
                space.pages().forEach(change -> add(change, of.pageSize(), pages));
            }
        }
        return byPid;
    }

    private static void add(PageChange change, long pageSize, Pages to) {
        switch (change.kind()) {
            case REPROTECTED -> {
                if (!perms(change.before()).equals(perms(change.after()))) {
                    add(change, change.after(), pageSize, to.changed);
                }
            }
            case RESIZED, TOUCHED, WRITTEN -> {}
            default -> {
                add(change, change.before(), pageSize, to.removed);
                add(change, change.after(), pageSize, to.added);
            }
        }
    }

    private static void add(
            PageChange change, @Nullable Target target, long pageSize, Set<String> to) {
        if (target instanceof Target.Frames frames) {
            for (long i = 0; i < change.pages(); i++) {
                to.add(page(change.va() + i * pageSize, frames.pa() / pageSize + i));
            }
        }
    }

    private static List<Boolean> rights(@Nullable Target of) {
        if (!(of instanceof Target.Frames frames)) {
            return List.of(false, false, false, false, false);
        }
        LeafAttributes has = frames.attributes();
        return List.of(
                has.valid(), has.writable(), has.executable(), has.kernelExecutable(), has.user());
    }

    private static String perms(@Nullable Target of) {
        StringBuilder perms = new StringBuilder();
        List<Boolean> rights = rights(of);
        for (int i = 0; i < rights.size(); i++) {
            perms.append(rights.get(i) ? "rwxku".charAt(i) : '-');
        }
        return perms.toString();
    }

    /** Pages that allow something that they did not, in entries of the same size. */
    static Set<String> grown(Difference of) {
        Set<String> lines = new TreeSet<>();
        for (SpaceChange space : of.processes()) {
            for (int pid : ((SpaceChange.OfProcess) space.owner()).pids()) {
                space.pages().forEach(change -> grown(String.valueOf(pid), change, of, lines));
            }
        }
        of.kernel()
                .forEach(
                        space -> space.pages().forEach(change -> grown("null", change, of, lines)));
        return lines;
    }

    private static void grown(String pid, PageChange change, Difference of, Set<String> to) {
        if (change.kind() != Kind.REPROTECTED
                || !(change.before() instanceof Target.Frames was)
                || !(change.after() instanceof Target.Frames is)
                || was.size() != is.size()) {
            return;
        }
        List<Boolean> had = rights(was);
        List<Boolean> has = rights(is);
        boolean grew = false;
        for (int i = 0; i < had.size(); i++) {
            grew |= has.get(i) && !had.get(i);
        }
        for (long i = 0; grew && i < change.pages(); i++) {
            to.add(
                    "%s %x %s -> %s"
                            .formatted(
                                    pid, change.va() + i * of.pageSize(), perms(was), perms(is)));
        }
    }

    /** Pages written, by process and the start of their VMA. */
    static Set<String> written(Difference of) {
        Map<String, Long> pages = new TreeMap<>();
        for (SpaceChange space : of.processes()) {
            for (PageChange change : space.pages()) {
                if (change.kind() == Kind.WRITTEN && change.area() != null) {
                    for (int pid : ((SpaceChange.OfProcess) space.owner()).pids()) {
                        String where = pid + " " + Long.toHexString(change.area().start());
                        pages.merge(where, change.pages(), Long::sum);
                    }
                }
            }
        }
        Set<String> lines = new TreeSet<>();
        pages.forEach((where, n) -> lines.add(where + " " + n));
        return lines;
    }
}
