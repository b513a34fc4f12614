package dev.tablewalk.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of a data set, on whatever Hadoop reads: {@code guest=G/checkpoint=C/TABLE.parquet}.
 *
 * @param root the folder
 * @param files of each table, by its name
 */
record DataSetFolder(Path root, Map<String, List<Path>> files) {
    private static final String SUFFIX = ".parquet";

    /** What else is in such a folder is no table. */
    private static final Pattern TABLE = Pattern.compile("[a-z][a-z0-9_]*");

    /** A byte of a partition's name that stands for no character by itself. */
    private static final Pattern BEYOND_ASCII = Pattern.compile("%[89A-Fa-f][0-9A-Fa-f]");

    /** Finds them. Costs a look at each folder. */
    static DataSetFolder find(String folder, Configuration hadoop) throws IOException {
        Path root = new Path(folder);
        FileSystem system = root.getFileSystem(hadoop);
        Map<String, List<Path>> files = new TreeMap<>();
        FileStatus[] found = system.globStatus(new Path(root, "guest=*/checkpoint=*/*" + SUFFIX));
        for (FileStatus each : found == null ? new FileStatus[0] : found) {
            String name = each.getPath().getName();
            String table = name.substring(0, name.length() - SUFFIX.length());
            if (TABLE.matcher(table).matches()) {
                files.computeIfAbsent(table, key -> new ArrayList<>()).add(each.getPath());
            }
        }
        return new DataSetFolder(root, files);
    }

    /**
     * Whether a guest or checkpoint has a name beyond ASCII. Such a name is written by its bytes in
     * UTF-8, each of which Spark takes for a character.
     */
    boolean hasNamesBeyondAscii() {
        return files.values().stream()
                .flatMap(List::stream)
                .anyMatch(each -> BEYOND_ASCII.matcher(each.toString()).find());
    }
}
