package dev.tablewalk.ingest.synthetic;

/** BTF blobs to try decoders on. */
public final class Btfs {
    private Btfs() {}

    /** A kernel's, of that era. */
    public static byte[] kernel(KernelEra era) {
        return BtfEncoder.encode(KernelDeclarations.of(era));
    }

    /** Of C declarations. */
    public static byte[] of(String declarations) {
        return BtfEncoder.encode(CParser.parse(declarations));
    }

    /** Offset in bytes of a member as the C compiler, or rather its stand-in here, has it. */
    public static int offset(String declarations, String struct, String path) {
        return CParser.parse(declarations).field(struct, path).offset();
    }
}
