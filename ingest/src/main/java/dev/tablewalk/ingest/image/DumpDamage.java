package dev.tablewalk.ingest.image;

/** Something in a dump that cannot be so. Its message goes on after "the file is damaged: ". */
final class DumpDamage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DumpDamage(String what) {
        super(what);
    }

    String what() {
        return String.valueOf(getMessage());
    }
}
