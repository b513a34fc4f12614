package dev.tablewalk.cli.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is in a core, by the letter of the ELF specification. */
record Core(int machine, List<Load> loads, List<Note> notes) {
    record Load(long pa, long size, long offset) {}

    record Note(String name, int type, ByteBuffer description) {}

    static Core read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer header = bytes(channel, 0, 64);
            if (header.getInt(0) != 0x464c457f || header.getShort(16) != 4) {
                throw new IOException("no ELF core");
            }
            List<Load> loads = new ArrayList<>();
            List<Note> notes = new ArrayList<>();
            for (int i = 0; i < header.getShort(56); i++) {
                ByteBuffer entry = bytes(channel, header.getLong(32) + i * 56L, 56);
                long offset = entry.getLong(8);
                long size = entry.getLong(32);
                switch (entry.getInt(0)) {
                    case 1 -> loads.add(new Load(entry.getLong(24), size, offset));
                    case 4 -> addNotes(bytes(channel, offset, (int) size), notes);
                    default -> throw new IOException("unexpected segment");
                }
                if (offset + size > channel.size()) {
                    throw new IOException("cut off");
                }
            }
            return new Core(header.getShort(18), loads, notes);
        }
    }

    private static void addNotes(ByteBuffer from, List<Note> to) {
        while (from.hasRemaining()) {
            int nameSize = from.getInt();
            int size = from.getInt();
            int type = from.getInt();
            byte[] name = new byte[nameSize - 1];
            from.get(from.position(), name);
            from.position(from.position() + (nameSize + 3 & -4));
            ByteBuffer description =
                    from.slice(from.position(), size).order(ByteOrder.LITTLE_ENDIAN);
            from.position(from.position() + (size + 3 & -4));
            to.add(new Note(new String(name, StandardCharsets.US_ASCII), type, description));
        }
    }

    private static ByteBuffer bytes(FileChannel from, long at, int size) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (into.hasRemaining()) {
            if (from.read(into, at + into.position()) < 0) {
                throw new IOException("cut off");
            }
        }
        return into.flip();
    }

    List<Note> notes(String name) {
        return notes.stream().filter(note -> note.name().equals(name)).toList();
    }

    /** System registers of each CPU, by encoding. */
    List<Map<Integer, Long>> systemRegisters() {
        List<Map<Integer, Long>> cpus = new ArrayList<>();
        for (Note note : notes("tablewalk")) {
            Map<Integer, Long> registers = new HashMap<>();
            for (int i = 0; i < note.description.getInt(4); i++) {
                registers.put(
                        note.description.getInt(8 + 16 * i), note.description.getLong(16 + 16 * i));
            }
            cpus.add(registers);
        }
        return cpus;
    }
}
