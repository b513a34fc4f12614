package dev.tablewalk.ingest.isf;

import java.util.Optional;

/**
 * What a symbol file says of a symbol.
 *
 * @param address as linked, before it is moved at boot
 * @param type {@link IsfType#VOID} if it is not known
 * @param content bytes that stand there in every run of this kernel, if they matter
 */
public record IsfSymbol(long address, IsfType type, Optional<String> content) {
    /** A symbol with nothing but its address. */
    public IsfSymbol(long address, IsfType type) {
        this(address, type, Optional.empty());
    }
}
