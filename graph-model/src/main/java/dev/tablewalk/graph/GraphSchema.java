package dev.tablewalk.graph;

import java.util.List;

/** The properties that a user looks nodes up by; the store makes an index for each. */
public final class GraphSchema {
    /** Changes when a checkpoint of before could no longer be read as one of now. */
    public static final int VERSION = 1;

    private GraphSchema() {}

    /** One index: a label and a property key. */
    public record Index(NodeLabel label, String property) {}

    public static final List<Index> INDEXES =
            List.of(
                    new Index(NodeLabel.TASK, "pid"),
                    new Index(NodeLabel.TASK, "tgid"),
                    new Index(NodeLabel.TASK, "comm"),
                    new Index(NodeLabel.TASK, "address"),
                    new Index(NodeLabel.MM_STRUCT, "address"),
                    new Index(NodeLabel.VMA, "address"),
                    new Index(NodeLabel.VMA, "start"),
                    new Index(NodeLabel.FILE, "path"),
                    new Index(NodeLabel.FILE, "inode"),
                    new Index(NodeLabel.FILE, "address"),
                    new Index(NodeLabel.PAGE_TABLE, "pa"),
                    new Index(NodeLabel.PAGE_TABLE, "level"),
                    new Index(NodeLabel.PAGE_RANGE, "pfn"),
                    new Index(NodeLabel.PAGE_RANGE, "pa"),
                    new Index(NodeLabel.SWAP_RANGE, "offset"),
                    new Index(NodeLabel.ANOMALY, "kind"));
}
