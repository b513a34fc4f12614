package dev.tablewalk.cli.input;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.UserError;

/** Addresses as they are typed. */
public final class Addresses {
    private Addresses() {}

    /**
     * A 64-bit address: {@code 0x…}, hexadecimal digits with a letter among them, or decimal.
     *
     * @throws UserError if it is none of these, or does not fit
     */
    public static long parse(String text) {
        try {
            return text.matches("[0-9]+") ? Long.parseUnsignedLong(text) : Hex.parse(text);
        } catch (NumberFormatException e) {
            throw UserError.input(
                    text + " is not an address: write it as 0xaaaab0c81000, or in decimal", e);
        }
    }
}
