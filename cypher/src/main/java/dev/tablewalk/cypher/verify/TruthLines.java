package dev.tablewalk.cypher.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Lines of bytes and the words in them. Written for millions of short lines: a line is looked at
 * where it was read, and numbers are read without making text of them.
 */
final class TruthLines {
    private static final int BUFFER_BYTES = 1 << 18;

    /** A path may be 4,096 bytes, each escaped with four. */
    private static final int LONGEST_LINE = 1 << 16;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int read;
    private int limit;

    private final byte[] line = new byte[LONGEST_LINE];
    private int length;
    private int at;
    private long number;
    private long bytes;

    TruthLines(InputStream in) {
        this.in = in;
    }

    /**
     * Goes to the next line; false at the end. What follows the last line end is a line too, unless
     * it is empty. A line longer than any record is cut.
     */
    boolean next() throws IOException {
        length = 0;
        at = 0;
        boolean any = false;
        while (true) {
            if (read == limit) {
                limit = in.read(buffer);
                read = 0;
                if (limit <= 0) {
                    limit = 0;
                    number++;
                    return any;
                }
                bytes += limit;
            }
            byte b = buffer[read++];
            if (b == '\n') {
                number++;
                return true;
            }
            if (b != 0) {
                any = true;
                if (length < LONGEST_LINE) {
                    line[length++] = b;
                }
            }
        }
    }

    /** Of the present line, from 1. */
    long number() {
        return number;
    }

    /** Read so far. */
    long bytes() {
        return bytes;
    }

    /** The next word of the line; empty at its end. One space behind it is taken with it. */
    String word() {
        int begin = at;
        while (at < length && line[at] != ' ') {
            at++;
        }
        String word = text(begin);
        skipSpace();
        return word;
    }

    /** The rest of the line. */
    String rest() {
        int begin = at;
        at = length;
        return text(begin);
    }

    private String text(int begin) {
        return new String(line, begin, at - begin, StandardCharsets.UTF_8);
    }

    /** The next word as a decimal number of at most 31 bits. */
    int decimal() {
        return Math.toIntExact(digits(10));
    }

    /** The next word as a hexadecimal number of at most 64 bits. */
    long hexadecimal() {
        return digits(16);
    }

    private long digits(int radix) {
        int begin = at;
        long value = 0;
        while (at < length && line[at] != ' ') {
            int digit = Character.digit(line[at], radix);
            if (digit < 0 || at - begin >= (radix == 16 ? 16 : 10)) {
                throw new NumberFormatException(word(begin));
            }
            value = value * radix + digit;
            at++;
        }
        if (at == begin) {
            throw new NumberFormatException("a number is missing");
        }
        if (radix == 10 && value > Integer.MAX_VALUE) {
            throw new NumberFormatException(word(begin));
        }
        skipSpace();
        return value;
    }

    private String word(int begin) {
        at = begin;
        return word();
    }

    private void skipSpace() {
        if (at < length) {
            at++;
        }
    }
}
