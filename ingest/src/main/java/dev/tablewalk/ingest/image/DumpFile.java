package dev.tablewalk.ingest.image;

/** The bytes of a dump, to be read anywhere. Little-endian but where it says otherwise. */
interface DumpFile extends AutoCloseable {
    /** Bytes. */
    long size();

    /**
     * Reads bytes.
     *
     * @throws DumpDamage if they do not all lie in the file
     */
    void read(long at, byte[] into, int from, int length);

    @Override
    void close();

    /**
     * Reads bytes.
     *
     * @param what they are, for the message
     * @throws DumpDamage if they do not all lie in the file
     */
    default Fields fields(long at, int length, String what) {
        if (at < 0 || at > size() - length) {
            throw new DumpDamage("its " + what + " lies beyond its end");
        }
        byte[] bytes = new byte[length];
        read(at, bytes, 0, length);
        return new Fields(bytes);
    }
}
