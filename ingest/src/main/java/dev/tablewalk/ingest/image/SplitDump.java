package dev.tablewalk.ingest.image;

import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.memory.MappedBytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A kdump-compressed dump in several files, as {@code makedumpfile --split} writes it. */
final class SplitDump {
    private SplitDump() {}

    private record Part(Path path, KdumpFile file) {}

    /**
     * Opens a dump.
     *
     * @param paths the files' names, in any order
     * @param files takes them over
     * @throws UserError if one is damaged, or they are no parts of one dump
     */
    static Image.Contents open(List<Path> paths, List<MappedBytes> files) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            parts.add(part(paths.get(i), files.get(i)));
        }
        parts.sort(Comparator.comparingLong(part -> part.file.start()));
        for (int i = 1; i < parts.size(); i++) {
            requireFits(parts.get(i - 1), parts.get(i));
        }
        try {
            return Kdump.open(
                    parts.stream().map(Part::file).toList(),
                    "kdump-compressed, in " + parts.size() + " parts");
        } catch (DumpDamage e) {
            throw UserError.image(
                    paths.getFirst() + " is part of a dump that is damaged: " + e.what(), e);
        }
    }

    private static Part part(Path path, MappedBytes file) {
        KdumpFile dump;
        try {
            dump = new KdumpFile(new PlainFile(file));
        } catch (DumpDamage e) {
            throw UserError.image(
                    path + " is " + Format.KDUMP.text() + ", and is damaged: " + e.what(), e);
        }
        if (!dump.isPart()) {
            throw UserError.input(
                    path + " is a dump of its own, and no part of one; give it alone");
        }
        return new Part(path, dump);
    }

    private static void requireFits(Part before, Part part) {
        String both = before.path + " and " + part.path;
        if (!before.file.isOfOneDumpWith(part.file)) {
            throw UserError.input(both + " are parts of two different dumps");
        }
        if (part.file.start() < before.file.end()) {
            throw UserError.input(
                    both + " are the same part, or hold the same pages; give each once");
        }
    }
}
