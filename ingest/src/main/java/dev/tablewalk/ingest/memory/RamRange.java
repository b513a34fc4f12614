package dev.tablewalk.ingest.memory;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.UserError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a run of guest RAM lies in the image.
 *
 * @param pa physical address of its first byte
 * @param size bytes
 * @param fileOffset of its first byte, bytes, or {@link #NOT_HELD}
 */
public record RamRange(long pa, long size, long fileOffset) {
    /** In the place of an offset: it is RAM, but the image does not hold it. */
    public static final long NOT_HELD = -1;

    private static final Pattern TEXT =
            Pattern.compile("(?<pa>[^:@]+):(?<size>[^:@]+)(@(?<offset>[^:@]+))?");
    private static final Pattern NUMBER =
            Pattern.compile("(?<hex>0[xX][0-9a-fA-F]{1,16})|(?<dec>[0-9]{1,18})(?<unit>[KMGT]?)");

    /** Physical address behind the last byte. */
    public long end() {
        return pa + size;
    }

    /**
     * Reads {@code PA:SIZE[@FILE_OFFSET]}, numbers in hexadecimal ({@code 0x…}) or decimal with K,
     * M, G or T behind.
     *
     * @param defaultFileOffset where it lies if the text does not say
     * @throws UserError if the text is not of that form
     */
    public static RamRange parse(String text, long defaultFileOffset) {
        Matcher m = TEXT.matcher(text);
        if (!m.matches()) {
            throw bad(text);
        }
        String offset = m.group("offset");
        RamRange range =
                new RamRange(
                        number(m.group("pa"), text),
                        number(m.group("size"), text),
                        offset == null ? defaultFileOffset : number(offset, text));
        if (range.size == 0 || range.end() < 0) {
            throw bad(text);
        }
        return range;
    }

    private static long number(String digits, String text) {
        Matcher m = NUMBER.matcher(digits);
        if (!m.matches()) {
            throw bad(text);
        }
        try {
            if (m.group("hex") != null) {
                long n = Hex.parse(digits);
                if (n < 0) {
                    throw bad(text);
                }
                return n;
            }
            int shift = m.group("unit").isEmpty() ? 0 : 10 * ("KMGT".indexOf(m.group("unit")) + 1);
            return Math.multiplyExact(Long.parseLong(m.group("dec")), 1L << shift);
        } catch (ArithmeticException | NumberFormatException e) {
            throw bad(text);
        }
    }

    private static UserError bad(String text) {
        return UserError.input(
                "--ram '"
                        + text
                        + "' is not PA:SIZE[@FILE_OFFSET]; for example --ram 0x40000000:512M");
    }

    @Override
    public String toString() {
        return Hex.of(pa) + ":" + Hex.of(size) + "@" + Hex.of(fileOffset);
    }
}
