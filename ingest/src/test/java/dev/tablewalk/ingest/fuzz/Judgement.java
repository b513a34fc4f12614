package dev.tablewalk.ingest.fuzz;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.ingest.fuzz.GuestFacts.SpaceFacts;
import dev.tablewalk.ingest.fuzz.GuestFacts.TaskFacts;
import dev.tablewalk.ingest.fuzz.GuestFacts.VmaFacts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds the graph of a damaged image against what is known of the sound one. What differs must be
 * told by an anomaly that the sound image has not, and that is about the very thing:
 *
 * <ul>
 *   <li>a task that is gone, is another, or was not there: one whose address lies in its {@code
 *       task_struct}, or that names it or its pid; of one that lost but its parent, leader or
 *       address space, one about that;
 *   <li>an address space that is gone: one that names its {@code mm_struct}; or every task that had
 *       it is itself told;
 *   <li>its VMAs: one about its VMAs ({@code torn_vmas}, {@code torn_mm}, {@code vma_…}, {@code
 *       mm_…}) whose address is the {@code mm_struct}'s, a VMA's of it, or that names it;
 *   <li>the name of a VMA: one about that VMA, or about the {@code mm_struct} itself ({@code
 *       torn_mm}, {@code mm_…});
 *   <li>its pages: one about its tables ({@code torn_tables}, {@code torn_mm}, {@code table…},
 *       {@code leaf_…}, {@code mm_…} and their like) whose address is the {@code mm_struct}'s or a
 *       table's of it, in either graph.
 *   <li>a task's state, uid, start and CPU, a VMA's flags, offset and name: a {@code type_unknown}
 *       of the very member that is read for it.
 * </ul>
 *
 * An anomaly about anything else counts for nothing, however many there are.
 */
final class Judgement {
    private static final int MOST_SHOWN = 4;

    private static final List<String> OF_VMAS = List.of("torn_vmas", "torn_mm", "vma_", "mm_");
    private static final List<String> OF_TABLES =
            List.of("torn_tables", "torn_mm", "table", "leaf_", "reserved_", "pgd_", "mm_");

    /** What a VMA of memory alone is called, follows from places that its mm_struct has. */
    private static final List<String> OF_MM = List.of("torn_mm", "mm_");

    private static final Pattern PIDS = Pattern.compile("^pids?(?: (\\d+)(?: to (\\d+))?)?:");

    /** By how a VMA's name begins, the structs that only it is read by. */
    private static final Map<String, String> NAMED_BY =
            Map.of(
                    "[v", "vm_special_mapping",
                    "[anon:", "anon_vma_name",
                    "/", "file|path|dentry|qstr|mount|vfsmount|super_block|file_system_type");

    private final FuzzSubject subject;
    private final GuestFacts sound;
    private final GuestFacts damaged;
    private final List<GraphNode.Anomaly> fresh;
    private final List<String> untold = new ArrayList<>();
    private int wrong;

    Judgement(FuzzSubject subject, GuestFacts damaged) {
        this.subject = subject;
        this.sound = subject.sound;
        this.damaged = damaged;
        Set<GraphNode.Anomaly> all = new LinkedHashSet<>(damaged.anomalies);
        all.removeAll(sound.anomalies);
        fresh = List.copyOf(all);
        Set<Long> tasks = new TreeSet<>(subject.tasks);
        damaged.tasks.keySet().stream()
                .filter(t -> !sound.tasks.containsKey(t))
                .forEach(tasks::add);
        tasks.forEach(this::task);
        subject.spaces.stream().filter(mm -> !damaged.passedOver.contains(mm)).forEach(this::space);
    }

    int wrong() {
        return wrong;
    }

    /** What differs and is told by nothing. */
    List<String> untold() {
        return untold;
    }

    List<GraphNode.Anomaly> fresh() {
        return fresh;
    }

    private void differs(boolean told, String what) {
        wrong++;
        if (!told) {
            untold.add(what);
        }
    }

    private boolean any(Predicate<GraphNode.Anomaly> is) {
        return fresh.stream().anyMatch(is);
    }

    private void task(long address) {
        TaskFacts was = sound.tasks.get(address);
        TaskFacts is = damaged.tasks.get(address);
        if (was == null || !was.equals(is)) {
            boolean told =
                    isToldOfTask(address)
                            || (was != null && is != null && isToldOfMembers(was, is));
            differs(told, "task " + Hex.of(address) + ": " + was + " -> " + is);
        }
    }

    /** Whether nothing is wrong but what is not read, or points to what is gone, which is told. */
    private boolean isToldOfMembers(TaskFacts was, TaskFacts is) {
        TaskFacts ends =
                new TaskFacts(
                        was.pid(),
                        was.tgid(),
                        was.comm(),
                        isUnread("task_struct\\.(__|exit_)?state") ? is.state() : was.state(),
                        isUnread("(cred|user_struct)\\..*") ? is.uid() : was.uid(),
                        isUnread("task_struct\\.flags") ? is.kthread() : was.kthread(),
                        isUnread("task_struct\\.start_time") ? is.startTime() : was.startTime(),
                        isUnread("task_struct\\.(thread_info\\.)?cpu") ? is.cpu() : was.cpu(),
                        is.parent() == 0 && isToldOfTask(was.parent()) ? 0 : was.parent(),
                        is.leader() == 0 && isToldOfTask(was.leader()) ? 0 : was.leader(),
                        is.mm() == 0 && isToldOfMm(was.mm()) ? 0 : was.mm());
        return ends.equals(is);
    }

    /** Whether it is told that the member, a regular expression, is not described. */
    private boolean isUnread(String member) {
        return any(a -> a.kind().equals("type_unknown") && a.field().matches(member));
    }

    private boolean isToldOfTask(long task) {
        String name = Hex.of(task);
        TaskFacts was = sound.tasks.get(task);
        return any(
                a ->
                        (a.address() >= task && a.address() < task + subject.taskSize)
                                || a.detail().contains(name)
                                || (was != null && isOfPid(was.pid(), a.detail())));
    }

    private static boolean isOfPid(int pid, String detail) {
        Matcher pids = PIDS.matcher(detail);
        if (!pids.find()) {
            return false;
        }
        if (pids.group(1) == null) {
            return true; // the table of pids itself: all of them
        }
        int first = Integer.parseInt(pids.group(1));
        int last = pids.group(2) == null ? first : Integer.parseInt(pids.group(2));
        return first <= pid && pid <= last;
    }

    private void space(long mm) {
        SpaceFacts was = sound.spaces.get(mm);
        SpaceFacts is = damaged.spaces.get(mm);
        if (was == null) {
            throw new IllegalStateException("no address space " + Hex.of(mm));
        }
        if (is == null) {
            differs(isToldOfMm(mm), "mm " + Hex.of(mm) + " of " + names(mm) + " gone");
            return;
        }
        String title = "mm " + Hex.of(mm) + " of " + names(mm) + ": ";
        if (!unnamed(was.vmas()).equals(unnamed(is.vmas()))) {
            differs(
                    isTold(mm, OF_VMAS),
                    title + was.vmas().size() + " VMAs -> " + is.vmas().size() + diff(was, is));
        } else {
            was.vmas()
                    .forEach(
                            (start, vma) -> {
                                VmaFacts now = is.vmas().get(start);
                                if (now == null || !vma.name().equals(now.name())) {
                                    differs(
                                            isToldOfName(mm, vma),
                                            title
                                                    + vma.name()
                                                    + " -> "
                                                    + (now == null ? "none" : now.name()));
                                }
                            });
        }
        if (!was.pages().equals(is.pages())) {
            differs(isTold(mm, OF_TABLES), title + pages(was, is));
        }
    }

    private String diff(SpaceFacts was, SpaceFacts is) {
        StringBuilder all = new StringBuilder();
        unnamed(was.vmas())
                .forEach(
                        (start, vma) -> {
                            VmaFacts now = unnamed(is.vmas()).get(start);
                            if (!vma.equals(now) && all.length() < 400) {
                                all.append("; ").append(vma).append(" -> ").append(now);
                            }
                        });
        return all.toString();
    }

    private Map<Long, VmaFacts> unnamed(Map<Long, VmaFacts> vmas) {
        Map<Long, VmaFacts> all = new TreeMap<>();
        vmas.forEach(
                (start, v) ->
                        all.put(
                                start,
                                new VmaFacts(
                                        v.address(),
                                        v.end(),
                                        isUnread("vm_area_struct\\.vm_flags") ? 0 : v.flags(),
                                        isUnread("vm_area_struct\\.vm_pgoff") ? 0 : v.pgoff(),
                                        "")));
        return all;
    }

    private static String pages(SpaceFacts was, SpaceFacts is) {
        long same =
                was.pages().entrySet().stream()
                        .filter(page -> page.getValue().equals(is.pages().get(page.getKey())))
                        .count();
        return was.pages().size()
                + " pages -> "
                + is.pages().size()
                + ", "
                + same
                + " as they were";
    }

    private List<String> names(long mm) {
        return sound.tasks.values().stream()
                .filter(task -> task.mm() == mm)
                .limit(3)
                .map(task -> task.pid() + " " + task.comm() + " " + task.state())
                .toList();
    }

    private boolean isToldOfMm(long mm) {
        if (any(a -> a.address() == mm || a.detail().contains(Hex.of(mm)))) {
            return true;
        }
        return sound.tasks.entrySet().stream()
                .filter(task -> task.getValue().mm() == mm)
                .allMatch(task -> isToldOfTask(task.getKey()));
    }

    private boolean isTold(long mm, List<String> kinds) {
        String name = Hex.of(mm);
        return any(
                a ->
                        kinds.stream().anyMatch(a.kind()::startsWith)
                                && (a.address() == mm
                                        || isOf(mm, a.address())
                                        || a.detail().contains(name)));
    }

    private boolean isOf(long mm, long part) {
        return sound.owners.getOrDefault(part, Set.of()).contains(mm)
                || damaged.owners.getOrDefault(part, Set.of()).contains(mm);
    }

    private boolean isToldOfName(long mm, VmaFacts vma) {
        return any(a -> a.address() == vma.address())
                || isTold(mm, OF_MM)
                || NAMED_BY.entrySet().stream()
                        .anyMatch(
                                of ->
                                        vma.name().startsWith(of.getKey())
                                                && isUnread("(" + of.getValue() + ")\\..*"));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(wrong).append(" differ, ").append(untold.size()).append(" untold");
        untold.stream().limit(MOST_SHOWN).forEach(what -> text.append("\n    ").append(what));
        if (!untold.isEmpty()) {
            fresh.stream()
                    .limit(2 * MOST_SHOWN)
                    .forEach(
                            a ->
                                    text.append("\n    but ")
                                            .append(a.kind())
                                            .append(' ')
                                            .append(Hex.of(a.address()))
                                            .append(' ')
                                            .append(a.field())
                                            .append(": ")
                                            .append(a.detail()));
        }
        return text.toString();
    }
}
