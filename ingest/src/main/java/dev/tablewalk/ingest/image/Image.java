package dev.tablewalk.ingest.image;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.memory.ImageBytes;
import dev.tablewalk.ingest.memory.JoinedBytes;
import dev.tablewalk.ingest.memory.MappedBytes;
import dev.tablewalk.ingest.memory.RamRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The RAM of a guest in whatever format it is, opened. Nothing is written to its files. */
public final class Image implements AutoCloseable {
    private final List<Path> paths;
    private final Contents contents;

    /**
     * What a format makes of its file.
     *
     * @param format its name, for people
     * @param parts where RAM lies in the bytes; empty if the format does not say
     * @param damage what is wrong with the file, and was passed over
     * @param cut whether RAM is missing because the file ends early
     * @param blocks runs of memory that the format tells apart without saying where they lie; empty
     *     if it says where RAM lies, or all bytes are one run
     */
    record Contents(
            String format,
            ImageBytes bytes,
            List<RamRange> parts,
            Notes notes,
            List<String> damage,
            boolean cut,
            List<ImageBlock> blocks) {
        /** Of a format that tells no blocks apart. */
        Contents(
                String format,
                ImageBytes bytes,
                List<RamRange> parts,
                Notes notes,
                List<String> damage,
                boolean cut) {
            this(format, bytes, parts, notes, damage, cut, List.of());
        }

        /** As they are inside a compressed file. */
        Contents in(Format compressed) {
            String text = format + ", " + compressed.text();
            return new Contents(text, bytes, parts, notes, damage, cut, blocks);
        }

        /** As they are if the file ends early. */
        Contents damagedBy(String what) {
            List<String> all = new ArrayList<>(damage);
            all.add(what);
            return new Contents(format, bytes, parts, notes, all, true, blocks);
        }
    }

    private Image(List<Path> paths, Contents contents) {
        this.paths = List.copyOf(paths);
        this.contents = contents;
    }

    /** Opens one raw file. */
    public static Image openRaw(Path path) {
        MappedBytes file = MappedBytes.open(path);
        return new Image(
                List.of(path), new Contents("raw", file, List.of(), Notes.NONE, List.of(), false));
    }

    /**
     * Opens an image.
     *
     * @param paths one file of any format, several raw ones that follow each other, or the parts of
     *     a dump that was split, in any order
     * @param raw take a file for raw RAM whatever it looks like, unless its bytes are not RAM's:
     *     those of one that is compressed, or a migration stream
     * @param scratch a folder for what has to be unpacked as a whole
     * @throws UserError if it cannot be read, or is too damaged to tell where RAM lies in it
     */
    public static Image open(List<Path> paths, boolean raw, Path scratch, Progress progress) {
        Opening opening = new Opening(raw, scratch, progress, 0);
        List<MappedBytes> files = new ArrayList<>();
        boolean opened = false;
        try {
            paths.forEach(path -> files.add(MappedBytes.open(path)));
            Image image = new Image(paths, open(paths, files, opening));
            opened = true;
            return image;
        } finally {
            if (!opened) {
                files.forEach(MappedBytes::close);
            }
        }
    }

    private static Contents open(List<Path> paths, List<MappedBytes> files, Opening opening) {
        List<Format> formats = files.stream().map(opening::format).toList();
        for (int i = 0; i < files.size(); i++) {
            if (formats.get(i) == Format.RAW && !opening.raw()) {
                requireUnknown(paths.get(i), files.get(i));
            }
        }
        if (files.size() == 1) {
            return open(paths.getFirst(), formats.getFirst(), files.getFirst(), opening);
        }
        if (formats.stream().allMatch(format -> format == Format.KDUMP)) {
            return SplitDump.open(paths, files);
        }
        for (int i = 0; i < files.size(); i++) {
            if (formats.get(i) != Format.RAW) {
                throw UserError.input(
                        paths.get(i)
                                + " is "
                                + formats.get(i).text()
                                + ", which holds all of a guest's RAM; several files can only be"
                                + " raw ones, or the parts of one kdump-compressed dump");
            }
        }
        return joined(paths, files);
    }

    /** Else it is something else than raw RAM. */
    private static void requireUnknown(Path path, MappedBytes file) {
        OtherFormat.text(file)
                .ifPresent(
                        text -> {
                            throw UserError.image(path + " is " + text);
                        });
    }

    private static Contents joined(List<Path> paths, List<MappedBytes> files) {
        List<ImageBlock> blocks = new ArrayList<>();
        long at = 0;
        for (int i = 0; i < files.size(); i++) {
            blocks.add(new ImageBlock(name(paths.get(i)), at, files.get(i).size()));
            at += files.get(i).size();
        }
        return new Contents(
                "raw",
                new JoinedBytes(files),
                List.of(),
                Notes.NONE,
                List.of(),
                false,
                List.copyOf(blocks));
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    /** Takes over the file. */
    private static Contents open(Path path, Format format, MappedBytes file, Opening opening) {
        try {
            return format.open(file, opening);
        } catch (DumpDamage e) {
            throw UserError.image(
                    path + " is " + format.text() + ", and is damaged: " + e.what(), e);
        }
    }

    /** The first of its files. */
    public Path path() {
        return paths.getFirst();
    }

    public List<Path> paths() {
        return paths;
    }

    /** Bytes of all files. */
    public long fileSize() {
        long size = 0;
        for (Path path : paths) {
            try {
                size += Files.size(path);
            } catch (IOException e) {
                throw UserError.input(path + " cannot be read: " + e.getMessage(), e);
            }
        }
        return size;
    }

    /** The format's name, for people. */
    public String format() {
        return contents.format();
    }

    public ImageBytes bytes() {
        return contents.bytes();
    }

    /** Where RAM lies in the bytes; empty if the format does not say. */
    public List<RamRange> parts() {
        return contents.parts();
    }

    /** Runs of memory of which the format does not say where they lie, by ascending offset. */
    public List<ImageBlock> blocks() {
        return contents.blocks().isEmpty()
                ? List.of(new ImageBlock(name(path()), 0, bytes().size()))
                : contents.blocks();
    }

    public Notes notes() {
        return contents.notes();
    }

    /** What is wrong with the file and was passed over, for people. */
    public List<String> damage() {
        return contents.damage();
    }

    /** Whether RAM is missing because the file ends early. A raw one cannot tell. */
    public boolean isCut() {
        return contents.cut();
    }

    @Override
    public void close() {
        contents.bytes().close();
    }
}
