package dev.tablewalk.ingest.synthetic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a written image the slow and plain way: addresses by walking the kernel's tables in the
 * file, members by the layouts that the guest was written with.
 */
final class RawImage implements AutoCloseable {
    private final WrittenGuest guest;
    private final FileChannel file;

    /** An entry that is neither empty nor a table. */
    record Found(int level, long va, long raw) {}

    RawImage(WrittenGuest guest) throws IOException {
        this.guest = guest;
        this.file = FileChannel.open(guest.path(), StandardOpenOption.READ);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    ByteBuffer bytes(long pa, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.read(buffer, pa - guest.ramBase());
        return buffer.rewind();
    }

    long u64(long pa) throws IOException {
        return bytes(pa, 8).getLong();
    }

    /** Output address of a descriptor, by the Arm ARM's tables rather than by shared code. */
    long address(long raw) {
        Geometry g = guest.geometry();
        if (g.lpa2()) {
            long low = g.pageShift() == 12 ? 0x3_ffff_ffff_f000L : 0x3_ffff_ffff_c000L;
            return (raw & low) | (raw & 0x300) << 42;
        }
        return switch (g.pageShift()) {
            case 12 -> raw & 0xffff_ffff_f000L;
            case 14 -> raw & 0xffff_ffff_c000L;
            default -> (raw & 0xffff_ffff_0000L) | (raw & 0xf000) << 36;
        };
    }

    /** Physical address that the kernel's tables give a virtual one. */
    long translate(long va) throws IOException {
        Geometry g = guest.geometry();
        long table = guest.swapperPgDir();
        for (int level = g.rootLevel(); level <= 3; level++) {
            int shift = g.pageShift() + (3 - level) * (g.pageShift() - 3);
            int index = (int) (va >>> shift & (g.entries(level) - 1));
            long raw = u64(table + 8L * index);
            if ((raw & 3) == (level == 3 ? 3 : 1)) {
                return (address(raw) & (-1L << shift)) | (va & ~(-1L << shift));
            }
            if ((raw & 3) != 3) {
                break;
            }
            table = address(raw);
        }
        throw new AssertionError("not mapped: 0x" + Long.toHexString(va));
    }

    long kernelU64(long va) throws IOException {
        return u64(translate(va));
    }

    int kernelU32(long va) throws IOException {
        return bytes(translate(va), 4).getInt();
    }

    String text(long va, int most) throws IOException {
        ByteBuffer bytes = bytes(translate(va), most);
        int length = 0;
        while (length < most && bytes.get(length) != 0) {
            length++;
        }
        return StandardCharsets.UTF_8.decode(bytes.limit(length)).toString();
    }

    /** The text of VMCOREINFO that begins a page, as numbers in hexadecimal or decimal by key. */
    Map<String, String> vmcoreinfo() throws IOException {
        byte[] wanted = ("OSRELEASE=" + guest.era().release()).getBytes(StandardCharsets.US_ASCII);
        for (long pfn : guest.frames().keySet()) {
            byte[] page = bytes(pfn << guest.geometry().pageShift(), 4096).array();
            if (Arrays.equals(page, 0, wanted.length, wanted, 0, wanted.length)) {
                Map<String, String> lines = new HashMap<>();
                for (String line :
                        new String(page, StandardCharsets.US_ASCII).trim().split("\n", -1)) {
                    int equals = line.indexOf('=');
                    lines.put(line.substring(0, equals), line.substring(equals + 1));
                }
                return lines;
            }
        }
        throw new AssertionError("no VMCOREINFO");
    }

    /** A member of 8 bytes. */
    long member(long address, String struct, String member) throws IOException {
        return kernelU64(guest.member(address, struct, member));
    }

    /** Addresses in a list behind its head, each less so many bytes. */
    List<Long> list(long head, long offset) throws IOException {
        List<Long> found = new ArrayList<>();
        long previous = head;
        for (long at = kernelU64(head); at != head; at = kernelU64(at)) {
            if (kernelU64(at + 8) != previous || found.size() > 1000) {
                throw new AssertionError("list is broken at 0x" + Long.toHexString(at));
            }
            found.add(at - offset);
            previous = at;
        }
        return found;
    }

    /** Every entry of a tree that is not zero and not a table's. */
    List<Found> walk(long root) throws IOException {
        List<Found> found = new ArrayList<>();
        walk(root, guest.geometry().rootLevel(), 0, found);
        return found;
    }

    private void walk(long table, int level, long va, List<Found> found) throws IOException {
        Geometry g = guest.geometry();
        ByteBuffer entries = bytes(table, 8 * g.entries(level));
        for (int i = 0; i < g.entries(level); i++) {
            long raw = entries.getLong(8 * i);
            long at = va + ((long) i << g.shift(level));
            if ((raw & 3) == 3 && level < 3) {
                walk(address(raw), level + 1, at, found);
            } else if (raw != 0) {
                found.add(new Found(level, at, raw));
            }
        }
    }

    /** Pointers in a maple tree, in order. */
    List<Long> maple(long tree) throws IOException {
        List<Long> found = new ArrayList<>();
        long root = kernelU64(guest.member(tree, "maple_tree", "ma_root"));
        if ((root & 3) == 2) {
            maple(root, -1, found);
        }
        return found;
    }

    private void maple(long enode, long max, List<Long> found) throws IOException {
        long node = enode & ~0xffL;
        boolean leaf = (enode >>> 3 & 15) == 1;
        ByteBuffer bytes = bytes(translate(node), 256);
        int pivots = leaf ? 15 : 9;
        int slotAt = leaf ? 128 : 80;
        for (int i = 0; i <= pivots; i++) {
            long last = i < pivots ? bytes.getLong(8 + 8 * i) : max;
            if (last == 0 && i > 0) {
                last = max;
            }
            long slot = bytes.getLong(slotAt + 8 * i);
            if (leaf && slot != 0) {
                found.add(slot);
            } else if (!leaf) {
                maple(slot, last, found);
            }
            if (last == max) {
                return;
            }
        }
    }
}
