package dev.tablewalk.graph;

/** Numbers as crash, drgn and the kernel's own messages print them. */
public final class Hex {
    private Hex() {}

    /**
     * {@code 0x} and the shortest form of the unsigned 64-bit number, such as {@code 0x40080000}.
     */
    public static String of(long value) {
        return "0x" + Long.toHexString(value);
    }

    /**
     * Reads what {@link #of} wrote, with or without {@code 0x}, as an unsigned 64-bit number.
     *
     * @throws NumberFormatException if the text is not a hexadecimal number of at most 64 bits
     */
    public static long parse(String text) {
        String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
        return Long.parseUnsignedLong(digits, 16);
    }
}
