package dev.tablewalk.cypher.stored;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GuestIdentity;
import dev.tablewalk.graph.NodeLabel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.neo4j.graphdb.Label;

/** The reverse of {@link GraphNode#describe}. */
final class StoredNodes {
    private static final Map<String, NodeLabel> LABELS =
            Arrays.stream(NodeLabel.values())
                    .collect(Collectors.toMap(NodeLabel::text, Function.identity()));

    private StoredNodes() {}

    static GraphNode decode(Iterable<Label> labels, StoredProperties of) {
        boolean root = false;
        NodeLabel main = null;
        for (Label each : labels) {
            @Nullable NodeLabel label = LABELS.get(each.name());
            switch (label) {
                case null -> throw StoreTokens.damaged("there is a label " + each.name());
                case ROOT -> root = true;
                case CANDIDATE -> {}
                default -> main = label;
            }
        }
        return switch (main) {
            case CHECKPOINT -> checkpoint(of);
            case CPU -> cpu(of);
            case TASK -> task(of);
            case MM_STRUCT -> mm(of);
            case VMA ->
                    new GraphNode.Vma(
                            of.address("address"),
                            of.number("start"),
                            of.number("end"),
                            of.text("perms"),
                            of.number("flags"),
                            of.number("pgoff"),
                            of.text("name"),
                            of.text("backing"),
                            of.number("pages_present"));
            case FILE ->
                    new GraphNode.File(
                            of.address("address"),
                            of.text("path"),
                            of.number("inode"),
                            of.text("device"),
                            of.truth("deleted"));
            case PAGE_TABLE -> table(of, root);
            case PAGE_RANGE -> range(of);
            case REGION ->
                    new GraphNode.Region(
                            of.text("name"),
                            of.number("start"),
                            of.number("end"),
                            of.has("special"));
            case SWAP_RANGE ->
                    new GraphNode.SwapRange(
                            of.integer("type"), of.number("offset"), of.number("pages"));
            case NON_SWAP_RANGE ->
                    new GraphNode.NonSwapRange(
                            of.text("kind"),
                            of.integer("type"),
                            of.number("offset"),
                            of.number("pages"));
            case ANOMALY ->
                    new GraphNode.Anomaly(
                            of.text("kind"),
                            of.address("address"),
                            of.text("field"),
                            of.text("detail"));
            case null, default -> throw StoreTokens.damaged("a node has no label of its kind");
        };
    }

    private static GraphNode cpu(StoredProperties of) {
        Map<String, Long> registers = new LinkedHashMap<>();
        for (String key : new TreeSet<>(of.values().keySet())) {
            if (key.startsWith(GraphNode.Cpu.REGISTER)) {
                registers.put(key.substring(GraphNode.Cpu.REGISTER.length()), of.address(key));
            }
        }
        int id = of.has("id") ? of.integer("id") : GraphNode.Cpu.UNKNOWN;
        return new GraphNode.Cpu(id, registers);
    }

    private static GraphNode checkpoint(StoredProperties of) {
        return new GraphNode.Checkpoint(
                of.text("name"),
                identity(of),
                of.text("kernel_release"),
                of.text("kernel_build_id"),
                of.text("kernel_version"),
                of.text("arch"),
                of.number("page_size"),
                of.integer("va_bits"),
                of.integer("pa_bits"),
                of.integer("levels"),
                of.truth("lpa2"),
                of.number("kaslr_offset"),
                of.text("ram"),
                of.text("image"),
                of.text("image_sha256"),
                of.text("tool_version"),
                of.numbersOf("count_"),
                of.number("anomalies"),
                of.textsOf("found_"),
                of.texts("task_views"),
                of.texts("marked_levels"),
                of.truth("hashed"));
    }

    private static GuestIdentity identity(StoredProperties of) {
        return new GuestIdentity(
                of.textOrEmpty("guest"),
                of.textOrEmpty("guest_from"),
                of.has("captured_at") ? of.number("captured_at") : 0,
                of.textOrEmpty("captured_from"),
                of.textOrEmpty("boot_id"),
                of.textOrEmpty("boot_from"),
                of.textOrEmpty("random_boot_id"));
    }

    private static GraphNode task(StoredProperties of) {
        return new GraphNode.Task(
                of.address("address"),
                of.integer("pid"),
                of.integer("tgid"),
                of.text("comm"),
                of.text("name"),
                of.text("state"),
                of.truth("kthread"),
                of.truth("idle"),
                of.number("flags"),
                of.number("start_time"),
                of.number("uid"),
                of.integer("exit_state"),
                of.number("exec_id"),
                of.has("cpu") ? of.integer("cpu") : -1, // checkpoints had neither at first
                of.has("context_switches") ? of.number("context_switches") : -1,
                of.texts("found_by"));
    }

    private static GraphNode mm(StoredProperties of) {
        return new GraphNode.MmStruct(
                of.address("address"),
                of.address("pgd"),
                of.number("mm_users"),
                of.number("mm_count"),
                of.number("total_vm"),
                of.numberOrNull("rss_pages"),
                of.number("pgtables_bytes"),
                of.number("map_count"),
                of.numberOrNull("swap_pages"),
                of.has("held_locks") ? of.texts("held_locks") : List.of(),
                of.texts("found_by"));
    }

    private static GraphNode table(StoredProperties of, boolean root) {
        return new GraphNode.PageTable(
                of.number("pa"),
                of.text("level"),
                of.numberOrNull("va"),
                of.integer("entries_table"),
                of.integer("entries_leaf"),
                of.integer("entries_nonpresent"),
                of.truthOrNull("marked"),
                of.textOrNull("frame"),
                of.has("hotplug"),
                root,
                of.texts("found_by"));
    }

    private static GraphNode range(StoredProperties of) {
        GraphNode.Frames frames =
                of.has("frame")
                        ? new GraphNode.Frames(
                                of.text("frame"),
                                of.numbersOf("frames_"),
                                of.numberOrNull("mapcount"),
                                of.numberOrNull("mapped_frames"),
                                of.has("mapcount_least")
                                        ? new GraphNode.Frames.Mapcounts(
                                                of.number("mapcount_least"),
                                                of.number("mapcount_most"))
                                        : null)
                        : null;
        long pa = of.number("pa");
        long pfn = of.number("pfn");
        // Frame 0 does not tell how large a page is, and needs no more than any size.
        int pageShift =
                pfn == 0
                        ? Long.SIZE - 1
                        : Long.numberOfTrailingZeros(pa) - Long.numberOfTrailingZeros(pfn);
        return new GraphNode.PageRange(pa, of.number("pages"), pageShift, of.text("kind"), frames);
    }
}
