package dev.tablewalk.ingest.capture;

import dev.tablewalk.ingest.arch.RegisterFormats;
import dev.tablewalk.ingest.image.Notes.CpuRegisters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * QEMU's stub for debuggers, asked for registers in GDB's remote serial protocol (GDB manual,
 * appendix E; QEMU {@code gdbstub.c}, {@code target/ARCH/gdbstub.c}). Whoever connects stops the
 * guest.
 *
 * <p>A thread is a vCPU, its number the cpu index plus one. Which number a register has, and how
 * long it is, is in the target's description, and differs between processors and versions.
 */
final class GdbStub implements AutoCloseable {
    /** For all that is asked; a stub answers in milliseconds or not at all. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int MOST_PACKET = 1 << 20;
    private static final int MOST_DESCRIPTION = 4 << 20;
    private static final int MOST_CPUS = 4096;
    private static final int CHUNK = 0xffb;

    private static final Pattern COMMENT = Pattern.compile("(?s)<!--.*?-->");
    private static final Pattern INCLUDE = Pattern.compile("href=\"([^\"/]{1,80})\"");
    private static final Pattern REGISTER = Pattern.compile("<reg\\s[^>]{1,400}>");
    private static final Pattern NAME = Pattern.compile("\\sname=\"([^\"]{1,80})\"");
    private static final Pattern NUMBER = Pattern.compile("\\sregnum=\"(\\d{1,6})\"");
    private static final Pattern BITS = Pattern.compile("\\sbitsize=\"(\\d{1,6})\"");

    /** Of a register that is not among those that {@code g} has. */
    private static final int APART = -1;

    private final TimedChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(1 << 14).flip();
    private long deadline;

    private GdbStub(TimedChannel channel, long deadline) {
        this.channel = channel;
        this.deadline = deadline;
    }

    static GdbStub connect(QemuAddress address) throws IOException {
        long deadline = TimedChannel.in(PATIENCE);
        return new GdbStub(TimedChannel.connect(address, deadline), deadline);
    }

    /**
     * The registers of all vCPUs, by cpu index.
     *
     * @throws IOException if the stub does not answer or speaks of another architecture
     */
    List<CpuRegisters> read(RegisterFormats formats) throws IOException {
        exchange("qSupported:xmlRegisters=" + formats.gdbArchitecture());
        Map<String, Described> described = describe(formats);
        List<CpuRegisters> cpus = new ArrayList<>();
        for (long thread : threads()) {
            if (!exchange("Hg" + Long.toHexString(thread)).equals("OK")) {
                throw new IOException("the stub refuses CPU " + (thread - 1));
            }
            cpus.add(new CpuRegisters(Math.toIntExact(thread - 1), registers(described)));
        }
        return cpus;
    }

    private Map<String, Long> registers(Map<String, Described> described) throws IOException {
        String general = exchange("g");
        Map<String, Long> registers = new LinkedHashMap<>();
        for (var register : described.entrySet()) {
            Described as = register.getValue();
            if (as.at != APART && as.at + as.digits <= general.length()) {
                registers.put(register.getKey(), little(general, as.at, as.digits));
            } else {
                String hex = exchange("p" + Integer.toHexString(as.number));
                if (hex.length() == as.digits) { // else the stub does not know it
                    registers.put(register.getKey(), little(hex, 0, as.digits));
                }
            }
        }
        return registers;
    }

    /**
     * How the stub has a register.
     *
     * @param at where in its answer to {@code g}, or {@link #APART}
     * @param digits how many
     */
    private record Described(int number, int at, int digits) {}

    private static long little(String hex, int at, int digits) throws IOException {
        try {
            byte[] bytes = HexFormat.of().parseHex(hex, at, at + digits);
            ByteBuffer value = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            return value.put(0, bytes).getLong(0);
        } catch (IllegalArgumentException e) {
            throw new IOException("the stub does not know a register's value", e);
        }
    }

    private List<Long> threads() throws IOException {
        List<Long> threads = new ArrayList<>();
        for (String reply = exchange("qfThreadInfo");
                reply.startsWith("m");
                reply = exchange("qsThreadInfo")) {
            for (String id : reply.substring(1).split(",", -1)) {
                try {
                    threads.add(Long.parseLong(id, 16));
                } catch (NumberFormatException e) {
                    throw new IOException("the stub's threads are not numbers", e);
                }
                if (threads.size() > MOST_CPUS || threads.getLast() < 1) {
                    throw new IOException("the stub's threads make no sense");
                }
            }
        }
        return threads;
    }

    /** Out of the target's description: {@code target.xml} and what it includes. */
    private Map<String, Described> describe(RegisterFormats formats) throws IOException {
        String target = description("target.xml");
        if (!target.contains("<architecture>" + formats.gdbArchitecture() + "</architecture>")) {
            throw new IOException(
                    "the stub does not describe a processor of " + formats.gdbArchitecture());
        }
        List<String> parts = new ArrayList<>();
        Matcher include = INCLUDE.matcher(target);
        while (include.find()) {
            parts.add(include.group(1));
        }
        if (parts.isEmpty()) {
            throw new IOException("the stub's description of its target has no parts");
        }
        Map<String, Described> all = new HashMap<>();
        collect(description(parts.removeFirst()), true, all);
        // Other parts are long, and the guest stands still.
        parts.sort(Comparator.comparing(part -> !part.startsWith(formats.gdbPart())));
        for (String part : parts) {
            if (formats.numbers().keySet().stream()
                    .noneMatch(name -> described(formats, name, all).isPresent())) {
                collect(description(part), false, all);
            }
        }
        Map<String, Described> wanted = new LinkedHashMap<>();
        for (String name : formats.gdbNames().keySet()) {
            Optional<Described> as = described(formats, name, all);
            if (as.isPresent()) {
                wanted.put(name, as.get());
            } else if (formats.general().contains(name)) {
                throw new IOException("the stub has no register " + name);
            }
        }
        return wanted;
    }

    private static Optional<Described> described(
            RegisterFormats formats, String register, Map<String, Described> all) {
        return formats.gdbNames().getOrDefault(register, List.of()).stream()
                .map(all::get)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /**
     * Reads a part of the description. A register without a number follows the one before it; GDB
     * manual, appendix G.2.8.
     *
     * @param first whether it is the one whose registers {@code g} has, from number 0 on
     */
    private static void collect(String xml, boolean first, Map<String, Described> into) {
        int next = first ? 0 : -1;
        int at = first ? 0 : APART;
        Matcher register = REGISTER.matcher(xml);
        while (register.find()) {
            Matcher name = NAME.matcher(register.group());
            Matcher number = NUMBER.matcher(register.group());
            Matcher bits = BITS.matcher(register.group());
            if (!name.find() || !bits.find()) {
                return; // what follows cannot be counted
            }
            int digits = Integer.parseInt(bits.group(1)) / 4;
            if (number.find()) {
                int own = Integer.parseInt(number.group(1));
                at = own == next ? at : APART;
                next = own;
            }
            if (next >= 0 && digits <= 16) {
                into.putIfAbsent(name.group(1), new Described(next, at, digits));
            }
            next += next < 0 ? 0 : 1;
            at += at == APART ? 0 : digits;
        }
    }

    private String description(String name) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.length() < MOST_DESCRIPTION) {
            String part =
                    exchange(
                            "qXfer:features:read:"
                                    + name
                                    + ':'
                                    + Integer.toHexString(text.length())
                                    + ','
                                    + Integer.toHexString(CHUNK));
            if (part.isEmpty() || (part.charAt(0) != 'm' && part.charAt(0) != 'l')) {
                throw new IOException("the stub does not describe its target");
            }
            text.append(part, 1, part.length());
            if (part.charAt(0) == 'l' || part.length() == 1) {
                return COMMENT.matcher(text).replaceAll("");
            }
        }
        throw new IOException("the stub's description of its target has no end");
    }

    /** Lets go of the guest, which runs on then. */
    void detach() throws IOException {
        deadline = TimedChannel.in(PATIENCE);
        exchange("D");
    }

    /** Sends a packet; returns the next that is no news of a stop. */
    private String exchange(String command) throws IOException {
        byte[] bytes = command.getBytes(StandardCharsets.US_ASCII);
        int sum = 0;
        for (byte b : bytes) {
            sum += b;
        }
        channel.write(
                ("$" + command + '#' + HexFormat.of().toHexDigits((byte) sum))
                        .getBytes(StandardCharsets.US_ASCII),
                deadline);
        while (true) {
            String reply = packet();
            if (!reply.startsWith("T") && !reply.startsWith("S")) {
                return reply;
            }
        }
    }

    /** The next packet's content; acknowledged. */
    private String packet() throws IOException {
        while (next() != '$') {
            // Acknowledgements, or what was given up on.
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte last = 0;
        for (byte b = next(); b != '#'; b = next()) {
            if (b == '*') { // the one before it, so many times more
                for (int i = next() - 29; i > 0; i--) {
                    content.write(last);
                }
            } else {
                last = b == '}' ? (byte) (next() ^ 0x20) : b;
                content.write(last);
            }
            if (content.size() > MOST_PACKET) {
                throw new IOException("the stub's answer has no end");
            }
        }
        next();
        next(); // the checksum: both transports keep bytes whole
        channel.write(new byte[] {'+'}, deadline);
        return content.toString(StandardCharsets.ISO_8859_1);
    }

    private byte next() throws IOException {
        if (!received.hasRemaining()) {
            received.clear();
            try {
                channel.read(received, deadline);
            } finally {
                received.flip();
            }
        }
        return received.get();
    }

    @Override
    public void close() {
        channel.close();
    }
}
