package dev.tablewalk.ingest.image;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What QEMU says at the end of a migration stream of the devices' state in it: JSON, {@code
 * QEMU_VM_VMDESCRIPTION} in {@code migration/savevm.c} of QEMU. Sizes are those of what was
 * written: of a field, or of each element of an array; {@code migration/vmstate.c}, {@code
 * vmstate_save_state_v} and {@code vmsd_desc_field_start}.
 */
final class StateDescription {
    /** What comes before it: that the devices end, and that it begins. */
    private static final int END_OF_DEVICES = 0;

    private static final int HEAD_BYTES = 6;

    /** A hundred times what machines of hundreds of processors have. */
    private static final int MOST_TEXT = 64 << 20;

    private static final int MOST_DEVICES = 1 << 16;
    private static final int MAX_DEPTH = 100;

    /** More than any device's state; two of them multiplied are still a long. */
    private static final long MOST_BYTES = 1L << 31;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNameLength(4096)
                                    .maxStringLength(1 << 16)
                                    .build())
                    .build();

    private final Map<Key, Device> devices = new HashMap<>();
    private final Set<String> kept;

    /** What a section of a device says that it is of. */
    record Key(String name, long instance) {}

    /**
     * The state of a device.
     *
     * @param size bytes
     * @param fields those that were asked for, by name
     */
    record Device(long size, Map<String, Field> fields) {}

    /**
     * A field of a device's state.
     *
     * @param at where in the state it begins, bytes
     * @param size of each element, bytes
     * @param count of elements
     */
    record Field(long at, long size, long count) {}

    private StateDescription(Set<String> kept) {
        this.kept = kept;
    }

    /**
     * Reads the description that a file ends with, or has nothing but zeros behind. Costs a look at
     * what lies behind {@code from}.
     *
     * @param from where the state of devices begins in the file, bytes
     * @param kept names of fields to know the place of
     * @return empty if there is none
     * @throws DumpDamage if it makes no sense
     */
    static Optional<StateDescription> find(DumpFile file, long from, Set<String> kept) {
        int length = (int) Math.min(MOST_TEXT, file.size() - from);
        if (length < HEAD_BYTES) {
            return Optional.empty();
        }
        Fields tail = file.fields(file.size() - length, length, "description of devices");
        Fields numbers = tail.bigEndian();
        int end = length;
        while (end > 0 && tail.u8(end - 1) == 0) {
            end--;
        }
        for (int at = end - HEAD_BYTES; at >= 0; at--) {
            if (tail.u8(at) == END_OF_DEVICES
                    && tail.u8(at + 1) == QemuStream.DESCRIPTION
                    && numbers.i32(at + 2) == end - at - HEAD_BYTES) {
                StateDescription description = new StateDescription(kept);
                description.read(tail.bytes(), at + HEAD_BYTES, end);
                return Optional.of(description);
            }
        }
        return Optional.empty();
    }

    @Nullable Device device(String name, int instance) {
        return devices.get(new Key(name, Integer.toUnsignedLong(instance)));
    }

    private void read(byte[] text, int from, int to) {
        try (JsonParser in = JSON.createParser(text, from, to - from)) {
            in.nextToken();
            object(
                    in,
                    name -> {
                        if (name.equals("devices")) {
                            array(in, () -> device(in));
                        } else {
                            in.skipChildren();
                        }
                    });
        } catch (IOException e) {
            throw nonsense();
        }
    }

    private static DumpDamage nonsense() {
        return new DumpDamage("its description of the devices' state cannot be read");
    }

    private interface Member {
        void read(String name) throws IOException;
    }

    private interface Element {
        void read() throws IOException;
    }

    private static void object(JsonParser in, Member member) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw nonsense();
        }
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            if (in.currentToken() != JsonToken.FIELD_NAME || name == null) {
                throw nonsense();
            }
            in.nextToken();
            member.read(name);
        }
    }

    private static void array(JsonParser in, Element element) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw nonsense();
        }
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() == null) {
                throw nonsense();
            }
            element.read();
        }
    }

    private static long number(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw nonsense();
        }
        long number = in.getLongValue();
        if (number < 0 || number >= 1L << 32) {
            throw nonsense();
        }
        return number;
    }

    private static String text(JsonParser in) throws IOException {
        return in.currentToken() == JsonToken.VALUE_STRING ? in.getText() : "";
    }

    /** State of a device, or of a subsection of one. */
    private static final class State {
        private String name = "";
        private long instance;
        private long size;
        private final Map<String, Field> fields = new HashMap<>();

        void add(long bytes) {
            size += bytes;
            if (size > MOST_BYTES) {
                throw nonsense();
            }
        }
    }

    private void device(JsonParser in) throws IOException {
        State state = state(in);
        devices.putIfAbsent(
                new Key(state.name, state.instance), new Device(state.size, state.fields));
        if (devices.size() > MOST_DEVICES) {
            throw nonsense();
        }
    }

    private State state(JsonParser in) throws IOException {
        State state = new State();
        object(
                in,
                name -> {
                    switch (name) {
                        case "name" -> state.name = text(in);
                        case "vmsd_name" ->
                                state.name = state.name.isEmpty() ? text(in) : state.name;
                        case "instance_id" -> state.instance = number(in);
                        case "fields" -> array(in, () -> field(in, state));
                        case "subsections" -> array(in, () -> subsection(in, state));
                        default -> in.skipChildren();
                    }
                });
        return state;
    }

    /** What is inside a field counts in its own size. */
    private void field(JsonParser in, State state) throws IOException {
        String[] name = {""};
        long[] size = {0};
        long[] count = {1};
        object(
                in,
                member -> {
                    switch (member) {
                        case "name" -> name[0] = text(in);
                        case "size" -> size[0] = number(in);
                        case "array_len" -> count[0] = number(in);
                        default -> in.skipChildren();
                    }
                });
        if (size[0] > MOST_BYTES || count[0] > MOST_BYTES) {
            throw nonsense();
        }
        if (kept.contains(name[0])) {
            state.fields.putIfAbsent(name[0], new Field(state.size, size[0], count[0]));
        }
        state.add(size[0] * count[0]);
    }

    /** A byte that says that it is one, its name behind the length of that, its version. */
    private void subsection(JsonParser in, State state) throws IOException {
        State inner = state(in);
        state.add(1 + 1 + inner.name.getBytes(StandardCharsets.UTF_8).length + 4 + inner.size);
    }
}
