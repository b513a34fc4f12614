package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.Architectures;
import dev.tablewalk.ingest.arch.RegisterFormats;
import dev.tablewalk.ingest.image.Notes.CpuRegisters;
import dev.tablewalk.ingest.image.StateDescription.Device;
import dev.tablewalk.ingest.image.StateDescription.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What follows RAM in a migration stream: the state of each device in a section of its own, and how
 * long it is only in the description at the end; {@code migration/savevm.c} of QEMU. Each section
 * must end where the description says, or nothing behind it is believed.
 */
final class DeviceStates {
    private static final int FOOTER_BYTES = 5;

    /** What a section of a processor is called. */
    private static final String CPU = "cpu";

    private static final List<RegisterFormats> FORMATS =
            Architectures.ALL.stream().map(Architecture::registerFormats).toList();

    private final DumpFile file;
    private final StreamCursor in;
    private final TreeMap<Integer, Map<String, Long>> cpus = new TreeMap<>();
    private final List<String> damage = new ArrayList<>();
    private boolean cut;

    /**
     * Reads the registers of processors.
     *
     * @param in at the section that follows the last of RAM
     */
    DeviceStates(DumpFile file, StreamCursor in) {
        this.file = file;
        this.in = in;
        try {
            Optional<StateDescription> description =
                    StateDescription.find(
                            file,
                            in.at(),
                            FORMATS.stream()
                                    .flatMap(each -> each.stateFields().stream())
                                    .collect(Collectors.toSet()));
            if (description.isPresent()) {
                walk(description.get());
            } else {
                cut = !endsWhole();
                damage.add(
                        cut
                                ? "the file is cut off in the state of devices, at byte "
                                        + file.size()
                                : "it does not describe the state of its devices, so there are no"
                                        + " registers");
            }
        } catch (DumpDamage e) {
            damage.add(e.what() + "; so registers are missing");
        }
    }

    /** By number; empty if none could be read. */
    List<CpuRegisters> cpus() {
        return cpus.entrySet().stream()
                .map(cpu -> new CpuRegisters(cpu.getKey(), cpu.getValue()))
                .toList();
    }

    /** What is wrong, for people. */
    List<String> damage() {
        return damage;
    }

    /** Whether the file ends before the state of the devices does. */
    boolean isCut() {
        return cut;
    }

    /** Without a description, the last device's section ends, and the stream. */
    private boolean endsWhole() {
        long at = file.size() - FOOTER_BYTES - 1;
        if (at < in.at()) {
            return false;
        }
        Fields end = file.fields(at, FOOTER_BYTES + 1, "end");
        return end.u8(0) == QemuStream.SECTION_FOOTER && end.u8(FOOTER_BYTES) == QemuStream.END;
    }

    private void walk(StateDescription description) {
        while (true) {
            long where = in.at();
            int type = in.u8();
            switch (type) {
                case QemuStream.END -> {
                    return;
                }
                case QemuStream.SECTION_FULL -> readDevice(description);
                case QemuStream.SECTION_FOOTER -> in.skip(4); // of RAM
                case QemuStream.COMMAND -> {
                    in.skip(2);
                    in.skip(in.u16());
                }
                default ->
                        throw new DumpDamage(
                                "there is no device's state that is described at byte " + where);
            }
        }
    }

    private void readDevice(StateDescription description) {
        int section = in.i32();
        String name = in.text(in.u8());
        int instance = in.i32();
        in.skip(4); // version
        Device device = description.device(name, instance);
        if (device == null) {
            throw new DumpDamage("it does not describe the state of '" + name + "'");
        }
        long start = in.at();
        in.skip(device.size());
        if (in.u8() != QemuStream.SECTION_FOOTER || in.i32() != section) {
            throw new DumpDamage("the state of '" + name + "' is not what it is described as");
        }
        if (name.equals(CPU)) {
            FORMATS.stream()
                    .map(each -> each.readState(new Cpu(file, start, device.fields())))
                    .filter(registers -> !registers.isEmpty())
                    .findFirst()
                    .ifPresent(registers -> cpus.putIfAbsent(instance, registers));
        }
    }

    /** The state of a processor, which begins there in the file. */
    private record Cpu(DumpFile file, long start, Map<String, Field> fields)
            implements RegisterFormats.State {
        @Override
        public @Nullable ByteBuffer field(String name, int size, int least, int most) {
            Field field = fields.get(name);
            if (field == null
                    || field.size() != size
                    || field.count() < least
                    || field.count() > most) {
                return null;
            }
            int length = (int) field.count() * size;
            return file.fields(start + field.at(), length, name).bigEndian().buffer();
        }
    }
}
