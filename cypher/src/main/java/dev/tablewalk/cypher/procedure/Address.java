package dev.tablewalk.cypher.procedure;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.UserError;

/** Addresses as users give them. */
final class Address {
    private Address() {}

    static long parse(String text) {
        try {
            return Hex.parse(text.strip());
        } catch (NumberFormatException e) {
            throw UserError.input(
                    "'"
                            + text
                            + "' is not an address: expected up to 16 hexadecimal digits, with"
                            + " or without 0x",
                    e);
        }
    }

    /** An integer, or text in hexadecimal. */
    static long of(Object value) {
        return switch (value) {
            case Long number -> number;
            case String text -> parse(text);
            default ->
                    throw UserError.input(
                            "'"
                                    + value
                                    + "' is not an address: expected an integer, or text in"
                                    + " hexadecimal");
        };
    }
}
