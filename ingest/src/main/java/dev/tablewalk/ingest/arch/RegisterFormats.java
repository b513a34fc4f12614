package dev.tablewalk.ingest.arch;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How dumps, migration streams and debuggers tell what the registers of a processor hold. Registers
 * are called by the names of the architecture's manual, in small letters; values have 64 bits.
 */
public interface RegisterFormats {
    /** Of {@code pr_reg} in {@code struct elf_prstatus}: bytes. */
    int STATUS_REGISTERS = 112;

    /** Behind {@code pr_reg}: {@code pr_fpvalid}, and what fills up to a multiple of 8, bytes. */
    int STATUS_TAIL = 8;

    /** {@code e_machine} of an ELF file: Linux {@code include/uapi/linux/elf-em.h}. */
    int elfMachine();

    /** What {@code pr_reg} of {@code struct elf_prstatus} has, 8 bytes each, in its order. */
    List<String> general();

    /**
     * Reads {@code struct elf_prstatus}.
     *
     * @param status little-endian
     * @return empty if it is not of this architecture, by its size
     */
    default Map<String, Long> readStatus(ByteBuffer status) {
        Map<String, Long> registers = new LinkedHashMap<>();
        if (status.capacity() == statusBytes()) {
            int at = STATUS_REGISTERS;
            for (String name : general()) {
                registers.put(name, status.getLong(at));
                at += 8;
            }
        }
        return registers;
    }

    /** Of {@code struct elf_prstatus}. */
    default int statusBytes() {
        return STATUS_REGISTERS + 8 * general().size() + STATUS_TAIL;
    }

    /** Reads what QEMU notes beside it, under its own name. */
    default Map<String, Long> readQemuNote(ByteBuffer note) {
        return Map.of();
    }

    /**
     * What QEMU would note beside {@code struct elf_prstatus}.
     *
     * @return little-endian; empty if it notes nothing
     */
    default ByteBuffer qemuNote(Map<String, Long> registers) {
        return ByteBuffer.allocate(0);
    }

    /** Numbers of the registers that neither of these notes has, as KVM or the manual counts. */
    Map<String, Integer> numbers();

    /** The fields of a processor's state in QEMU's migration stream that are read. */
    Set<String> stateFields();

    /** Reads a processor's state; empty if it is another architecture's. */
    Map<String, Long> readState(State state);

    /** What a debugger is told that the target is: {@code <architecture>} of its description. */
    String gdbArchitecture();

    /**
     * How the part of a debugger's description begins that has {@link #numbers}, if not the first.
     */
    String gdbPart();

    /**
     * What a debugger is asked for.
     *
     * @return what the description may call each, by preference
     */
    Map<String, List<String>> gdbNames();

    /** The state of a processor in QEMU's migration stream: {@code migration/vmstate.c}. */
    interface State {
        /**
         * A field's content.
         *
         * @param size of each element, bytes
         * @param least of elements
         * @param most of elements
         * @return big-endian; null if the state has no field of that form
         */
        @Nullable ByteBuffer field(String name, int size, int least, int most);
    }
}
