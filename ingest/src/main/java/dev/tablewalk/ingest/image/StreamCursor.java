package dev.tablewalk.ingest.image;

/** Reads on and on in a file whose numbers are big-endian. */
final class StreamCursor {
    private static final int WINDOW = 256 << 10;
    private final DumpFile file;
    private long at;
    private Fields window = new Fields(new byte[0]);
    private long start;

    StreamCursor(DumpFile file, long at) {
        this.file = file;
        this.at = at;
    }

    /** Where in the file it stands, bytes. */
    long at() {
        return at;
    }

    /** Goes anywhere; what is not there is told when it is read. */
    void moveTo(long where) {
        at = where;
    }

    /** Moves on over so many bytes; returns where in the window they lie. */
    private int need(int length) {
        if (at < start || at + length > start + window.length()) {
            int there = (int) Math.min(WINDOW, file.size() - at);
            if (there < length) {
                throw cutOff();
            }
            window = file.fields(at, there, "stream").bigEndian();
            start = at;
        }
        int in = (int) (at - start);
        at += length;
        return in;
    }

    private DumpDamage cutOff() {
        return new DumpDamage("the file is cut off at byte " + file.size());
    }

    int u8() {
        int in = need(1);
        return window.u8(in);
    }

    int u16() {
        int in = need(2);
        return window.u16(in);
    }

    int i32() {
        int in = need(4);
        return window.i32(in);
    }

    long u64() {
        int in = need(8);
        return window.u64(in);
    }

    /** Text of so many bytes, up to a NUL. */
    String text(int length) {
        int in = need(length);
        return window.text(in, length);
    }

    void skip(long length) {
        if (length < 0 || length > file.size() - at) {
            throw cutOff();
        }
        at += length;
    }
}
